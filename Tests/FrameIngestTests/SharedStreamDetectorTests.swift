import FrameIngest
import TestSupport
import Testing

@Suite struct SharedStreamDetectorTests {
    /// What is said of a series whose frames come in this order, and after which frame.
    private func observe(_ frames: some Sequence<Int64>, series: Int64 = 1) -> [(after: Int64, SharedStream)] {
        var detector = SharedStreamDetector()
        return frames.compactMap { frame in detector.observe(series: series, frame: frame).map { (frame, $0) } }
    }

    @Test(arguments: [(2, 20), (3, 24), (4, 28), (5, 30)])
    func whenOthersTakeAllButEveryNthFrameItIsSaidAtOnce(pullers: Int, within: Int64) throws {
        for first in 0..<Int64(pullers) {
            let found = observe(stride(from: first, to: 1000, by: pullers))
            #expect(found.count == 1, "once a series")
            let (after, suspicion) = try #require(found.first)
            #expect(after - first <= within)
            #expect(suspicion.pullers == pullers)
        }
    }

    @Test func theFirstFramesThatWentElsewhereAreNamed() throws {
        #expect(try #require(observe(stride(from: 0, to: 100, by: 2)).first).1.missing == [1, 3, 5])
        #expect(try #require(observe(stride(from: 1, to: 100, by: 2)).first).1.missing == [0, 2, 4])
        #expect(try #require(observe(stride(from: 2, to: 100, by: 3)).first).1.missing == [0, 1, 3])
        let later = Array(0...40 as ClosedRange<Int64>) + Array(stride(from: 42, to: 100, by: 2))
        #expect(try #require(observe(later).first).1.missing == [41, 43, 45])
    }

    @Test func theQuestionNamesFramesAndClients() throws {
        let text = try #require(observe(stride(from: 0, to: 100, by: 2)).first).1.description
        #expect(text.contains("frames 1, 3, 5, … of series 1 are missing in a regular pattern"))
        #expect(text.contains("is another client connected to the stream (filewriter, viewer, a second faisceau)?"))
    }

    @Test func aWholeSeriesIsNotSuspected() {
        #expect(observe(0..<5000).isEmpty)
    }

    @Test(arguments: [0.01, 0.1, 0.3, 0.5])
    func lossesAtRandomAreNotSuspected(probability: Double) {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20 {
            let frames = (0..<Int64(500)).filter { _ in Double.random(in: 0..<1, using: &generator) >= probability }
            #expect(observe(frames).isEmpty)
        }
    }

    @Test func lostBlocksAreNotSuspected() {
        #expect(observe((0..<Int64(1000)).filter { !(100..<300).contains($0) }).isEmpty)
        #expect(observe((0..<Int64(1000)).filter { $0 % 100 >= 10 }).isEmpty)
        // Every tenth frame lost is a fault of another kind.
        #expect(observe((0..<Int64(1000)).filter { $0 % 10 != 3 }).isEmpty)
    }

    @Test func reorderingIsNotSuspected() {
        #expect(observe((0..<Int64(1000)).map { $0 ^ 1 }).isEmpty)
        var generator = SeededGenerator(seed: 5)
        let blocks = (0..<100).flatMap { block in (0..<Int64(10)).map { Int64(block) * 10 + $0 }.shuffled(using: &generator) }
        #expect(observe(blocks).isEmpty)
    }

    @Test func eachSeriesIsLookedAtForItself() {
        var detector = SharedStreamDetector()
        var found: [Int64] = []
        for series in 1...3 as ClosedRange<Int64> {
            for frame in stride(from: 0 as Int64, to: 100, by: 2) {
                if let suspicion = detector.observe(series: series, frame: frame) { found.append(suspicion.series) }
            }
        }
        #expect(found == [1, 2, 3])
    }

    @Test func numbersThatOverflowDoNotTrap() {
        #expect(observe([.min, .max, .min, 0, .max]).isEmpty)
    }
}
