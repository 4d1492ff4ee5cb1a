import Reductions
import Testing

/// A live reduction takes what it can, and rests only where that helps a recording.
@Suite struct LivePaceTests {
    /// Frames arrive for two seconds in steps of 20 ms, and a batch is measured ten times.
    private func pace(rate: Double, secondsPerFrame: Double, share: Double) -> LivePace {
        var pace = LivePace()
        for step in 0...100 { pace.arrived(Int((rate * 0.02).rounded()), at: 0.02 * Double(step)) }
        for _ in 0..<10 {
            let seconds = 32 * secondsPerFrame
            pace.reduced(32, seconds: seconds, busy_s: 2 * seconds, processor_s: 2 * share * seconds)
        }
        return pace
    }

    @Test(arguments: [50.0, 500, 10_000]) func arrivalsAreCountedASecond(rate: Double) throws {
        let seen = try #require(pace(rate: rate, secondsPerFrame: 0.001, share: 1).arrivalRate)
        #expect(abs(seen / rate - 1) < 0.05)
    }

    @Test func framesThatCanAllBeHadAreNotRestedBetween() {
        #expect(pace(rate: 500, secondsPerFrame: 0.0015, share: 0.5).rest_s(after: 0.05) == 0)
    }

    @Test func whereProcessorsAreFreeARestHelpsNobody() {
        #expect(pace(rate: 500, secondsPerFrame: 0.4, share: 0.99).rest_s(after: 0.05) == 0)
    }

    @Test func framesThatCannotAllBeHadOnWantedProcessorsAreSampled() {
        let pace = pace(rate: 1000, secondsPerFrame: 0.003, share: 0.5)
        #expect(pace.rest_s(after: 0.05) == 0.45)
        // The picture is to be a new one all the same.
        #expect(pace.rest_s(after: 2) == 1)
    }

    @Test func nothingIsSaidBeforeAnythingIsKnown() {
        var pace = LivePace()
        #expect(pace.arrivalRate == nil)
        #expect(pace.rest_s(after: 1) == 0)
        pace.arrived(1000, at: 5)
        #expect(pace.arrivalRate == nil, "frames that were there before anybody looked say nothing about their rate")
        pace.reduced(16, seconds: 9, busy_s: 9, processor_s: 1)
        pace.arrived(1000, at: 6)
        #expect(pace.rest_s(after: 1) == 0, "the first piece is not counted")
    }

    @Test func aSlowerDetectorIsFollowedAgain() {
        var pace = pace(rate: 1000, secondsPerFrame: 0.003, share: 0.5)
        for step in 1...100 { pace.arrived(2, at: 2 + 0.02 * Double(step)) }
        #expect(pace.rest_s(after: 0.05) == 0)
    }
}
