import FrameIngest
import TestSupport
import Testing

@Suite struct SeriesTrackerTests {
    @Test func framesInOrderAreAllReceived() {
        var tracker = SeriesTracker(seriesID: 7, expected: 130)
        for frame in 0..<130 { #expect(tracker.arrive(seriesID: 7, frame: Int64(frame)) == .inOrder) }
        #expect(tracker.received.count == 130)
        #expect(tracker.missing == 0)
        #expect(tracker.isComplete)
    }

    @Test func aFrameThatComesLateFillsItsGap() {
        var tracker = SeriesTracker(seriesID: 1, expected: 4)
        #expect(tracker.arrive(seriesID: 1, frame: 0) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 3) == .inOrder)
        #expect((0..<4).filter { !tracker.received.contains($0) } == [1, 2])
        #expect(tracker.arrive(seriesID: 1, frame: 1) == .reordered)
        #expect((0..<4).filter { !tracker.received.contains($0) } == [2])
        #expect(tracker.missing == 1)
        #expect(tracker.reordered == 1)
    }

    @Test func aFrameThatComesTwiceIsADuplicate() {
        var tracker = SeriesTracker(seriesID: 1, expected: nil)
        #expect(tracker.arrive(seriesID: 1, frame: 5) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 5) == .duplicate)
        #expect(tracker.received.count == 1)
        #expect(tracker.duplicates == 1)
    }

    @Test func aFrameOfAnotherSeriesIsAStray() {
        var tracker = SeriesTracker(seriesID: 1, expected: 10)
        #expect(tracker.arrive(seriesID: 2, frame: 0) == .stray)
        #expect(tracker.received.count == 0)
    }

    @Test(arguments: [Int64(-1), .min, .max, 10 + Int64(SeriesTracker.largestSurplus)])
    func anImpossibleNumberIsNotStored(frame: Int64) {
        var tracker = SeriesTracker(seriesID: 1, expected: 10)
        #expect(tracker.arrive(seriesID: 1, frame: frame) == .outOfRange)
        #expect(tracker.received.count == 0)
    }

    /// A detector armed "for ever" announces any number: it must not make memory for all frames before a damaged one.
    @Test func aNumberFarAheadIsNotStoredHoweverManyAreAnnounced() {
        var tracker = SeriesTracker(seriesID: 1, expected: .max)
        #expect(tracker.arrive(seriesID: 1, frame: 1 << 40) == .outOfRange)
        #expect(tracker.arrive(seriesID: 1, frame: Int64(SeriesTracker.largestGap)) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 3 * Int64(SeriesTracker.largestGap)) == .outOfRange)
        #expect(tracker.received.count == 1)
    }

    @Test func afterALongGapTheSecondFrameIsBelieved() {
        var tracker = SeriesTracker(seriesID: 1, expected: nil)
        #expect(tracker.arrive(seriesID: 1, frame: 0) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 50_000) == .outOfRange)
        #expect(tracker.arrive(seriesID: 1, frame: 50_001) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 50_002) == .inOrder)
        #expect(tracker.missing == 49_999 + 1)
    }

    @Test func wrongNumbersDoNotConfirmEachOther() {
        var tracker = SeriesTracker(seriesID: 1, expected: nil)
        #expect(tracker.arrive(seriesID: 1, frame: 0) == .inOrder)
        for frame in [5_000_000, 90_000, 1 << 40, (1 << 40) + 1, 50_000] as [Int64] {
            #expect(tracker.arrive(seriesID: 1, frame: frame) == .outOfRange)
        }
        #expect(tracker.arrive(seriesID: 1, frame: 1) == .inOrder)
        #expect(tracker.arrive(seriesID: 1, frame: 50_001) == .outOfRange, "a likely one came between")
    }

    @Test func framesBeyondTheAnnouncementDoNotMakeUpForGaps() {
        var tracker = SeriesTracker(seriesID: 1, expected: 3)
        for frame in [0, 1, 3, 4] as [Int64] { _ = tracker.arrive(seriesID: 1, frame: frame) }
        #expect(tracker.missing == 1)
    }

    @Test func anyOrderOfFramesGivesTheSameSet() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            var tracker = SeriesTracker(seriesID: 1, expected: 200)
            for frame in (0..<200).shuffled(using: &generator) { _ = tracker.arrive(seriesID: 1, frame: Int64(frame)) }
            #expect(tracker.received.count == 200)
            #expect(tracker.missing == 0)
        }
    }
}
