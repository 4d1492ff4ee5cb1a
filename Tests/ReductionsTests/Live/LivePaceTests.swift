import Reductions
import Testing

/// A live reduction takes what it can, and rests only where that helps a recording.
@Suite struct LivePaceTests {
    /// Frames arrive for two seconds in steps of 20 ms, and a batch is measured ten times.
    /// - Parameters:
    ///   - cost: processor seconds a frame.
    ///   - left: processors that are idle, or this process's own.
    ///   - share: of its processor that a thread has.
    private func pace(rate: Double, cost: Double, left: Double, share: Double) -> LivePace {
        var pace = LivePace()
        for step in 0...100 {
            pace.arrived(Int((rate * 0.02).rounded()), look(0.02 * Double(step), left: left))
        }
        for _ in 0..<10 { pace.reduced(32, busy_s: 32 * cost / share, processor_s: 32 * cost) }
        return pace
    }

    /// A third of what is left is this process's own.
    private func look(_ time_s: Double, left: Double) -> LivePace.Look {
        LivePace.Look(time_s: time_s, idle_s: 70_000 + time_s * left * 2 / 3, own_s: 3 + time_s * left / 3)
    }

    @Test(arguments: [50.0, 500, 10_000]) func arrivalsAreCountedASecond(rate: Double) throws {
        let seen = try #require(pace(rate: rate, cost: 0.001, left: 2, share: 1).arrivalRate)
        #expect(abs(seen / rate - 1) < 0.05)
    }

    @Test func framesThatCanAllBeHadAreNotRestedBetween() {
        #expect(pace(rate: 500, cost: 0.002, left: 1.2, share: 0.5).rest_s(after: 0.05) == 0)
    }

    @Test func whereProcessorsAreFreeARestHelpsNobody() {
        #expect(pace(rate: 500, cost: 0.4, left: 30, share: 0.99).rest_s(after: 0.05) == 0)
    }

    @Test func framesThatCannotAllBeHadOnWantedProcessorsAreSampled() {
        let pace = pace(rate: 1000, cost: 0.002, left: 0.4, share: 0.5)
        #expect(abs(pace.rest_s(after: 0.05) - 0.95) < 1e-9)
        // The picture is to be a new one all the same.
        #expect(pace.rest_s(after: 2) == 1)
    }

    @Test func theLessIsLeftTheLongerItRests() {
        // 1 processor is wanted; 0.9 of what is left is enough.
        let rests = [1.2, 1.0, 0.9, 0.7, 0.5, 0.1].map { pace(rate: 1000, cost: 0.001, left: $0, share: 0.5).rest_s(after: 0.02) }
        #expect(rests[0] == 0)
        #expect(rests[1] > 0 && rests[1] < 0.02 / 9, "where a ninth is missing, less than a ninth of the work")
        #expect(rests == rests.sorted() && Set(rests).count == 5)
        #expect(abs(rests[4] - 0.38) < 1e-9 && rests[4] == rests[5])
    }

    @Test func beforeAnythingIsKnownItRestsUntilItIs() {
        var pace = LivePace()
        #expect(pace.arrivalRate == nil && !pace.hasBegun)
        #expect(pace.rest_s(after: 1) == 0, "where nobody can look at the processors, nothing is ever rested")
        pace.arrived(1000, look(5, left: 0))
        #expect(pace.arrivalRate == nil, "frames that were there before anybody looked say nothing about their rate")
        pace.reduced(16, busy_s: 9, processor_s: 1)
        #expect(pace.hasBegun)
        pace.arrived(1000, look(6, left: 0))
        #expect(pace.rest_s(after: 1) == 0.5, "the first piece is not counted")
        #expect(pace.rest_s(after: 0.001) == 0.5)
    }

    @Test func aSlowerDetectorIsFollowedAgain() {
        var pace = pace(rate: 1000, cost: 0.002, left: 1, share: 0.5)
        #expect(pace.rest_s(after: 0.05) > 0)
        for step in 1...100 { pace.arrived(2, look(2 + 0.02 * Double(step), left: 1)) }
        #expect(pace.rest_s(after: 0.05) == 0)
    }

    @Test func theProcessorsAreLookedAtTenTimesASecondAndNoFrameIsForgotten() throws {
        var pace = LivePace()
        var looks = 0
        for step in 0...200 {
            pace.arrived(10, at: 0.02 * Double(step)) {
                looks += 1
                return look(0.02 * Double(step), left: 1)
            }
        }
        // Four seconds; a step may fall just short of its tenth.
        #expect((30...42).contains(looks))
        let rate = try #require(pace.arrivalRate)
        #expect(abs(rate / 500 - 1) < 0.01)
        var blind = LivePace()
        for step in 0...200 { blind.arrived(10, at: 0.02 * Double(step)) { nil } }
        #expect(blind.arrivalRate == nil)
    }
}
