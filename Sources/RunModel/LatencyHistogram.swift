import Synchronization

/// How long things took, counted by any number of threads while others look: from the receipt of a frame to its acknowledgement.
///
/// Buckets grow with the value, eight for each power of two of nanoseconds, so a quantile is exact to an eighth whatever the scale.
/// `record` costs three relaxed atomic additions and allocates nothing.
public final class LatencyHistogram: @unchecked Sendable {
    // Safe to share: the memory lives as long as this object and is reached through atomics only.
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sum_ns = Atomic<UInt64>(0)
    private let highest_ns = Atomic<UInt64>(0)

    public init() {
        counts = .allocate(capacity: LatencyBuckets.count)
        for index in 0..<LatencyBuckets.count { (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: LatencyBuckets.count)
        counts.deallocate()
    }

    /// Counts one duration in; a negative one (the clock was set back in between) counts as none.
    public func record(nanoseconds: Int64) {
        let value = UInt64(max(0, nanoseconds))
        counts[LatencyBuckets.index(of: value)].add(1, ordering: .relaxed)
        sum_ns.add(value, ordering: .relaxed)
        highest_ns.max(value, ordering: .relaxed)
    }

    /// What has been counted so far. While others count, the last few may be in some of its figures and not yet in others.
    public func snapshot() -> LatencySnapshot {
        LatencySnapshot(
            counts: (0..<LatencyBuckets.count).map { counts[$0].load(ordering: .relaxed) },
            sum_s: Double(sum_ns.load(ordering: .relaxed)) / 1e9, highest_s: Double(highest_ns.load(ordering: .relaxed)) / 1e9)
    }
}

/// A histogram's counts at one moment.
public struct LatencySnapshot: Sendable, Equatable {
    private let counts: [UInt64]
    /// Of all durations, seconds.
    public let sum_s: Double
    /// The longest, seconds; 0 when there is none.
    public let highest_s: Double

    fileprivate init(counts: [UInt64], sum_s: Double, highest_s: Double) {
        self.counts = counts
        self.sum_s = sum_s
        self.highest_s = highest_s
    }

    public var count: Int { Int(clamping: counts.reduce(0, +)) }

    /// The duration that `fraction` of all do not exceed (0.99: the 99th percentile), seconds, at most an eighth too long.
    ///
    /// - Returns: nil when nothing was counted.
    public func quantile(_ fraction: Double) -> Double? {
        let total = count
        guard total > 0 else { return nil }
        let rank = UInt64(max(1, (fraction * Double(total)).rounded(.up)))
        var reached: UInt64 = 0
        for (index, count) in counts.enumerated() {
            reached += count
            if reached >= rank { return min(highest_s, LatencyBuckets.upperEnd_s(index)) }
        }
        return highest_s
    }

    /// A bucket of a Prometheus histogram: how many durations are not longer than `upTo_s`.
    public struct Cumulative: Sendable, Equatable {
        public let upTo_s: Double
        public let count: Int
    }

    /// Every second power of two from 16 µs to 17 s; Prometheus adds the bucket without an end, which is `count`.
    public var cumulative: [Cumulative] {
        var result: [Cumulative] = []
        var reached: UInt64 = 0
        for (index, count) in counts.enumerated() {
            reached += count
            let end = LatencyBuckets.upperEnd_ns(index)
            guard end >= 1 << 14, end <= 1 << 34, end.nonzeroBitCount == 1, end.trailingZeroBitCount % 2 == 0 else { continue }
            result.append(Cumulative(upTo_s: Double(end) / 1e9, count: Int(clamping: reached)))
        }
        return result
    }
}

/// Bucket 8 (e + 1) + m holds the values from (8 + m) 2^e up to the next bucket's; the first eight hold 0 to 7 ns one by one.
private enum LatencyBuckets {
    /// To the end of Int64.
    static let count = 8 * 61

    static func index(of value: UInt64) -> Int {
        guard value >= 8 else { return Int(value) }
        let exponent = 60 - value.leadingZeroBitCount
        return min(count - 1, 8 * exponent + Int(value >> UInt64(exponent)))
    }

    /// The first value that is beyond bucket `index`.
    static func upperEnd_ns(_ index: Int) -> UInt64 {
        let next = index + 1
        guard next >= 16 else { return UInt64(next) }
        return UInt64(8 + next % 8) << UInt64(next / 8 - 1)
    }

    static func upperEnd_s(_ index: Int) -> Double { Double(upperEnd_ns(index)) / 1e9 }
}
