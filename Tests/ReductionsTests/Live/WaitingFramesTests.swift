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

    @Test func whatHasWaitedTooLongIsSkippedAndTheRestStays() {
        var waiting = WaitingFrames<Int>()
        for second in 0..<10 { waiting.append(Array(second * 10..<second * 10 + 10), at: Double(second)) }
        waiting.skip(before: 0, to: 5, keeping: 4)
        #expect(waiting.skipped == 0, "none has waited since before then")
        waiting.skip(before: 1, to: 4, keeping: 4)
        #expect(waiting.skipped == 40)
        #expect(waiting.take(10) == Array(40..<50))
        waiting.skip(before: 100, to: 100, keeping: 4)
        #expect(waiting.skipped == 86, "the newest stay")
        #expect(waiting.take(100) == Array(96..<100))
    }

    @Test func fewFramesAreKeptHoweverLongTheyWaited() {
        var waiting = WaitingFrames<Int>()
        waiting.append([1, 2, 3], at: 0)
        waiting.skip(before: 100, to: 99, keeping: 16)
        #expect(waiting.count == 3 && waiting.skipped == 0)
    }
}
