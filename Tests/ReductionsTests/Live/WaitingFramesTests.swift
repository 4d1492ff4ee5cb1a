import Reductions
import Testing

/// Frames wait in order, each is taken once, and those that waited too long are counted.
@Suite struct WaitingFramesTests {
    @Test func eachFrameIsTakenOnceAndInOrder() {
        var waiting = WaitingFrames<Int>()
        var taken: [Int] = []
        for step in 0..<50 {
            waiting.append(Array(step * 7..<step * 7 + 7), at: Double(step))
            taken += waiting.take(5)
        }
        while !waiting.isEmpty { taken += waiting.take(16) }
        #expect(taken == Array(0..<350))
        #expect(waiting.skipped == 0)
        #expect(waiting.take(3).isEmpty)
    }

    @Test func whatHasWaitedTooLongIsSkippedAndTheNewestStay() {
        var waiting = WaitingFrames<Int>()
        waiting.append(Array(0..<100), at: 1)
        waiting.append(Array(100..<120), at: 5)
        waiting.skip(before: 1, keeping: 32)
        #expect(waiting.skipped == 0, "none has waited since before then")
        waiting.skip(before: 2, keeping: 32)
        #expect(waiting.skipped == 88)
        #expect(waiting.take(100) == Array(88..<120))
    }

    @Test func fewFramesAreKeptHoweverLongTheyWaited() {
        var waiting = WaitingFrames<Int>()
        waiting.append([1, 2, 3], at: 0)
        waiting.skip(before: 100, keeping: 16)
        #expect(waiting.count == 3 && waiting.skipped == 0)
    }
}
