import Diagnostics

/// A plane detector of equal pixels.
public struct FlatDetector: Hashable, Sendable {
    public let shape: DetectorShape
    public let pixelSize: PixelSize
    public let orientation: DetectorOrientation

    public init(shape: DetectorShape, pixelSize: PixelSize, orientation: DetectorOrientation = .bottomRight) {
        self.shape = shape
        self.pixelSize = pixelSize
        self.orientation = orientation
    }

    /// The distance from the detector's origin along axis 1, in metres; `index` 0.5 is the centre of the first row, 0 and 1 are its edges.
    @inline(__always)
    func position1_m(_ index: Double) -> Double {
        (orientation.turnsSlow ? Double(shape.slow) - index : index) * pixelSize.slow_m
    }

    /// As `position1_m`, along axis 2.
    @inline(__always)
    func position2_m(_ index: Double) -> Double {
        (orientation.turnsFast ? Double(shape.fast) - index : index) * pixelSize.fast_m
    }
}
