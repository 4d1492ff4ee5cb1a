import Diagnostics

/// A detector given by the four corners of each of its pixels: curved detectors, modules that are not in one plane, unequal pixels.
public struct PixelCorners: Hashable, Sendable {
    public let shape: DetectorShape
    /// Metres, `[slow, fast, 4, 3]`. Corners in the order (i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1). Coordinates in the order in
    /// which detector files of the PONI convention have them: along the beam (0 in the detector's plane), axis 1, axis 2.
    public let values: [Float]

    /// - Throws: `shapeMismatch` for another number of values than 12 a pixel; `outOfRange` for a value that is not finite or beyond
    ///   ``DetectorPlacement/farthest_m``.
    public init(shape: DetectorShape, values: [Float]) throws(GeometryError) {
        try shape.require(values.count, of: "corner array", perPixel: 12)
        if let place = values.firstIndex(where: { !($0.magnitude <= Float(DetectorPlacement.farthest_m)) }) {
            let pixel = place / 12
            throw GeometryError(
                .outOfRange, "A pixel corner has no place in space",
                at:
                    "pixel \(pixel / shape.fast), \(pixel % shape.fast) (slow, fast), corner \(place % 12 / 3), coordinate \(place % 3)",
                got: "\(values[place])", expected: "a number of metres, \(DetectorPlacement.farthest_m) at most",
                remedy: "Give corners in metres; mask a pixel that does not exist and give it the corners of a neighbour")
        }
        self.shape = shape
        self.values = values
    }

    /// One corner in the detector's frame, in metres: along axis 1, axis 2, and out of the plane.
    @inline(__always)
    func corner(_ corner: Int, ofPixel pixel: Int) -> (Double, Double, Double) {
        let place = pixel * 12 + corner * 3
        return (Double(values[place + 1]), Double(values[place + 2]), Double(values[place]))
    }
}
