import Synchronization

/// Whether the operator wants no more of a run: set once, from any thread, and seen by every writer of the run at its next frame.
///
/// It does not travel in the stream of messages, as the order itself does: behind a slow disk that may stand still for long, while writers
/// would go on with what they have in hand.
final class AbortFlag: Sendable {
    private let isSet = Atomic<Bool>(false)

    /// Asked before every frame; takes no lock.
    var isOrdered: Bool { isSet.load(ordering: .relaxed) }

    func order() { isSet.store(true, ordering: .releasing) }
}
