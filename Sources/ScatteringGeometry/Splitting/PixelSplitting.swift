/// How the counts of one pixel are shared by the bins it covers.
public enum PixelSplitting: String, Sendable, CaseIterable, Codable {
    /// All to the bin of its centre.
    case none
    /// The pixel is a box in (radius, azimuth) around its centre, half as wide as its farthest corner is away.
    case boundingBox
    /// The pixel is the polygon of its corners in (radius, azimuth); shares are areas.
    case fullPixel
}
