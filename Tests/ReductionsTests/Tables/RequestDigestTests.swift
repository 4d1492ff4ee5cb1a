import Frames
import Quantities
import Reductions
import ScatteringGeometry
import Testing

/// The digest of a request is another one whenever anything in the request is.
@Suite struct RequestDigestTests {
    /// What a request is made of, to be changed one by one.
    private struct Parts {
        var flat: FlatDetector
        var corners: PixelCorners?
        var placement = [0.1, 0.001, 0.002, 0.01, -0.02, 0.3]
        var wavelength: Wavelength?
        var bins: BinSettings
        var azimuthal: AzimuthalBins?
        var selection = AzimuthalSelection.all
        var splitting = PixelSplitting.boundingBox
        var isMasked = [Bool](repeating: false, count: 12)
        var normalisation: PixelFactors?
        var dark: [Double]?
        var darkVariance: [Double]?
        var isUsable: [Bool]?
        var words = ["solid angle: relative"]
        var errors = ErrorModel.poisson
        var clipping: ClippingSettings?
        var format: FrameFormat
        var saturation: UInt32?

        init() throws {
            flat = FlatDetector(
                shape: try DetectorShape(slow: 3, fast: 4), pixelSize: try PixelSize(slow_m: 1e-4, fast_m: 1e-4))
            bins = RequestDigestTests.bins()
            format = FrameFormat(shape: try FrameShape(slow: 3, fast: 4), pixelType: .uint16)
        }

        func request() throws -> PixelReductionRequest {
            let placement = try DetectorPlacement(
                distance_m: placement[0], poni1_m: placement[1], poni2_m: placement[2], rotation1_rad: placement[3],
                rotation2_rad: placement[4], rotation3_rad: placement[5])
            let geometry =
                corners.map { DetectorGeometry(corners: $0, placement: placement, wavelength: wavelength) }
                ?? DetectorGeometry(detector: flat, placement: placement, wavelength: wavelength)
            return PixelReductionRequest(
                geometry: geometry, bins: bins, azimuthal: azimuthal, selection: selection, splitting: splitting,
                isMasked: isMasked,
                corrections: PixelCorrections(
                    normalisation: normalisation, dark: dark, darkVariance: darkVariance, isUsable: isUsable, words: words),
                errors: errors, clipping: clipping, format: format, saturation: saturation)
        }
    }

    private static func bins(
        _ unit: RadialUnit = .r_millimetre, _ count: Int = 5, _ from: Double? = 1, _ to: Double? = 2,
        _ spacing: RadialBins.Spacing = .linear, _ ends: RangeEnds = .exact
    ) -> BinSettings {
        var bins = BinSettings()
        (bins.unit, bins.count, bins.from, bins.to, bins.spacing, bins.ends) = (unit, count, from, to, spacing, ends)
        return bins
    }

    /// Factors of a detector of 3 x 4 pixels.
    private static func factors(
        _ solidAngle: PixelNormalisation.SolidAngle = .relative, polarisation: (Double, Double)? = nil, absorption: Double? = nil,
        flat: Float? = nil, wavelength: String? = nil
    ) throws -> PixelFactors {
        let placement = try DetectorPlacement(
            distance_m: 0.1, poni1_m: 0.001, poni2_m: 0.002, rotation1_rad: 0.01, rotation2_rad: -0.02, rotation3_rad: 0.3)
        let geometry = DetectorGeometry(
            detector: try Self.flat(), placement: placement, wavelength: try wavelength.map { try Wavelength($0) })
        return try PixelFactors(
            PixelNormalisation(
                solidAngle: solidAngle,
                polarisation: try polarisation.map { try Polarisation(factor: $0.0, offset: .degrees($0.1)) },
                absorption: try absorption.map { try SensorAbsorption(transmission: $0) },
                flatField: flat.map { [Float](repeating: 1, count: 11) + [$0] }),
            of: geometry)
    }

    private static func flat(
        _ slow: Int = 3, _ fast: Int = 4, _ slow_m: Double = 1e-4, _ fast_m: Double = 1e-4,
        _ orientation: DetectorOrientation = .bottomRight
    ) throws -> FlatDetector {
        FlatDetector(
            shape: try DetectorShape(slow: slow, fast: fast), pixelSize: try PixelSize(slow_m: slow_m, fast_m: fast_m),
            orientation: orientation)
    }

    private static func sector(_ from: Double, _ to: Double, _ hasOpposite: Bool = false) throws -> Sector {
        try Sector(from: .degrees(from), to: .degrees(to), hasOpposite: hasOpposite)
    }

    /// Each is another request than all the others.
    private static let changes: [(String, @Sendable (inout Parts) throws -> Void)] = {
        var all: [(String, @Sendable (inout Parts) throws -> Void)] = [
            ("nothing", { _ in }),
            ("rows", { $0.flat = try flat(4, 3) }),
            ("pixel size slow", { $0.flat = try flat(3, 4, 1.1e-4) }),
            ("pixel size fast", { $0.flat = try flat(3, 4, 1e-4, 1.1e-4) }),
            ("orientation", { $0.flat = try flat(3, 4, 1e-4, 1e-4, .topLeft) }),
            ("wavelength", { $0.wavelength = try Wavelength("1 Å") }),
            ("wavelength's last bit", { $0.wavelength = try Wavelength(1.0.nextUp, .angstrom) }),
            ("unit", { $0.bins = bins(.r_metre) }), ("count", { $0.bins = bins(.r_millimetre, 6) }),
            ("from", { $0.bins = bins(.r_millimetre, 5, 1.0.nextUp) }), ("no from", { $0.bins = bins(.r_millimetre, 5, nil) }),
            ("to", { $0.bins = bins(.r_millimetre, 5, 1, 2.0.nextUp) }), ("no to", { $0.bins = bins(.r_millimetre, 5, 1, nil) }),
            ("no range", { $0.bins = bins(.r_millimetre, 5, nil, nil) }),
            ("spacing", { $0.bins = bins(.r_millimetre, 5, 1, 2, .logarithmic) }),
            ("ends", { $0.bins = bins(.r_millimetre, 5, 1, 2, .linear, .pyFAI) }),
            ("factors", { $0.normalisation = try factors() }),
            ("factors of another geometry", { $0.normalisation = try factors(wavelength: "1 Å") }),
            ("solid angle", { $0.normalisation = try factors(.absolute) }),
            ("no solid angle", { $0.normalisation = try factors(.none) }),
            ("polarisation", { $0.normalisation = try factors(polarisation: (0.9, 0)) }),
            ("polarisation's factor", { $0.normalisation = try factors(polarisation: (0.9.nextUp, 0)) }),
            ("polarisation's plane", { $0.normalisation = try factors(polarisation: (0.9, 1)) }),
            ("absorption", { $0.normalisation = try factors(absorption: 0.4) }),
            ("other absorption", { $0.normalisation = try factors(absorption: 0.5) }),
            ("flat field", { $0.normalisation = try factors(flat: 1) }),
            ("other flat field", { $0.normalisation = try factors(flat: 2) }),
            ("cake", { $0.azimuthal = try AzimuthalBins(count: 3) }),
            ("cake count", { $0.azimuthal = try AzimuthalBins(count: 4) }),
            ("cake from", { $0.azimuthal = try AzimuthalBins(count: 3, from_rad: 0.1, to_rad: 3) }),
            ("cake to", { $0.azimuthal = try AzimuthalBins(count: 3, from_rad: 0.1, to_rad: 3.1) }),
            ("no sectors", { $0.selection = .sectors([]) }), ("sector", { $0.selection = .sectors([try sector(0, 10)]) }),
            ("sector from", { $0.selection = .sectors([try sector(1, 10)]) }),
            ("sector to", { $0.selection = .sectors([try sector(0, 11)]) }),
            ("opposite", { $0.selection = .sectors([try sector(0, 10, true)]) }),
            ("sectors", { $0.selection = .sectors([try sector(0, 10), try sector(0, 10)]) }),
            ("slab", { $0.selection = .slab(try Slab(direction: .degrees(0), halfWidth: 1)) }),
            ("slab direction", { $0.selection = .slab(try Slab(direction: .degrees(1), halfWidth: 1)) }),
            ("slab width", { $0.selection = .slab(try Slab(direction: .degrees(0), halfWidth: 2)) }),
            ("no splitting", { $0.splitting = .none }), ("full splitting", { $0.splitting = .fullPixel }),
            ("mask", { $0.isMasked[11] = true }), ("another pixel masked", { $0.isMasked[10] = true }),
            ("shorter mask", { $0.isMasked.removeLast() }),
            ("usable", { $0.isUsable = [Bool](repeating: true, count: 12) }),
            ("usable pixel", { $0.isUsable = [Bool](repeating: true, count: 11) + [false] }),
            ("no words", { $0.words = [] }), ("words", { $0.words = ["solid angle: not corrected"] }),
            ("words in two", { $0.words = ["solid angle", ": relative"] }),
            ("errors none", { $0.errors = .none }), ("errors exact", { $0.errors = .poissonExact }),
            ("errors azimuthal", { $0.errors = .azimuthal }), ("errors hybrid", { $0.errors = .hybrid }),
            ("variances", { $0.errors = .given([1, 2]) }), ("other variances", { $0.errors = .given([1, 3]) }),
            ("no variances", { $0.errors = .given([]) }),
            ("clipping", { $0.clipping = ClippingSettings(cutoff: 3, cycles: 5) }),
            ("cutoff", { $0.clipping = ClippingSettings(cutoff: 4, cycles: 5) }),
            ("cycles", { $0.clipping = ClippingSettings(cutoff: 3, cycles: 6) }),
            ("frame rows", { $0.format = FrameFormat(shape: try FrameShape(slow: 4, fast: 4), pixelType: .uint16) }),
            ("frame columns", { $0.format = FrameFormat(shape: try FrameShape(slow: 3, fast: 3), pixelType: .uint16) }),
            ("pixel type", { $0.format = FrameFormat(shape: try FrameShape(slow: 3, fast: 4), pixelType: .int16) }),
            ("saturation", { $0.saturation = 0 }), ("other saturation", { $0.saturation = 1 }),
        ]
        for number in 0..<6 {
            all.append(("placement \(number)", { $0.placement[number] = $0.placement[number].nextUp }))
        }
        for (name, values) in [("corners", Float(0)), ("other corners", 0.001), ("corners of negative zeros", -0.0)] {
            all.append(
                (
                    name,
                    {
                        $0.corners = try PixelCorners(
                            shape: DetectorShape(slow: 3, fast: 4), values: [Float](repeating: 0, count: 143) + [values])
                    }
                ))
        }
        all.append(
            (
                "corners of another shape",
                {
                    $0.corners = try PixelCorners(
                        shape: DetectorShape(slow: 4, fast: 3), values: [Float](repeating: 0, count: 144))
                }
            ))
        for values: [Double] in [[], [1, 2], [1, 3], [1], [0], [-0.0], [.nan]] {
            all.append(("normalisation \(values)", { $0.normalisation = PixelFactors(values) }))
            all.append(("dark \(values)", { $0.dark = values }))
            all.append(("dark variance \(values)", { $0.darkVariance = values }))
        }
        return all
    }()

    @Test func everyFieldChangesTheDigest() throws {
        var seen: [String: String] = [:]
        for (name, change) in Self.changes {
            var parts = try Parts()
            try change(&parts)
            let digest = try parts.request().digest
            #expect(digest.count == 64)
            #expect(seen[digest] == nil, "\(name) has the digest of \(seen[digest] ?? "")")
            seen[digest] = name
            var again = try Parts()
            try change(&again)
            let same = try again.request().digest
            #expect(same == digest, "\(name)")
        }
    }

    /// Whoever adds a field to one of these adds it to the digest, to the changes above, and here. What is made from other fields by the
    /// initialiser alone (a rotation matrix, the step of bins) is not in the digest.
    @Test func theDigestKnowsAllFields() throws {
        func fields(_ value: Any) -> [String] { Mirror(reflecting: value).children.map { $0.label ?? "" } }
        var parts = try Parts()
        parts.wavelength = try Wavelength("1 Å")
        let request = try parts.request()
        #expect(
            fields(request) == [
                "geometry", "bins", "azimuthal", "selection", "splitting", "isMasked", "corrections", "errors", "clipping",
                "format",
                "saturation",
            ])
        #expect(fields(request.geometry) == ["detector", "placement", "wavelength", "rotation"])
        #expect(
            fields(request.geometry.placement) == [
                "distance_m", "poni1_m", "poni2_m", "rotation1_rad", "rotation2_rad", "rotation3_rad",
            ])
        #expect(fields(parts.flat) == ["shape", "pixelSize", "orientation"])
        #expect(fields(parts.flat.shape) == ["slow", "fast"])
        #expect(fields(parts.flat.pixelSize) == ["slow_m", "fast_m"])
        let corners = try PixelCorners(shape: DetectorShape(slow: 1, fast: 1), values: [Float](repeating: 0, count: 12))
        #expect(fields(corners) == ["shape", "values"])
        #expect(fields(request.bins) == ["unit", "count", "from", "to", "spacing", "ends"])
        #expect(fields(try AzimuthalBins(count: 3)) == ["count", "from_rad", "to_rad", "origin", "step", "width"])
        #expect(fields(try Self.sector(0, 1)) == ["from_rad", "to_rad", "hasOpposite"])
        #expect(fields(try Slab(direction: .degrees(0), halfWidth: 1)) == ["direction_rad", "halfWidth"])
        #expect(fields(request.corrections) == ["normalisation", "dark", "darkVariance", "isUsable", "words"])
        #expect(fields(PixelNormalisation()) == ["solidAngle", "polarisation", "absorption", "flatField"])
        #expect(fields(try Polarisation(factor: 0.9)) == ["factor", "offset_rad"])
        #expect(fields(try SensorAbsorption(transmission: 0.4)) == ["transmission"])
        #expect(fields(ClippingSettings(cutoff: 3, cycles: 5)) == ["cutoff", "cycles"])
        #expect(fields(request.format) == ["shape", "pixelType"])
        #expect(fields(request.format.shape) == ["slow", "fast"])
    }
}
