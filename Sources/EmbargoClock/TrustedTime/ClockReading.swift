/// What the clocks of a machine show at one moment.
public struct ClockReading: Sendable, Hashable, Codable {
    /// The system's time.
    public let wall: Instant
    /// Names the boot: a new one means that `sinceBoot` began again.
    public let boot: String
    /// Milliseconds since the boot, suspended time included (Linux: CLOCK_BOOTTIME).
    public let millisecondsSinceBoot: Int64
    /// Whether a time service says that the system's time is synchronised.
    public let isSynchronised: Bool

    public init(wall: Instant, boot: String, millisecondsSinceBoot: Int64, isSynchronised: Bool) {
        self.wall = wall
        self.boot = boot
        self.millisecondsSinceBoot = millisecondsSinceBoot
        self.isSynchronised = isSynchronised
    }
}

/// `clock.trust` of the configuration.
public enum ClockTrust: String, Sendable, Hashable, Codable {
    /// After a boot, time is trusted when the clock is synchronised, or when somebody has accepted it.
    case synchronised
    /// After a boot, the system's time is taken as it is: a demonstration, tests, hosts without a time service.
    case system
}

/// Why time does not go on, or goes on slower than the system's.
public enum ClockDoubt: Sendable, Hashable, Codable {
    /// Since the boot, no time was accepted: the clock is not synchronised. Nothing opens.
    case notAccepted
    /// The system's time is ahead of the last accepted one by more than the time that passed and the tolerance.
    case jumpedAhead(milliseconds: Int64)
    /// The system's time is behind what was trusted before.
    case behind(milliseconds: Int64)
    /// The clock that counts since the boot went back, or shows a time before it. Nothing opens.
    case bootClockWentBack
}

/// The time that openings go by.
public struct TrustedTime: Sendable, Hashable, Codable {
    /// What `ClosedUntil.isOver(at:)` is asked with; the beginning of the year 1 if no time was ever trusted.
    public let now: Instant
    /// For health; nil if all is well.
    public let doubt: ClockDoubt?

    public init(now: Instant, doubt: ClockDoubt?) {
        self.now = now
        self.doubt = doubt
    }
}
