import Synchronization

/// Figures that the receiver thread counts up and everybody reads.
final class ReceiverTally: Sendable {
    let messages = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let droppedFrames = Atomic<Int>(0)
    let droppedBytes = Atomic<Int>(0)
    let spilledMessages = Atomic<Int>(0)
    let spillWaiting = Atomic<Int>(0)
    let spillUsed = Atomic<Int>(0)
    let spillHighest = Atomic<Int>(0)
}
