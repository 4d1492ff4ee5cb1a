import Foundation
import Frames
import HDF5
import NeXus
import Quantities
import Reductions
import ScatteringGeometry
import TestSupport

/// One sentence of a configuration, and what it means in the words of the geometry: what the plan must come to.
struct Wire: Sendable, CustomStringConvertible {
    static let bins = "bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}\n"

    let description: String
    let yaml: String
    /// Without keys of its own: that of ``FrameFile``, and 50 bins.
    var geometry = FrameFile.geometry
    var bins = Wire.bins
    /// What the input says of its detector.
    var detector: [NeXusNode] = []
    /// Writes the files that the configuration names.
    var files: @Sendable (TemporaryFolder) throws -> Void = { _ in }
    let meaning: @Sendable (inout Meaning) throws -> Void

    init(
        _ description: String, _ yaml: String, geometry: String = FrameFile.geometry, bins: String = Wire.bins,
        detector: [NeXusNode] = [], files: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in },
        _ meaning: @escaping @Sendable (inout Meaning) throws -> Void
    ) {
        self.description = description
        self.yaml = yaml
        self.geometry = geometry
        self.bins = bins
        self.detector = detector
        self.files = files
        self.meaning = meaning
    }

    static let slow = 40
    static let fast = 56
    static let pixels = slow * fast
    static let frameCount = 3

    static var shape: DetectorShape { get throws { try DetectorShape(slow: slow, fast: fast) } }

    /// Noise, a pixel far above it now and then, and a column that is a gap.
    static let frames: [[UInt16]] = {
        var generator = SeededGenerator(seed: 23)
        return (0..<frameCount).map { frame in
            (0..<pixels).map { pixel in
                if pixel % fast == 13 { return .max }
                let noise = UInt16.random(in: 0...9, using: &generator)
                return pixel % 89 == frame ? 400 + noise : 3 + noise
            }
        }
    }()

    /// The frames, with what the input says of its detector beside them.
    func writeInput(_ path: String) throws {
        let values = Self.frames.flatMap(\.self)
        let data = NeXusNode.field(
            "data", .numbers(try NeXusArray(values, shape: [Self.frameCount, Self.slow, Self.fast])))
        var entry: [NeXusNode] = [.group("data", "NXdata", children: [data])]
        if !detector.isEmpty { entry.append(Self.instrument(detector)) }
        try NeXusWriter.write(
            NeXusGroup("/", "NXroot", children: [.group("entry", "NXentry", children: entry)]), to: path)
    }

    /// A detector and a beam of 1.2 angstrom.
    static func instrument(_ detector: [NeXusNode]) -> NeXusNode {
        .group(
            "instrument", "NXinstrument",
            children: [
                .group("detector", "NXdetector", children: detector),
                .group("beam", "NXbeam", children: [.field("incident_wavelength", .float64(1.2), units: "angstrom")]),
            ])
    }
}

/// What a configuration means: everything that the sums of a frame depend on.
struct Meaning {
    var geometry: DetectorGeometry
    var unit = RadialUnit.q_perNanometre
    var binCount = 50
    /// nil: all that the pixels see.
    var range: (from: Double, to: Double)? = (0.5, 6)
    var spacing = RadialBins.Spacing.linear
    var ends = RangeEnds.exact
    var azimuthal: AzimuthalBins?
    var selection = AzimuthalSelection.all
    var splitting = PixelSplitting.none
    /// True for pixels that are no measurement.
    var mask = [Bool](repeating: false, count: Wire.pixels)
    var solidAngle = PixelNormalisation.SolidAngle.relative
    var polarisation: Polarisation?
    var absorption: SensorAbsorption?
    var flat: [Float]?
    var dark: [Double]?
    var darkVariance: [Double]?
    var transmission = 1.0
    var errors = ErrorModel.poisson
    /// Larger values are no measurements.
    var saturation: UInt16 = .max - 1
    var clipping: (cutoff: Double, cycles: Int)?

    /// Of a configuration that says nothing but ``FrameFile/geometry`` and ``Wire/bins``.
    init() throws {
        let flat = FlatDetector(shape: try Wire.shape, pixelSize: try PixelSize(slow_m: 172e-6, fast_m: 172e-6))
        let placement = try DetectorPlacement(
            distanceAlongBeam: Length("60 mm"), beamSlow: PixelPosition("18.7 px"), beamFast: PixelPosition("21.3 px"), of: flat,
            rotation1: .degrees(3), rotation2: .degrees(-2), rotation3: .degrees(10))
        geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1 angstrom"))
    }

    private func matrix() throws -> SplitMatrix {
        let radial: RadialBins
        if let range {
            radial = try RadialBins(
                unit: unit, count: binCount, from: range.from, to: range.to, spacing: spacing, ends: ends)
        } else {
            radial = try RadialBins(
                unit: unit, count: binCount, covering: geometry, mask: mask, splitting: splitting, spacing: spacing, ends: ends)
        }
        return try geometry.splitMatrix(splitting, radial: radial, azimuthal: azimuthal, selection: selection, mask: mask)
    }

    /// The sums of every frame, the plain way.
    func sums() throws -> [BinSums] {
        let matrix = try matrix()
        let normalisation = PixelNormalisation(
            solidAngle: solidAngle, polarisation: polarisation, absorption: absorption, flatField: flat)
        let reference = ReferenceReduction(
            normalisation: try normalisation.factors(geometry), frameFactor: transmission, dark: dark, darkVariance: darkVariance,
            errors: errors)
        return try Wire.frames.map { frame in
            let values = frame.map { $0 > saturation ? .nan : Double($0) }
            guard let clipping else { return try reference.reduce(values, with: matrix) }
            let kept = try PlainClipping(cutoff: clipping.cutoff, cycles: clipping.cycles).kept(values, reference, matrix)
            return try reference.reduce(kept, with: matrix)
        }
    }
}
