import Diagnostics
import Foundation
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Decoded frames of every type against the plain loop, and sigma clipping by its definition.
@Suite struct PixelwiseReductionTests {
    private static let slow = 67
    private static let fast = 93
    private static let models = ["none", "poisson", "poisson-exact", "variance", "azimuthal", "hybrid"]

    private static func errors(_ name: String, _ generator: inout SeededGenerator) -> ErrorModel {
        switch name {
        case "none": .none
        case "poisson": .poisson
        case "poisson-exact": .poissonExact
        case "variance": .given((0..<slow * fast).map { _ in Double.random(in: 0...9, using: &generator) })
        case "azimuthal": .azimuthal
        default: .hybrid
        }
    }

    /// Bytes of a frame, and the numbers that are measurements.
    private static func frame(_ type: PixelType, _ generator: inout SeededGenerator, limit: Double) -> (
        bytes: [UInt8], numbers: [Double]
    ) {
        var (bytes, numbers): ([UInt8], [Double]) = ([], [])
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
            let isNone = type.isSigned ? value < 0 : value == .max
            let number = Double(value)
            numbers.append(isNone || number > limit ? .nan : number)
        }
        for _ in 0..<slow * fast {
            let random = generator.next()
            let small = Int64(random % 14)
            let value = random >> 32 % 53 == 0 ? Int64(truncatingIfNeeded: generator.next()) : random >> 32 % 59 == 1 ? -1 : small
            switch type {
            case .uint8: append(UInt8(truncatingIfNeeded: value))
            case .int8: append(Int8(truncatingIfNeeded: value))
            case .uint16: append(UInt16(truncatingIfNeeded: value))
            case .int16: append(Int16(truncatingIfNeeded: value))
            case .uint32: append(UInt32(truncatingIfNeeded: value))
            case .int32: append(Int32(truncatingIfNeeded: value))
            case .uint64: append(UInt64(truncatingIfNeeded: value))
            case .int64: append(value)
            case .float32, .float64:
                let choice = Double(small) - 1.25
                let number = random >> 32 % 53 == 0 ? [Double.nan, .infinity, -.infinity][Int(random % 3)] : choice
                if type == .float32 {
                    append32(Float(number), &bytes)
                } else {
                    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
                }
                numbers.append(number > limit ? .nan : number)
            }
        }
        return (bytes, numbers)
    }

    private static func append32(_ value: Float, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    @Test(arguments: PixelType.allCases, models) func sumsAreThoseOfTheReference(_ type: PixelType, _ model: String) throws {
        var generator = SeededGenerator(seed: 21)
        let errors = Self.errors(model, &generator)
        var norms = (0..<Self.slow * Self.fast).map { _ in Double.random(in: 0.4...2, using: &generator) }
        for (place, value) in [0, -1, .nan, .infinity].enumerated() { norms[700 + place] = value }
        var dark = norms.map { _ in Double.random(in: 0...0.5, using: &generator) }
        dark[800] = .nan
        let darkVariance = norms.map { _ in Double.random(in: 0...0.5, using: &generator) }
        for (splitting, isMap, isCorrected) in [
            (PixelSplitting.none, false, true), (.boundingBox, false, false), (.boundingBox, true, true),
            (.fullPixel, false, true),
        ] {
            let matrix = try SplitExamples.matrix(splitting, isMap: isMap, slow: Self.slow, fast: Self.fast)
            let reference = ReferenceReduction(
                normalisation: isCorrected ? norms : nil, frameFactor: 0.6, dark: isCorrected ? dark : nil,
                darkVariance: isCorrected ? darkVariance : nil, errors: errors)
            for limit in [Double.infinity, 11] {
                let (bytes, numbers) = Self.frame(type, &generator, limit: limit)
                let expected = try reference.reduce(numbers, with: matrix)
                var bits: [BinSums] = []
                for level in InstructionLevel.allCases.filter(\.isAvailable) {
                    var reduction = try PixelwiseReduction(
                        matrix: matrix, normalisation: reference.normalisation, dark: reference.dark,
                        darkVariance: reference.darkVariance, errors: errors, instructions: level)
                    let result = try bytes.withUnsafeBytes {
                        try reduction.reduce($0, type: type, saturation: limit.isFinite ? limit : nil, frameFactor: 0.6)
                    }
                    #expect(result.clippedPixels == 0)
                    bits.append(result.sums)
                }
                #expect(bits.allSatisfy { $0 == bits[0] })
                #expect(bits[0].signal == expected.signal)
                #expect(bits[0].norm == expected.norm)
                #expect(bits[0].count == expected.count)
                #expect(Self.largestRelative(bits[0].norm2, expected.norm2) < 1e-12)
                #expect(Self.largestRelative(bits[0].variance, expected.variance) < 1e-12)
                #expect((bits[0].crossDeviation == nil) == (expected.crossDeviation == nil))
            }
        }
    }

    /// The definition, pixel by pixel and bin by bin, with the plain loop for the sums.
    @Test(arguments: ["azimuthal", "hybrid", "poisson", "variance"], [PixelSplitting.none, .boundingBox])
    func clippingIsAsDefined(_ model: String, _ splitting: PixelSplitting) throws {
        var generator = SeededGenerator(seed: 22)
        let errors = Self.errors(model, &generator)
        let matrix = try SplitExamples.matrix(splitting, isMap: false, slow: Self.slow, fast: Self.fast)
        let norms = (0..<Self.slow * Self.fast).map { _ in Double.random(in: 0.9...1.1, using: &generator) }
        let frame = (0..<Self.slow * Self.fast).map { pixel -> Double in
            let noise = (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0...1, using: &generator) }
            return (100 + 10 * (noise - 6) + (pixel % 71 == 0 ? 400 : 0) + (pixel % 113 == 0 ? 75 : 0)).rounded()
        }
        for (cycles, cutoff) in [(1, 3), (5, 3), (5, 0), (3, 4)] as [(Int, Double)] {
            var left = frame
            let spread = ReferenceReduction(
                normalisation: norms, errors: ["azimuthal", "hybrid"].contains(model) ? .azimuthal : errors)
            var dropped = 0
            for _ in 0..<cycles {
                let sums = try spread.reduce(left, with: matrix)
                let (means, deviations) = (sums.intensity(), sums.standardDeviation())
                let outliers = left.indices.filter { pixel in
                    (Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1])).contains { entry in
                        let bin = Int(matrix.bins[entry])
                        let chauvenet = (2 * log(max(3, sums.count[bin]) / 2.5066282746310002)).squareRoot()
                        return abs(left[pixel] / norms[pixel] - means[bin]) > max(cutoff, chauvenet) * deviations[bin]
                    }
                }
                if outliers.isEmpty { break }
                dropped += outliers.count
                for pixel in outliers { left[pixel] = .nan }
            }
            let expected = try ReferenceReduction(normalisation: norms, errors: errors).reduce(left, with: matrix)
            var reduction = try PixelwiseReduction(
                matrix: matrix, normalisation: norms, errors: errors, clipping: SigmaClipping(cycles: cycles, cutoff: cutoff))
            for _ in 0..<2 {
                let result = try frame.withUnsafeBytes { try reduction.reduce($0, type: .float64) }
                #expect(result.clippedPixels == dropped)
                #expect(dropped > 40)
                #expect(result.sums.signal == expected.signal)
                #expect(result.sums.count == expected.count)
                #expect(Self.largestRelative(result.sums.variance, expected.variance) < 1e-12)
            }
        }
    }

    @Test func aFrameWithoutSpreadLosesNothing() throws {
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: Self.slow, fast: Self.fast)
        let norms = (0..<Self.slow * Self.fast).map { 0.3 + Double($0 % 7) / 3 }
        var reduction = try PixelwiseReduction(
            matrix: matrix, normalisation: norms, errors: .azimuthal, clipping: SigmaClipping(cutoff: 3))
        let result = try norms.map { 0.1 * $0 }.withUnsafeBytes { try reduction.reduce($0, type: .float64) }
        #expect(result.clippedPixels == 0)
        let intensity = result.sums.intensity(empty: 0.1)
        #expect(intensity.allSatisfy { abs($0 - 0.1) < 1e-14 })
    }

    @Test func whatCannotBeReducedIsRefused() throws {
        let matrix = try SplitExamples.matrix(.none, isMap: false, slow: Self.slow, fast: Self.fast)
        #expect(throws: GeometryError.self) { _ = try PixelwiseReduction(matrix: matrix, normalisation: [1]) }
        #expect(throws: GeometryError.self) { _ = try PixelwiseReduction(matrix: matrix, errors: .given([1])) }
        #expect(throws: GeometryError.self) { _ = try SigmaClipping(cycles: 0, cutoff: 4) }
        #expect(throws: GeometryError.self) { _ = try SigmaClipping(cutoff: .nan) }
        let clipping = try SigmaClipping(cutoff: 4)
        #expect(throws: GeometryError.self) { _ = try PixelwiseReduction(matrix: matrix, errors: .none, clipping: clipping) }
        var reduction = try PixelwiseReduction(matrix: matrix)
        let frame = [UInt16](repeating: 1, count: Self.slow * Self.fast)
        frame.withUnsafeBytes { frame in
            #expect(throws: GeometryError.self) { try reduction.reduce(frame, type: .uint32) }
            #expect(throws: GeometryError.self) { try reduction.reduce(frame, type: .uint16, frameFactor: 0) }
            #expect(throws: GeometryError.self) { try reduction.reduce(frame, type: .uint16, saturation: .nan) }
        }
    }

    private static func largestRelative(_ one: [Double], _ other: [Double]) -> Double {
        guard one.count == other.count else { return .infinity }
        return zip(one, other).map { $0 == $1 ? 0 : abs($0 - $1) / max(abs($0), abs($1)) }.max() ?? 0
    }
}
