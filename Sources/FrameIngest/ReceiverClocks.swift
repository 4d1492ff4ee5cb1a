import Glibc

/// The receiver's two clocks; parameters so that tests can move each.
public struct ReceiverClocks: Sendable {
    /// Nanoseconds since 1970 UTC: the time of receipt that is written to the file, and nothing else. It may step, also backwards.
    public var wall_ns: @Sendable () -> Int64
    /// Nanoseconds since some moment, by a clock that nobody sets: all that is waited for is measured with it.
    public var steady_ns: @Sendable () -> Int64

    public init(
        wall_ns: @escaping @Sendable () -> Int64 = systemTime_ns, steady_ns: @escaping @Sendable () -> Int64 = steadyTime_ns
    ) {
        self.wall_ns = wall_ns
        self.steady_ns = steady_ns
    }
}

/// The wall clock in nanoseconds since 1970-01-01 UTC.
@Sendable public func systemTime_ns() -> Int64 { time_ns(CLOCK_REALTIME) }

/// The machine's monotonic clock in nanoseconds, which time servers do not set.
@Sendable public func steadyTime_ns() -> Int64 { time_ns(CLOCK_MONOTONIC) }

private func time_ns(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
