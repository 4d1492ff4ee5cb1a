/// A time as the detector gives it: a fraction of seconds. V1 counts nanoseconds; V2 has one denominator for a series.
///
/// V2 times are relative to the series' date; V1 times begin anywhere, so that only their differences mean something.
public struct WireTime: Sendable, Equatable {
    public let numerator: Int64
    /// Above 0.
    public let denominator: Int64

    /// - Returns: nil for a denominator that is not above 0.
    public init?(numerator: Int64, denominator: Int64) {
        guard denominator > 0 else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Seconds, rounded to a double.
    public var seconds: Double { Double(numerator) / Double(denominator) }

    /// Whole nanoseconds, rounded towards zero; nil beyond 64 bits (292 years).
    public var nanoseconds: Int64? {
        Int64(exactly: Int128(numerator) * 1_000_000_000 / Int128(denominator))
    }
}
