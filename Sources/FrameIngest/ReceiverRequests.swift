import Synchronization

/// What other threads ask of the receiver thread; it looks once a message, or once a poll interval of the socket.
final class ReceiverRequests: Sendable {
    private let stopFlag = Atomic<Bool>(false)
    private let wakeFlag = Atomic<Bool>(false)

    func stop() { stopFlag.store(true, ordering: .releasing) }
    var mustStop: Bool { stopFlag.load(ordering: .acquiring) }

    func wake() { wakeFlag.store(true, ordering: .releasing) }
    /// Whether a wake was asked for since this was asked last.
    func takeWake() -> Bool { wakeFlag.exchange(false, ordering: .acquiringAndReleasing) }
}
