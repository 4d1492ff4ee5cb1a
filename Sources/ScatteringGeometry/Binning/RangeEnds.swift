/// What becomes of pixels at the ends of a range.
public enum RangeEnds: String, Sendable, Codable {
    /// What lies outside is left out: a pixel that is split at an end has a total weight less than 1.
    case exact
    /// As pyFAI (2026.9, CSR engine) does it, for comparison with its curves. Without splitting, values up to one bin width BELOW the range are
    /// counted in the first bin (a fraction is cut towards zero). With bounding boxes, the parts outside go to the end bins, and boxes that
    /// end in the bin below the range wholly to the first one. With full splitting, the parts inside are scaled up to 1.
    ///
    /// On real data the first bin of a range that cuts the detector so nearly doubles; the others agree.
    case pyFAI

    /// Whether a bin number (with its fraction) is not below the first bin. False for NaN.
    @inline(__always)
    func reaches(_ number: Double) -> Bool { self == .exact ? number >= 0 : number > -1 }
}
