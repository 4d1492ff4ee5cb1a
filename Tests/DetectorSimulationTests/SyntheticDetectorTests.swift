import DetectorSimulation
import Foundation
import Frames
import Testing

@Suite struct SyntheticDetectorTests {
    private func counts(_ model: SyntheticDetector, _ frame: Int, channel: Int = 0) -> [Int64] {
        let bytes = model.frame(frame)[channel]
        return bytes.withUnsafeBytes { raw in
            (0..<model.format.pixelCount).map { pixel in
                switch model.format.pixelType {
                case .uint8: Int64(raw[pixel])
                case .uint16: Int64(raw.loadUnaligned(fromByteOffset: pixel * 2, as: UInt16.self))
                case .int16: Int64(raw.loadUnaligned(fromByteOffset: pixel * 2, as: Int16.self))
                case .int32: Int64(raw.loadUnaligned(fromByteOffset: pixel * 4, as: Int32.self))
                default: Int64(raw.loadUnaligned(fromByteOffset: pixel * 4, as: UInt32.self))
                }
            }
        }
    }

    @Test func aFrameDependsOnSeedAndNumberOnly() throws {
        let detector = try DetectorModel.find("200x300")
        let one = try SyntheticDetector(detector, pattern: .bragg, seed: 7)
        let same = try SyntheticDetector(detector, pattern: .bragg, seed: 7)
        let other = try SyntheticDetector(detector, pattern: .bragg, seed: 8)
        #expect(one.frame(3) == same.frame(3))
        #expect(one.frame(3) != one.frame(4))
        #expect(one.frame(3) != other.frame(3))
    }

    @Test(arguments: [(ScatteringPattern.background, 1.0), (.rings, 1.0), (.agbh, 5.0), (.saxs, 1.0), (.background, 40.0)])
    func theMeanOfManyFramesIsTheExpectationWithinItsError(pattern: ScatteringPattern, level: Double) throws {
        let model = try SyntheticDetector(
            try DetectorModel.find("120x150"), pattern: pattern, seed: 2, pixelType: .uint32, level: level)
        let frames = 20
        var sums = [Double](repeating: 0, count: model.format.pixelCount)
        for frame in 0..<frames { for (pixel, count) in counts(model, frame).enumerated() { sums[pixel] += Double(count) } }
        var chiSquare = 0.0
        var pixels = 0.0
        var total = 0.0
        var expected = 0.0
        for (pixel, photons) in model.expectation.enumerated() where model.mask.bits[pixel] == 0 && photons > 0 {
            let mean = Double(photons) * Double(frames)
            total += sums[pixel]
            expected += mean
            if mean > 20 {
                chiSquare += (sums[pixel] - mean) * (sums[pixel] - mean) / mean
                pixels += 1
            }
        }
        #expect(abs(total - expected) < 4 * expected.squareRoot())
        // Variance equals the mean: chi squared per pixel is 1 with a standard deviation of sqrt(2 / pixels).
        if pixels > 100 { #expect(abs(chiSquare / pixels - 1) < 5 * (2 / pixels).squareRoot()) }
    }

    @Test func gapsAndMaskedPixelsHoldTheLargestValueAndNothingElseDoes() throws {
        for type in [PixelType.uint8, .uint16, .uint32] {
            let model = try SyntheticDetector(try DetectorModel.find("eiger2-1m"), pattern: .rings, seed: 4, pixelType: type)
            let marker = Int64(1) << (type.byteCount * 8) - 1
            for (pixel, count) in counts(model, 0).enumerated() where (count == marker) != (model.mask.bits[pixel] != 0) {
                Issue.record("pixel \(pixel) of \(type) holds \(count) with mask \(model.mask.bits[pixel])")
                break
            }
            #expect(model.mask.bits.contains(PixelMask.Reason.dead.rawValue))
            #expect(model.mask.bits.contains(PixelMask.Reason.noisy.rawValue))
        }
    }

    @Test func aPilatusMarksGapsWithMinusOneAndMaskedPixelsWithMinusTwo() throws {
        let model = try SyntheticDetector(try DetectorModel.find("pilatus3-300k"), pattern: .background, seed: 4)
        #expect(model.format.pixelType == .int32)
        for (pixel, count) in counts(model, 0).enumerated() {
            let bits = PixelMask.Reason(rawValue: model.mask.bits[pixel])
            let isRight = bits.contains(.gap) ? count == -1 : bits.isEmpty ? count >= 0 : count == -2
            guard isRight else {
                Issue.record("pixel \(pixel) holds \(count)")
                break
            }
        }
    }

    @Test func theHigherThresholdNeverCountsMoreThanTheLower() throws {
        let model = try SyntheticDetector(try DetectorModel.find("100x100"), pattern: .rings, seed: 1, channelCount: 2)
        let (first, second) = (counts(model, 0), counts(model, 0, channel: 1))
        #expect(zip(first, second).allSatisfy { $0 >= $1 })
        let (sum, part) = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
        #expect(abs(part / sum - Double(SyntheticDetector.secondChannelPart)) < 0.02)
    }

    @Test func ringsStandWhereTheCalibrantHasThem() throws {
        let model = try SyntheticDetector(try DetectorModel.find("900x900"), pattern: .agbh, seed: 1)
        let geometry = model.geometry
        // The largest expectation along the row of the beam, away from the beam stop, is at d = 58.380 Å or one of its orders.
        let row = Int(geometry.beamSlow_px)
        let line = Array(model.expectation[row * 900..<row * 900 + 900])
        for order in [2.0, 3, 4] {
            let sine = geometry.wavelength_angstrom * order / (2 * 58.380)
            let radius = tan(2 * asin(sine)) * geometry.distance_m / geometry.pixelSize_m
            let place = geometry.beamFast_px + radius
            let window = Int(place) - 12...Int(place) + 12
            let peak = try #require(window.max { line[$0] < line[$1] })
            #expect(abs(Double(peak) + 0.5 - place) <= 1)
        }
    }

    @Test func reflectionsMoveWithTheFrameNumberAndStandOutOfTheBackground() throws {
        let model = try SyntheticDetector(try DetectorModel.find("eiger2-1m"), pattern: .bragg, seed: 1)
        func spots(_ frame: Int) -> Set<Int> {
            Set(counts(model, frame).enumerated().filter { $0.element > 30 && model.mask.bits[$0.offset] == 0 }.map(\.offset))
        }
        let (first, near, far) = (spots(0), spots(1), spots(40))
        #expect(first.count > 50)
        #expect(Double(first.intersection(far).count) < 0.3 * Double(first.count))
        #expect(!near.isEmpty)
    }

    @Test func settingsThatADetectorDoesNotHaveAreRefused() throws {
        let pilatus = try DetectorModel.find("pilatus3-300k")
        #expect(throws: SimulationError.self) { try SyntheticDetector(pilatus, pattern: .dark, seed: 1, pixelType: .uint16) }
        #expect(throws: SimulationError.self) { try SyntheticDetector(pilatus, pattern: .dark, seed: 1, channelCount: 2) }
        let eiger = try DetectorModel.find("10x20")
        #expect(throws: SimulationError.self) { try SyntheticDetector(eiger, pattern: .dark, seed: 1, photonEnergy_eV: 5) }
        #expect(throws: SimulationError.self) { try SyntheticDetector(eiger, pattern: .dark, seed: 1, level: .nan) }
    }
}
