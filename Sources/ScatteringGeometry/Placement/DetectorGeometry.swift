import Diagnostics
import Quantities

/// A detector in its place, and the wavelength: where each pixel is in the laboratory, and in reciprocal space.
///
/// Arrays that it makes are `[slow, fast]`, in the order of the frame's own pixels (also where the orientation turns an axis).
public struct DetectorGeometry: Hashable, Sendable {
    /// What is known of the pixels.
    public enum Detector: Hashable, Sendable {
        case flat(FlatDetector)
        case corners(PixelCorners)
    }

    public let detector: Detector
    public let placement: DetectorPlacement
    /// Nil is allowed: only units that need it ask for it.
    public let wavelength: Wavelength?
    let rotation: RotationMatrix

    public init(detector: FlatDetector, placement: DetectorPlacement, wavelength: Wavelength?) {
        self.detector = .flat(detector)
        self.placement = placement
        self.wavelength = wavelength
        rotation = RotationMatrix(placement)
    }

    /// A detector of any form. The corners are in a frame of the detector's own, which `placement` puts into the laboratory as it does with
    /// the plane of a flat one.
    public init(corners: PixelCorners, placement: DetectorPlacement, wavelength: Wavelength?) {
        detector = .corners(corners)
        self.placement = placement
        self.wavelength = wavelength
        rotation = RotationMatrix(placement)
    }

    /// A flat detector given by vectors: see ``DetectorVectors/placed()``.
    /// - Throws: as that.
    public init(_ vectors: DetectorVectors, wavelength: Wavelength?) throws(GeometryError) {
        let (flat, placement) = try vectors.placed()
        self.init(detector: flat, placement: placement, wavelength: wavelength)
    }

    /// The same with another wavelength.
    public func with(wavelength: Wavelength?) -> DetectorGeometry {
        switch detector {
        case .flat(let flat): DetectorGeometry(detector: flat, placement: placement, wavelength: wavelength)
        case .corners(let corners): DetectorGeometry(corners: corners, placement: placement, wavelength: wavelength)
        }
    }

    public var shape: DetectorShape {
        switch detector {
        case .flat(let flat): flat.shape
        case .corners(let corners): corners.shape
        }
    }

    /// The centre of a pixel.
    /// - Throws: `outOfRange` when there is no such pixel.
    public func centre(slow: Int, fast: Int) throws(GeometryError) -> LabPosition {
        try requirePixel(slow: slow, fast: fast)
        switch detector {
        case .flat(let flat): return position(flat, Double(slow) + 0.5, Double(fast) + 0.5)
        case .corners(let corners): return centre(corners, pixel: slow * shape.fast + fast)
        }
    }

    /// The four corners of a pixel, in the order (i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1).
    /// - Throws: `outOfRange` when there is no such pixel.
    public func corners(slow: Int, fast: Int) throws(GeometryError) -> [LabPosition] {
        try requirePixel(slow: slow, fast: fast)
        switch detector {
        case .flat(let flat):
            let (i, j) = (Double(slow), Double(fast))
            return [position(flat, i, j), position(flat, i + 1, j), position(flat, i + 1, j + 1), position(flat, i, j + 1)]
        case .corners(let corners):
            return (0..<4).map { position(corners, corner: $0, pixel: slow * shape.fast + fast) }
        }
    }

    private func requirePixel(slow: Int, fast: Int) throws(GeometryError) {
        guard (0..<shape.slow).contains(slow), (0..<shape.fast).contains(fast) else {
            throw GeometryError(
                .outOfRange, "The detector has no such pixel", got: "\(slow), \(fast) (slow, fast)", expected: "within \(shape)")
        }
    }

    @inline(__always)
    func position(_ flat: FlatDetector, _ slow: Double, _ fast: Double) -> LabPosition {
        rotation.turned(
            flat.position1_m(slow) - placement.poni1_m, flat.position2_m(fast) - placement.poni2_m, placement.distance_m)
    }

    @inline(__always)
    func position(_ corners: PixelCorners, corner: Int, pixel: Int) -> LabPosition {
        let (p1, p2, p3) = corners.corner(corner, ofPixel: pixel)
        return rotation.turned(p1 - placement.poni1_m, p2 - placement.poni2_m, p3 + placement.distance_m)
    }

    /// The mean of the four corners.
    @inline(__always)
    func centre(_ corners: PixelCorners, pixel: Int) -> LabPosition {
        var sum = SIMD3<Double>.zero
        for corner in 0..<4 {
            let (p1, p2, p3) = corners.corner(corner, ofPixel: pixel)
            sum += SIMD3(p1, p2, p3)
        }
        sum *= 0.25
        return rotation.turned(sum.x - placement.poni1_m, sum.y - placement.poni2_m, sum.z + placement.distance_m)
    }
}
