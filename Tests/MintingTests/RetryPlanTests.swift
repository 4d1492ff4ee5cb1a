import Diagnostics
import Minting
import TestSupport
import Testing

@Suite struct RetryPlanTests {
    private func wait(_ failures: Int, retryAfter: Duration? = nil, seed: UInt64 = 1) -> Duration? {
        var dice = SeededGenerator(seed: seed)
        let error = MintingError(.busy, "busy", retryAfter: retryAfter)
        guard case .again(let wait) = RetryPlan.standard.step(after: error, failures: failures, using: &dice) else { return nil }
        return wait
    }

    @Test func itDoublesFromAMinuteToSixHours() throws {
        for failures in 1...40 {
            let whole = min(60 * (1 << min(failures - 1, 20)), 6 * 3600)
            for seed in 0..<20 as Range<UInt64> {
                let wait = try #require(self.wait(failures, seed: seed))
                #expect(wait <= .seconds(whole))
                #expect(wait >= .seconds(Double(whole) * 0.75))
            }
        }
        #expect(wait(Int.max) != nil)
        #expect(wait(0) != nil)
        #expect(wait(-5) != nil)
    }

    @Test func ordersThatFailedTogetherDoNotComeBackTogether() {
        #expect(Set((0..<50).map { wait(5, seed: $0) }).count > 40)
    }

    @Test func theWishOfTheRegistryIsHeardAndBounded() throws {
        #expect(wait(1, retryAfter: .seconds(7200)) == .seconds(7200))
        #expect(try #require(wait(9, retryAfter: .seconds(1))) > .seconds(3600))
        #expect(wait(1, retryAfter: .seconds(9_999_999_999)) == .seconds(24 * 3600))
    }

    @Test func onlyWhatPassesIsTriedAgain() {
        var dice = SeededGenerator(seed: 3)
        let passing: Set<MintingErrorCode> = [.unreachable, .busy, .unreadableAnswer]
        for code in [
            MintingErrorCode.refused, .loginRefused, .notAllowed, .prefixForeign, .taken, .notDone, .misconfigured, .malformed,
            .unreachable, .busy, .unreadableAnswer,
        ] {
            let step = RetryPlan.standard.step(after: MintingError(code, "x"), failures: 1, using: &dice)
            #expect((step == .forAPerson) == !passing.contains(code), "\(code)")
        }
    }
}
