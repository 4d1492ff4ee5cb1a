import Foundation
import RunModel
import Testing

@Suite struct LatencyHistogramTests {
    @Test func nothingCountedHasNoQuantile() {
        let snapshot = LatencyHistogram().snapshot()
        #expect(snapshot.count == 0)
        #expect(snapshot.quantile(0.5) == nil)
        #expect(snapshot.cumulative.allSatisfy { $0.count == 0 })
    }

    /// Durations over eleven orders of magnitude: the quantile is never too short and at most an eighth too long.
    @Test(arguments: [1, 7, 8, 9, 1_000, 999_999, 4_300_000, 1_000_000_000, 86_400_000_000_000] as [Int64])
    func aQuantileIsExactToAnEighth(nanoseconds: Int64) throws {
        let histogram = LatencyHistogram()
        for _ in 0..<99 { histogram.record(nanoseconds: nanoseconds) }
        histogram.record(nanoseconds: 2 * nanoseconds)
        let snapshot = histogram.snapshot()
        let expected = Double(nanoseconds) / 1e9
        for fraction in [0.01, 0.5, 0.99] {
            let quantile = try #require(snapshot.quantile(fraction))
            #expect(quantile >= expected && quantile <= expected * 1.125 + 1e-9)
        }
        #expect(snapshot.quantile(1) == 2 * expected)
        #expect(snapshot.highest_s == 2 * expected)
        #expect(snapshot.count == 100)
    }

    @Test func aClockThatWasSetBackCountsAsNoTimeAtAll() {
        let histogram = LatencyHistogram()
        histogram.record(nanoseconds: -5)
        #expect(histogram.snapshot().quantile(1) == 0)
        #expect(histogram.snapshot().sum_s == 0)
    }

    @Test func theLongestPossibleDurationHasABucket() {
        let histogram = LatencyHistogram()
        histogram.record(nanoseconds: .max)
        #expect(histogram.snapshot().quantile(0.5) == Double(Int64.max) / 1e9)
    }

    @Test func bucketsForPrometheusRiseAndEndWithAllThatIsShort() {
        let histogram = LatencyHistogram()
        for nanoseconds in [10_000, 20_000, 3_000_000, 60_000_000_000] as [Int64] { histogram.record(nanoseconds: nanoseconds) }
        let buckets = histogram.snapshot().cumulative
        #expect(buckets.map(\.upTo_s) == stride(from: 14, through: 34, by: 2).map { exp2(Double($0)) / 1e9 })
        #expect(buckets.map(\.count) == [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3])
        #expect(histogram.snapshot().count == 4)
        #expect(abs(histogram.snapshot().sum_s - 60.00303) < 1e-9)
    }

    @Test func countsFromSeveralThreadsAreAllThere() async {
        let histogram = LatencyHistogram()
        await withTaskGroup { group in
            for thread in 0..<4 {
                group.addTask { for value in 0..<10_000 { histogram.record(nanoseconds: Int64(thread * 10_000 + value)) } }
            }
        }
        #expect(histogram.snapshot().count == 40_000)
        #expect(histogram.snapshot().highest_s == 39_999e-9)
    }
}
