import EmbargoClock
import RunModel

/// What the clocks of a machine show: a parameter of all that goes by time, so that tests decide what time it is.
public protocol ClockSource: Sendable {
    func reading() -> ClockReading
}

extension Instant {
    private static let epoch = Instant.earliest.advanced(byMilliseconds: -Instant.earliest.millisecondsSince1970)

    /// The millisecond that has begun; what nanoseconds of 64 bits can say lies well inside the years 1 to 9999.
    public init(_ time: Timestamp) {
        let (quotient, remainder) = time.unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self = Instant.epoch.advanced(byMilliseconds: remainder < 0 ? quotient - 1 : quotient)
    }
}

extension Timestamp {
    /// Held at the ends of what nanoseconds of 64 bits can say, the years 1678 and 2262.
    public init(_ instant: Instant) {
        let (product, overflows) = instant.millisecondsSince1970.multipliedReportingOverflow(by: 1_000_000)
        self.init(unixNanoseconds: overflows ? (instant.millisecondsSince1970 < 0 ? .min : .max) : product)
    }
}
