import Diagnostics
import Quantities
import ScatteringGeometry
import Testing

/// Files and numbers from outside end in a result or in an error; nothing traps.
@Suite struct HostileInputTests {
    private static let text = """
        # Nota: C-Order, 1 refers to the Y axis, 2 to the X axis
        poni_version: 2.1
        Detector: Pilatus300k
        Detector_config: {"pixel1": 0.000172, "pixel2": 0.000172, "max_shape": [619, 487], "orientation": 3}
        Distance: 0.1
        Poni1: 0.02
        Poni2: 0.03
        Rot1: 0.1
        Rot2: 0.2
        Rot3: 0.3
        Wavelength: 1e-10
        """

    @Test func mutatedFilesAreReadOrRefused() {
        var generator = SplitMix(state: 7)
        let original = Array(Self.text.utf8)
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0..<(1 + Int(generator.unit() * 4)) {
                let place = Int(generator.unit() * Double(bytes.count))
                switch Int(generator.unit() * 3) {
                case 0: bytes[place] = UInt8(generator.unit() * 255)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + Int(generator.unit() * 30))], at: place)
                }
            }
            do throws(GeometryError) {
                _ = try PONIFile(text: String(decoding: bytes, as: UTF8.self)).geometry()
                read += 1
            } catch {
                refused += 1
                #expect(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
        }
        #expect(read > 1000 && refused > 1000)
    }

    /// Detectors at any angle and distance, before, around and behind the sample; ranges and bins of all sizes.
    @Test func everyPlaceOfADetectorGivesAMatrix() throws {
        var generator = SplitMix(state: 11)
        let shape = try DetectorShape(slow: 7, fast: 5)
        func power(_ low: Double, _ high: Double) -> Double {
            var value = low
            let steps = Int(generator.unit() * 40)
            for _ in 0..<steps { value *= 2 }
            return min(value, high)
        }
        for _ in 0..<2000 {
            let orientation = DetectorOrientation.allCases[Int(generator.unit() * 4)]
            let flat = FlatDetector(
                shape: shape, pixelSize: try PixelSize(slow_m: power(1e-8, 0.02), fast_m: power(1e-8, 0.02)),
                orientation: orientation)
            let placement = try DetectorPlacement(
                distance_m: power(1e-9, 200), poni1_m: (generator.unit() - 0.5) * power(1e-9, 1),
                poni2_m: (generator.unit() - 0.5) * power(1e-9, 1), rotation1_rad: (generator.unit() - 0.5) * 12,
                rotation2_rad: (generator.unit() - 0.5) * 12, rotation3_rad: (generator.unit() - 0.5) * 12)
            let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1 Å"))
            let unit = RadialUnit.allCases[Int(generator.unit() * 10)]
            let lower = power(1e-12, 1e3)
            let bins = try RadialBins(
                unit: unit, count: 1 + Int(generator.unit() * 200), from: lower, to: lower + power(1e-12, 1e6) + lower * 1e-9,
                spacing: generator.unit() < 0.5 ? .linear : .logarithmic, ends: generator.unit() < 0.5 ? .exact : .pyFAI)
            let from = (generator.unit() - 0.5) * 20
            let map = try AzimuthalBins(
                count: 1 + Int(generator.unit() * 40), from_rad: from, to_rad: from + 1e-8 + generator.unit() * 6.28)
            for splitting in PixelSplitting.allCases {
                for azimuthal in [nil, map] {
                    let matrix = try geometry.splitMatrix(splitting, radial: bins, azimuthal: azimuthal)
                    guard matrix.offsets.count == 36, matrix.bins.allSatisfy({ $0 < matrix.binCount }),
                        matrix.weights.allSatisfy({ $0 > 0 && $0.isFinite })
                    else {
                        Issue.record("\(splitting), \(placement), \(bins), \(map)")
                        return
                    }
                }
            }
            let factors = PixelNormalisation(
                polarisation: try Polarisation(factor: 0.9), absorption: try SensorAbsorption(transmission: 0.5))
            #expect(try factors.factors(geometry).allSatisfy { $0.isFinite && $0 >= 0 })
        }
    }
}
