import Synchronization

/// What one lane has done: counted by its thread alone, read by every other. A load and a store each, so that a lane that works inline pays
/// for no locked instruction.
final class LaneCounters: Sendable {
    private let storedFrames = Atomic<Int>(0)
    private let invalidFrames = Atomic<Int>(0)
    private let lostFrames = Atomic<Int>(0)
    private let storedBytes = Atomic<Int>(0)
    private let isDone = Atomic<Bool>(false)

    var stored: Int { storedFrames.load(ordering: .relaxed) }
    var invalid: Int { invalidFrames.load(ordering: .relaxed) }
    var lostHere: Int { lostFrames.load(ordering: .relaxed) }
    var bytesStored: Int { storedBytes.load(ordering: .relaxed) }
    /// The lane has stored all that it ever will: what is read after this is final.
    var hasEnded: Bool { isDone.load(ordering: .acquiring) }

    // The lane's thread only.
    func countStored() { Self.add(1, to: storedFrames) }
    func countInvalid() { Self.add(1, to: invalidFrames) }
    func countLost() { Self.add(1, to: lostFrames) }
    func count(bytes: Int) { Self.add(bytes, to: storedBytes) }
    func end() { isDone.store(true, ordering: .releasing) }

    @inline(__always)
    private static func add(_ count: Int, to counter: borrowing Atomic<Int>) {
        counter.store(counter.load(ordering: .relaxed) + count, ordering: .relaxed)
    }
}
