import Diagnostics
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Sums of counts and static sums together are the sums of the plain loop.
@Suite struct StaticSumsTests {
    private let slow = 67
    private let fast = 93

    struct Corrections: Sendable {
        var normalisation: [Double]?
        var dark: [Double]?
        var darkVariance: [Double]?
        var frameFactor = 1.0
    }

    /// None, all, and each with pixels that are no measurement.
    private func corrections() throws -> [Corrections] {
        var generator = SeededGenerator(seed: 12)
        let geometry = try SplitExamples.geometry(slow: slow, fast: fast)
        var flat = try PixelNormalisation(
            flatField: (0..<slow * fast).map { _ in Float.random(in: 0.8...1.2, using: &generator) }
        )
        .factors(geometry)
        var dark = (0..<slow * fast).map { _ in Double.random(in: 0...0.7, using: &generator) }
        let darkVariance = dark.map { 0.1 + $0 / 3 }
        let plain = Corrections(normalisation: flat, dark: dark, darkVariance: darkVariance, frameFactor: 0.37)
        for (place, value) in [0, -1, .nan, .infinity].enumerated() { flat[500 + place] = value }
        dark[520] = .nan
        return [Corrections(), plain, Corrections(normalisation: flat, dark: dark, frameFactor: 12)]
    }

    @Test(arguments: [ErrorModel.none, .poisson, .poissonExact, .hybrid]) func framesOfWholePixels(_ errors: ErrorModel) throws {
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        let bins = try SplitExamples.geometry(slow: slow, fast: fast).pixelBins(
            UInt16.self, radial: RadialBins(unit: .r_millimetre, count: 40, from: 1, to: 18),
            mask: SplitExamples.mask(slow: slow, fast: fast))
        for corrections in try corrections() {
            let still = try StaticSums(
                try BinTable(bins), normalisation: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            let table = try #require(still.table)
            var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: table, saturation: 9)
            var exclusion = RememberedExclusion()
            try compare(format, SplitMatrix(bins), corrections, errors) { chunk in
                let sums = try kernel.reduce(chunk).get()
                let made = try still.bins(from: sums, frameFactor: corrections.frameFactor, errors: errors)
                // Each frame excludes other pixels than the one before; the second time the same.
                for _ in 0..<2 {
                    let after = try still.bins(
                        from: sums, frameFactor: corrections.frameFactor, errors: errors, after: &exclusion)
                    #expect(Self.areTheSame(after, made))
                }
                return made
            }
        }
    }

    @Test(arguments: [ErrorModel.none, .poisson, .poissonExact]) func framesOfSplitPixels(_ errors: ErrorModel) throws {
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        for isMap in [false, true] {
            let matrix = try SplitExamples.matrix(.boundingBox, isMap: isMap, slow: slow, fast: fast)
            for corrections in try corrections() {
                let still = try StaticSums(
                    matrix, normalisation: corrections.normalisation, dark: corrections.dark,
                    darkVariance: corrections.darkVariance)
                let kept = try #require(still.matrix)
                var kernel = try SplitKernel(
                    format: format, encoding: .bitshuffleLZ4, matrix: kept, errors: errors, saturation: 9)
                var exclusion = RememberedExclusion()
                try compare(format, matrix, corrections, errors) { chunk in
                    let sums = try kernel.reduce(chunk).get()
                    let made = try still.bins(from: sums, frameFactor: corrections.frameFactor)
                    for _ in 0..<2 {
                        let after = try still.bins(from: sums, frameFactor: corrections.frameFactor, after: &exclusion)
                        #expect(Self.areTheSame(after, made))
                    }
                    return made
                }
            }
        }
    }

    private func compare(
        _ format: FrameFormat, _ matrix: SplitMatrix, _ corrections: Corrections, _ errors: ErrorModel,
        _ reduce: (UnsafeRawBufferPointer) throws -> BinSums
    ) throws {
        var generator = SeededGenerator(seed: 13)
        let reference = ReferenceReduction(
            normalisation: corrections.normalisation, frameFactor: corrections.frameFactor, dark: corrections.dark,
            darkVariance: corrections.darkVariance, errors: errors)
        for kind in 0..<4 {
            var frame = SplitExamples.frame(format, &generator, excluding: kind > 0)
            // Almost all of it, and all of it.
            let excluded = kind == 2 ? frame.count / 2 - 700 : kind == 3 ? frame.count / 2 : 0
            for pixel in 0..<excluded where pixel % 601 != 3 || kind == 3 {
                (frame[2 * pixel], frame[2 * pixel + 1]) = (255, 255)
            }
            let expected = try reference.reduce(SplitExamples.numbers(frame, format, limit: 9), with: matrix)
            let chunk = try SplitExamples.encode(frame, format, .bitshuffleLZ4)
            let sums = try SplitExamples.withBytes(of: [chunk]) { try reduce($0[0]) }
            func closeness(_ one: [Double], _ other: [Double]) -> Double { Self.largestRelative(one, other) }
            if matrix.weights.allSatisfy({ $0 == 1 }) { #expect(sums.count == expected.count) }
            #expect(closeness(sums.count, expected.count) < 1e-12)
            #expect(closeness(sums.norm, expected.norm) < 1e-12)
            #expect(closeness(sums.norm2, expected.norm2) < 1e-12)
            #expect(closeness(sums.variance, expected.variance) < 1e-12)
            // The dark is subtracted: what rounding leaves is a part of the counts and the dark, not of their difference.
            for bin in sums.signal.indices {
                #expect(abs(sums.signal[bin] - expected.signal[bin]) <= 1e-12 * max(1, expected.signal[bin].magnitude))
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: slow, fast: fast)
        let bins = try BinTable([0, 0, 1] as [UInt16], binCount: 2)
        #expect(throws: GeometryError.self) { _ = try StaticSums(bins, normalisation: [1]) }
        #expect(throws: GeometryError.self) { _ = try StaticSums(matrix, dark: [1]) }
        let still = try StaticSums(bins)
        #expect(throws: GeometryError.self) { _ = try still.bins(from: AzimuthalSums(binCount: 3)) }
        #expect(throws: GeometryError.self) { _ = try still.bins(from: SplitSums(binCount: 2)) }
        #expect(throws: GeometryError.self) { _ = try still.bins(from: AzimuthalSums(binCount: 2), frameFactor: 0) }
        #expect(throws: GeometryError.self) { _ = try still.bins(from: AzimuthalSums(binCount: 2), errors: .azimuthal) }
    }

    /// Bit by bit: what is not a number is itself.
    private static func areTheSame(_ one: BinSums, _ other: BinSums) -> Bool {
        func bits(_ sums: BinSums) -> [[UInt64]] {
            [sums.signal, sums.norm, sums.norm2, sums.variance, sums.count].map { $0.map(\.bitPattern) }
        }
        return bits(one) == bits(other)
    }

    private static func largestRelative(_ one: [Double], _ other: [Double]) -> Double {
        guard one.count == other.count else { return .infinity }
        return zip(one, other).map { $0 == $1 ? 0 : abs($0 - $1) / max(abs($0), abs($1)) }.max() ?? 0
    }
}
