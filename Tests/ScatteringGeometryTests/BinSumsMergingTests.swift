import Diagnostics
import ScatteringGeometry
import TestSupport
import Testing

/// Parts of a frame that are merged are the whole frame.
@Suite struct BinSumsMergingTests {
    private static let pixelCount = 600
    private static let binCount = 7

    private func example() throws -> (frame: [Double], norms: [Double], matrix: SplitMatrix) {
        var generator = SeededGenerator(seed: 31)
        let shape = try DetectorShape(slow: 20, fast: 30)
        var (offsets, bins, weights): ([UInt32], [UInt32], [Float]) = ([0], [], [])
        for pixel in 0..<Self.pixelCount {
            let share = Float.random(in: 0.1...0.9, using: &generator)
            // The last bin has no pixel.
            let bin = UInt32(pixel % (Self.binCount - 2))
            bins += [bin, bin + 1]
            weights += [share, 1 - share]
            offsets.append(UInt32(bins.count))
        }
        let matrix = try SplitMatrix(shape: shape, binCount: Self.binCount, offsets: offsets, bins: bins, weights: weights)
        let frame = (0..<Self.pixelCount).map { _ in Double.random(in: 0...50, using: &generator).rounded() }
        let norms = (0..<Self.pixelCount).map { _ in Double.random(in: 0.3...2, using: &generator) }
        return (frame, norms, matrix)
    }

    @Test(arguments: [ErrorModel.none, .poisson, .poissonExact, .azimuthal, .hybrid]) func partsAreTheWhole(_ errors: ErrorModel)
        throws
    {
        let (frame, norms, matrix) = try example()
        let reduction = ReferenceReduction(normalisation: norms, frameFactor: 3, errors: errors)
        let whole = try reduction.reduce(frame, with: matrix)
        // The first part has pixels that are far from the others, the last few pixels.
        var merged = BinSums(binCount: Self.binCount)
        for (number, part) in [0..<200, 200..<590, 590..<600].enumerated() {
            let pixels = frame.indices.map { part.contains($0) ? frame[$0] : .nan }
            let sums = try reduction.reduce(pixels, with: matrix)
            if number == 0 { merged = sums } else { try merged.merge(sums) }
        }
        func expectClose(_ one: [Double], _ other: [Double]) {
            for bin in one.indices { #expect(abs(one[bin] - other[bin]) <= 1e-12 * max(1, abs(other[bin]))) }
        }
        expectClose(merged.signal, whole.signal)
        expectClose(merged.norm, whole.norm)
        expectClose(merged.norm2, whole.norm2)
        expectClose(merged.count, whole.count)
        expectClose(merged.variance, whole.variance)
        #expect((merged.crossDeviation == nil) == (errors != .azimuthal))
        // Adding variances of the spread without the terms between would be wrong here.
        if errors == .azimuthal {
            expectClose(merged.crossDeviation ?? [], whole.crossDeviation ?? [])
            #expect((whole.variance.max() ?? 0) > 1000)
        }
    }

    @Test func whatCannotBeMergedIsRefused() throws {
        let (frame, norms, matrix) = try example()
        func sums(_ errors: ErrorModel) throws -> BinSums {
            try ReferenceReduction(normalisation: norms, errors: errors).reduce(frame, with: matrix)
        }
        var spread = try sums(.azimuthal)
        let poisson = try sums(.poisson)
        #expect(throws: GeometryError.self) { try spread.merge(poisson) }
        #expect(throws: GeometryError.self) { try spread.merge(BinSums(binCount: 2)) }
        #expect(throws: GeometryError.self) {
            _ = try BinSums(signal: [1], norm: [1], norm2: [1], variance: [1, 2], count: [1])
        }
        #expect(throws: GeometryError.self) {
            _ = try BinSums(signal: [1], norm: [1], norm2: [1], variance: [1], count: [1], crossDeviation: [])
        }
        #expect(try BinSums(signal: [6], norm: [2], norm2: [2], variance: [4], count: [1]).intensity() == [3])
    }

    @Test func aMatrixThatCannotBeIsRefused() throws {
        let shape = try DetectorShape(slow: 1, fast: 2)
        func make(_ offsets: [UInt32], _ bins: [UInt32], _ weights: [Float], binCount: Int = 3) throws -> SplitMatrix {
            try SplitMatrix(shape: shape, binCount: binCount, offsets: offsets, bins: bins, weights: weights)
        }
        let whole = try make([0, 1, 3], [0, 1, 2], [1, 0.5, 0.5])
        #expect(whole.weight(ofPixel: 1) == 1)
        #expect(try whole.keeping([false, true]) == make([0, 0, 2], [1, 2], [0.5, 0.5]))
        #expect(throws: GeometryError.self) { try whole.keeping([true]) }
        for (offsets, bins, weights) in [
            ([0, 1], [0], [1]), ([0, 2, 1], [0], [1]), ([1, 1, 1], [0], [1]), ([0, 1, 2], [0], [1]), ([0, 1, 1], [3], [1]),
            ([0, 1, 1], [0], [-1]), ([0, 1, 1], [0], [.nan]), ([0, 1, 1], [0], []),
        ] as [([UInt32], [UInt32], [Float])] {
            #expect(throws: GeometryError.self) { _ = try make(offsets, bins, weights) }
        }
        #expect(throws: GeometryError.self) { _ = try make([0, 0, 0], [], [], binCount: 0) }
    }
}
