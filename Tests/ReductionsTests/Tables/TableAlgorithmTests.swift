import ChunkFile
import Foundation
import Quantities
import ReductionKernels
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// Tables that were kept by an older program are used by a newer one: when it would make others, their number has to rise.
@Suite struct TableAlgorithmTests {
    private static let order =
        "raise TableFile.algorithm by one and put what is made now here, if the change of the tables was meant"

    /// Without rotations, and in millimetres, nothing but roots and the four operations is needed: the same bits on every machine.
    private func geometry() throws -> DetectorGeometry {
        DetectorGeometry(
            detector: FlatDetector(
                shape: try DetectorShape(slow: 24, fast: 31), pixelSize: try PixelSize(slow_m: 3e-4, fast_m: 2e-4)),
            placement: try DetectorPlacement(distance_m: 0.06, poni1_m: 0.0031, poni2_m: 0.0044), wavelength: nil)
    }

    private func digest(_ matrix: SplitMatrix) -> String {
        let stream = ChunkDigest.Stream()
        matrix.offsets.withUnsafeBytes { stream.update($0) }
        matrix.bins.withUnsafeBytes { stream.update($0) }
        matrix.weights.withUnsafeBytes { stream.update($0) }
        return stream.digest.description
    }

    private func digest(_ sums: StaticSums) -> String {
        let stream = ChunkDigest.Stream()
        for values in [sums.norm, sums.norm2, sums.count, sums.dark, sums.darkVariance] {
            values.withUnsafeBytes { stream.update($0) }
        }
        return stream.digest.description
    }

    @Test func wholePixelsAndBoxesAreThoseOfTheAlgorithmsNumber() throws {
        let radial = try RadialBins(unit: .r_millimetre, count: 30, from: 0.3, to: 5)
        let whole = try geometry().splitMatrix(.none, radial: radial)
        #expect(digest(whole) == "2d590a9541fa311ccfc1355a32a0ca0b", "\(Self.order)")
        let boxes = try geometry().splitMatrix(.boundingBox, radial: radial)
        #expect(digest(boxes) == "3f69cbc9fb1a32ffbe95ddec8e75dea8", "\(Self.order)")
    }

    @Test func theRangeIsThatOfTheAlgorithmsNumber() throws {
        for (splitting, lower, upper) in [
            (PixelSplitting.none, 0.11180339887498958, 5.838878316937251), (.boundingBox, 0, 6.014149981501958),
            (.fullPixel, 0.10000000000000026, 6.014149981501958),
        ] {
            let radial = try RadialBins(unit: .r_millimetre, count: 30, covering: geometry(), splitting: splitting)
            #expect(
                radial.lower == lower && radial.upper == upper, "\(splitting): \(radial.lower) to \(radial.upper): \(Self.order)")
        }
    }

    @Test func staticSumsAreThoseOfTheAlgorithmsNumber() throws {
        let radial = try RadialBins(unit: .r_millimetre, count: 30, from: 0.3, to: 5)
        let pixels = 0..<24 * 31
        // A pixel without a norm is one without a bin.
        let norm = pixels.map { $0 == 300 ? 0 : 0.5 + Double($0) / 700 }
        let dark = pixels.map { Double($0 % 7) / 3 }
        let whole = try StaticSums(
            try BinTable(geometry().pixelBins(UInt16.self, radial: radial)), normalisation: norm, dark: dark, darkVariance: norm)
        #expect(digest(whole) == "db089187f0e795e7eb40505087e4b478", "\(Self.order)")
        let boxes = try StaticSums(
            try geometry().splitMatrix(.boundingBox, radial: radial), normalisation: norm, dark: dark, darkVariance: norm)
        #expect(digest(boxes) == "3f45b526aa4753011bdcea5d2e7d54b8", "\(Self.order)")
    }

    /// Azimuths come from the machine's own library, which may round the last bit in its way.
    @Test func polygonsAreThoseOfTheAlgorithmsNumber() throws {
        let radial = try RadialBins(unit: .r_millimetre, count: 30, from: 0.3, to: 5)
        let polygons = try geometry().splitMatrix(.fullPixel, radial: radial, azimuthal: AzimuthalBins(count: 7))
        var moment = 0.0
        for pixel in 0..<24 * 31 {
            for entry in Int(polygons.offsets[pixel])..<Int(polygons.offsets[pixel + 1]) {
                moment += Double(pixel + 1) * Double(polygons.bins[entry] + 1) * Double(polygons.weights[entry])
            }
        }
        #expect(abs(moment / 38352287.17245338 - 1) < 1e-6, "\(moment): \(Self.order)")
    }
}
