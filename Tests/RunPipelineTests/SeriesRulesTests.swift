import RunModel
import RunPipeline
import Testing

/// Which series a message belongs to and when a series ends, without sockets, files or time: the clock is a number.
@Suite struct SeriesRulesTests {
    static let first = SeriesIdentity(1, uniqueID: "A")
    static let second = SeriesIdentity(2, uniqueID: "B")

    /// Rules with a closing limit of 100 s, and a series that began at 0.
    static func begun(_ identity: SeriesIdentity = first, frames: Int = 1) -> SeriesRules {
        var limits = SeriesRules.Limits()
        limits.stallAfter_s = 30
        limits.closeAfter_s = { _ in 100 }
        limits.remembered = 3
        limits.siblings = 2
        var rules = SeriesRules(limits: limits)
        _ = rules.start(identity, header: 7, frameTime_s: nil, at: 0)
        for _ in 0..<frames { _ = rules.image(identity, at: 0) }
        return rules
    }

    @Test func aStartOpensARunAndItsEndClosesIt() {
        var rules = SeriesRules()
        #expect(rules.start(Self.first, header: 1, frameTime_s: nil, at: 0) == [.open(1)])
        #expect(rules.image(Self.first, at: 1) == .current)
        #expect(rules.end(Self.first) == [.close(1, .endMessage)])
        #expect(rules.currentKey == nil)
    }

    @Test func theNextStartEndsTheSeriesBeforeIt() {
        var rules = Self.begun()
        #expect(rules.start(Self.second, header: 8, frameTime_s: nil, at: 1) == [.close(1, .nextStart), .open(2)])
        #expect(rules.image(Self.second, at: 1) == .current)
    }

    @Test func theSameStartMessageTwiceIsOneSeries() {
        var rules = Self.begun(frames: 0)
        #expect(rules.start(Self.first, header: 7, frameTime_s: nil, at: 1) == [])
        #expect(rules.repeatedStarts == 1)
    }

    /// A detector that restarts counts from 1 again: the number alone says nothing.
    @Test(arguments: [7, 8])
    func theSameNumberAfterFramesIsANewSeries(header: Int) {
        var rules = Self.begun()
        #expect(rules.start(Self.first, header: header, frameTime_s: nil, at: 1) == [.close(1, .nextStart), .open(2)])
        #expect(rules.image(Self.first, at: 1) == .current)
    }

    @Test func aSeriesOfAnotherUniqueTextIsAnother() {
        var rules = Self.begun()
        #expect(rules.image(SeriesIdentity(1, uniqueID: "X"), at: 1) == .refused(.noStart))
    }

    @Test func theNumberDecidesWhereThereIsNoText() {
        var rules = Self.begun(SeriesIdentity(1))
        #expect(rules.image(SeriesIdentity(1, uniqueID: "X"), at: 1) == .current)
        #expect(rules.image(SeriesIdentity(2), at: 1) == .refused(.noStart))
    }

    @Test func framesAfterTheEndGoToASibling() {
        var rules = Self.begun()
        _ = rules.end(Self.first)
        #expect(rules.image(Self.first, at: 1) == .opensLate(2, of: 1))
        #expect(rules.image(Self.first, at: 1.5) == .late(2))
        #expect(rules.tick(at: 3.4) == [])
        #expect(rules.tick(at: 3.5) == [.close(2, .silence)])
        #expect(rules.image(Self.first, at: 5) == .opensLate(3, of: 1))
    }

    @Test func twoSeriesAtOnceAreNeverMixed() {
        var rules = Self.begun()
        _ = rules.start(Self.second, header: 8, frameTime_s: nil, at: 1)
        for time in stride(from: 1.0, to: 50, by: 5) {
            #expect(rules.image(Self.second, at: time) == .current)
            let place = rules.image(Self.first, at: time)
            #expect(place == (time == 1 ? .opensLate(3, of: 1) : .late(3)))
            #expect(rules.tick(at: time) == [])
        }
        #expect(rules.end(Self.first) == [.close(3, .endMessage)])
        #expect(rules.end(Self.second) == [.close(2, .endMessage)])
    }

    @Test func anEndThatComesTwiceEndsNothing() {
        var rules = Self.begun()
        _ = rules.end(Self.first)
        #expect(rules.strayEnds == 0)
        #expect(rules.end(Self.first) == [])
        #expect(rules.strayEnds == 1)
        _ = rules.start(Self.second, header: 8, frameTime_s: nil, at: 1)
        #expect(rules.end(Self.first) == [])
        #expect(rules.end(SeriesIdentity(9)) == [])
        #expect(rules.strayEnds == 3)
        #expect(rules.currentKey == 2)
    }

    @Test func strayFramesAreRefusedAndCounted() {
        var rules = Self.begun()
        for _ in 0..<3 { #expect(rules.image(SeriesIdentity(99), at: 1) == .refused(.noStart)) }
        #expect(rules.refused == [.noStart: 3])
    }

    @Test func silenceAlarmsOnceAndClosesLater() {
        var rules = Self.begun()
        #expect(rules.tick(at: 29.9) == [])
        #expect(rules.tick(at: 30) == [.stalled(1, seconds: 30)])
        #expect(rules.isStalled)
        #expect(rules.tick(at: 99) == [])
        #expect(rules.tick(at: 100) == [.close(1, .silence)])
    }

    @Test func aFrameAfterAStallResumes() {
        var rules = Self.begun()
        _ = rules.tick(at: 40)
        #expect(rules.image(Self.first, at: 41) == .resumed)
        #expect(rules.image(Self.first, at: 42) == .current)
        #expect(rules.tick(at: 72) == [.stalled(1, seconds: 30)])
    }

    /// Strays of another series are no sign of life of this one.
    @Test func straysDoNotKeepASeriesOpen() {
        var rules = Self.begun()
        for time in 1...99 { _ = rules.image(SeriesIdentity(99), at: Double(time)) }
        #expect(rules.tick(at: 100) == [.close(1, .silence)])
    }

    @Test func framesThatComeAfterSilenceClosedTheSeriesAreKept() {
        var rules = Self.begun()
        _ = rules.tick(at: 100)
        #expect(rules.image(Self.first, at: 101) == .opensLate(2, of: 1))
        // Its end was never said: it may be as slow as the series was.
        #expect(rules.tick(at: 180) == [])
        #expect(rules.tick(at: 201) == [.close(2, .silence)])
    }

    @Test(arguments: [RunSummary.Ending.stopped, .aborted])
    func aSeriesThatTheOperatorEndedGetsNoMoreFrames(ending: RunSummary.Ending) {
        var rules = Self.begun()
        #expect(rules.stop(ending) == [.close(1, ending)])
        #expect(rules.image(Self.first, at: 1) == .refused(.stopped))
        #expect(rules.end(Self.first) == [])
        #expect(rules.start(Self.second, header: 8, frameTime_s: nil, at: 2) == [.open(2)])
    }

    @Test func aStopEndsSiblingsToo() {
        var rules = Self.begun()
        _ = rules.end(Self.first)
        _ = rules.image(Self.first, at: 1)
        #expect(rules.stop(.stopped) == [.close(2, .stopped)])
        #expect(rules.image(Self.first, at: 1) == .refused(.stopped))
    }

    @Test func aSeriesWithoutARunRefusesItsFramesAndTheNextIsTried() {
        var rules = Self.begun(frames: 0)
        rules.runFailed(1)
        #expect(rules.image(Self.first, at: 1) == .refused(.noRun))
        #expect(rules.end(Self.first) == [])
        #expect(rules.start(Self.second, header: 8, frameTime_s: nil, at: 2) == [.open(2)])
    }

    @Test func aSiblingWithoutARunRefusesItsFrames() {
        var rules = Self.begun()
        _ = rules.end(Self.first)
        #expect(rules.image(Self.first, at: 1) == .opensLate(2, of: 1))
        rules.runFailed(2)
        #expect(rules.image(Self.first, at: 1) == .refused(.noRun))
    }

    @Test func onlySoManySiblingsAreOpenAtOnce() {
        var rules = Self.begun()
        for number in 2...4 {
            _ = rules.start(SeriesIdentity(Int64(number)), header: number, frameTime_s: nil, at: 1)
            _ = rules.image(SeriesIdentity(Int64(number)), at: 1)
        }
        #expect(rules.image(SeriesIdentity(1), at: 2) == .opensLate(5, of: 1))
        #expect(rules.image(SeriesIdentity(2), at: 2) == .opensLate(6, of: 2))
        #expect(rules.image(SeriesIdentity(3), at: 2) == .refused(.tooManyLate))
    }

    @Test func onlySoManyClosedSeriesAreRemembered() {
        var rules = Self.begun()
        for number in 2...5 { _ = rules.start(SeriesIdentity(Int64(number)), header: number, frameTime_s: nil, at: 1) }
        #expect(!rules.remembers(1))
        #expect(rules.remembers(4))
        #expect(rules.image(Self.first, at: 2) == .refused(.noStart))
    }

    /// By default the larger of ten minutes and twenty frame times.
    @Test(arguments: [(nil as Double?, 600.0), (0.01, 600), (60, 1200)])
    func slowFramesAreWaitedForLonger(frameTime_s: Double?, limit_s: Double) {
        var rules = SeriesRules()
        _ = rules.start(Self.first, header: 1, frameTime_s: frameTime_s, at: 0)
        #expect(rules.tick(at: limit_s - 1).allSatisfy { $0 != .close(1, .silence) })
        #expect(rules.tick(at: limit_s) == [.close(1, .silence)])
    }
}
