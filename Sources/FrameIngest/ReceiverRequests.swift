import Synchronization

/// What other threads ask of the receiver thread; it looks once a message, or once a poll interval of the socket.
final class ReceiverRequests: Sendable {
    private let stopFlag = Atomic<Bool>(false)
    private let orderFlag = Atomic<Bool>(false)

    func stop() { stopFlag.store(true, ordering: .releasing) }
    var mustStop: Bool { stopFlag.load(ordering: .acquiring) }

    func sendOrder() { orderFlag.store(true, ordering: .releasing) }
    /// Whether an order was given since this was asked last.
    func takeOrder() -> Bool {
        orderFlag.load(ordering: .relaxed) && orderFlag.exchange(false, ordering: .acquiringAndReleasing)
    }
}
