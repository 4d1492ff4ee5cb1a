import Frames

/// Which pixels statistics are taken of, and from which value on one is saturated.
public struct StatisticsRequest: Sendable {
    /// Pixels that the static mask leaves. A kernel's bins may have fewer (a range of the curve), but no others.
    public let valid: ValidityBits
    /// Counts; nil: none is counted as saturated. Saturated pixels are in the sum, also where a kernel leaves them out of its bins.
    public let saturation: UInt32?

    public init(valid: ValidityBits, saturation: UInt32? = nil) {
        self.valid = valid
        self.saturation = saturation
    }
}
