/// Time that nobody can push ahead to open data: never later than the last accepted time, the time that the boot clock has counted since,
/// and five minutes. A value, fed with readings; the caller reads the clocks and stores the value, so that a restart does not forget.
///
/// After a reboot the boot clock says nothing about the time that the machine was off: a time is accepted anew, if the clock is
/// synchronised, by a person (`accept`), or by `clock.trust: system`. So a long shutdown is no jump. Trusted time never runs back: what
/// was open stays open.
public struct TrustedClock: Sendable, Hashable, Codable {
    /// As the configuration says today; a stored clock may have been made under another.
    public var trust: ClockTrust
    /// The reading whose wall time was accepted.
    private var accepted: ClockReading?
    /// The latest time that was given out.
    private var latest: Instant
    /// The largest boot clock seen in this boot.
    private var latestSinceBoot: Int64

    /// Milliseconds by which the system's time may be ahead of what was counted.
    public static let tolerance: Int64 = 300_000

    /// The boot clock's own error (some seconds a day) is taken out this often, and no more often: else the tolerance would add up.
    static let renewal: Int64 = 86_400_000

    public init(trust: ClockTrust) {
        self.trust = trust
        latest = .earliest
        latestSinceBoot = 0
    }

    /// The trusted time at a reading.
    public mutating func time(at reading: ClockReading) -> TrustedTime {
        guard reading.millisecondsSinceBoot >= 0 else { return TrustedTime(now: latest, doubt: .bootClockWentBack) }
        guard let accepted, accepted.boot == reading.boot else { return timeAfterBoot(reading) }
        let (elapsed, overflows) = reading.millisecondsSinceBoot.subtractingReportingOverflow(accepted.millisecondsSinceBoot)
        guard reading.millisecondsSinceBoot >= latestSinceBoot, elapsed >= 0, !overflows else {
            return TrustedTime(now: latest, doubt: .bootClockWentBack)
        }
        latestSinceBoot = reading.millisecondsSinceBoot
        let bound = accepted.wall.advanced(byMilliseconds: elapsed).advanced(byMilliseconds: Self.tolerance)
        let ahead = reading.wall.millisecondsSince1970 - bound.millisecondsSince1970
        let behind = latest.millisecondsSince1970 - reading.wall.millisecondsSince1970
        latest = max(latest, min(reading.wall, bound))
        if ahead > 0 { return TrustedTime(now: latest, doubt: .jumpedAhead(milliseconds: ahead + Self.tolerance)) }
        if behind > Self.tolerance { return TrustedTime(now: latest, doubt: .behind(milliseconds: behind)) }
        if elapsed >= Self.renewal, isAcceptable(reading) { self.accepted = reading }
        return TrustedTime(now: latest, doubt: nil)
    }

    /// A person says that the system's time is right (`faisceau embargo clock accept`). Also the way back from a time that was accepted
    /// wrongly and lies ahead; what has opened by it stays open by its entry in the chain.
    public mutating func accept(_ reading: ClockReading) throws(EmbargoError) {
        guard reading.millisecondsSinceBoot >= 0 else {
            throw EmbargoError(
                .malformed, "The boot clock shows a time before the boot", at: "clock accept",
                got: "\(reading.millisecondsSinceBoot) ms", expected: "0 or more")
        }
        accepted = reading
        latest = reading.wall
        latestSinceBoot = reading.millisecondsSinceBoot
    }

    private func isAcceptable(_ reading: ClockReading) -> Bool { reading.isSynchronised || trust == .system }

    private mutating func timeAfterBoot(_ reading: ClockReading) -> TrustedTime {
        guard isAcceptable(reading) else { return TrustedTime(now: latest, doubt: .notAccepted) }
        let behind = latest.millisecondsSince1970 - reading.wall.millisecondsSince1970
        // A machine whose battery is empty wakes up in 1970, and a time service may say that this is right.
        guard behind <= Self.tolerance || latest == .earliest else {
            return TrustedTime(now: latest, doubt: .behind(milliseconds: behind))
        }
        accepted = reading
        latest = max(latest, reading.wall)
        latestSinceBoot = reading.millisecondsSinceBoot
        return TrustedTime(now: latest, doubt: nil)
    }
}
