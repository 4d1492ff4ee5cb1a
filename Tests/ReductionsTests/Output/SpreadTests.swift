import Diagnostics
import Foundation
import HDF5
import NeXus
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// The error model `azimuthal`: the average over frames has the spread around the intensity of all of them.
@Suite("The spread over all frames")
struct SpreadTests {
    private static let frameCount = 9
    private static let binCount = 8

    /// Frames whose intensities differ, of pixels that are split and have weights of their own. The last bin has no pixel, that before it one.
    private static func frames() throws -> (frames: [[Double]], norms: [Double], matrix: SplitMatrix) {
        var generator = SeededGenerator(seed: 77)
        let (slow, fast) = (16, 25)
        var (offsets, bins, weights): ([UInt32], [UInt32], [Float]) = ([0], [], [])
        for pixel in 0..<slow * fast {
            if pixel == 5 {
                bins.append(UInt32(binCount - 2))
                weights.append(1)
            } else {
                let share = Float.random(in: 0.1...0.9, using: &generator)
                let bin = UInt32(pixel % (binCount - 3))
                bins += [bin, bin + 1]
                weights += [share, 1 - share]
            }
            offsets.append(UInt32(bins.count))
        }
        let matrix = try SplitMatrix(
            shape: try DetectorShape(slow: slow, fast: fast), binCount: binCount, offsets: offsets, bins: bins, weights: weights)
        let frames = (0..<frameCount).map { frame in
            (0..<slow * fast).map { pixel -> Double in
                let mean = 100.0 * Double(1 + frame * frame) / Double(1 + pixel % 5)
                // Pixels that one frame measured and another did not.
                return (pixel + frame) % 31 == 0 ? .nan : Double.random(in: 0.7 * mean...1.3 * mean, using: &generator).rounded()
            }
        }
        let norms = (0..<slow * fast).map { _ in Double.random(in: 0.3...2, using: &generator) }
        return (frames, norms, matrix)
    }

    private static func description(keepsFrameSums: Bool = true) throws -> ReductionDescription {
        try Results.description(bins: binCount, frames: frameCount, errors: "azimuthal", keepsFrameSums: keepsFrameSums)
    }

    private static func rows() throws -> [BinSums] {
        let (frames, norms, matrix) = try frames()
        return try frames.map { try ReferenceReduction(normalisation: norms, errors: .azimuthal).reduce($0, with: matrix) }
    }

    /// All pixels of all frames at once, with 80 bits: Σ c² (signal - norm I)² and Σ c² norm (signal - norm I), I rounded to a Double.
    private static func direct() throws -> (variance: [Double], cross: [Double]) {
        let (frames, norms, matrix) = try frames()
        var (signal, norm) = ([Float80](repeating: 0, count: binCount), [Float80](repeating: 0, count: binCount))
        func each(_ body: (Int, Float80, Float80, Float80) -> Void) {
            for frame in frames {
                for pixel in frame.indices where frame[pixel].isFinite {
                    for entry in Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1]) {
                        body(
                            Int(matrix.bins[entry]), Float80(matrix.weights[entry]), Float80(frame[pixel]), Float80(norms[pixel]))
                    }
                }
            }
        }
        each { bin, share, counts, weight in
            signal[bin] += share * counts
            norm[bin] += share * weight
        }
        let means = zip(signal, norm).map { $1 > 0 ? Float80(Double($0) / Double($1)) : 0 }
        var (variance, cross) = ([Float80](repeating: 0, count: binCount), [Float80](repeating: 0, count: binCount))
        each { bin, share, counts, weight in
            let deviation = share * (counts - weight * means[bin])
            variance[bin] += deviation * deviation
            cross[bin] += share * weight * deviation
        }
        return (variance.map { Double($0) }, cross.map { Double($0) })
    }

    private func expectClose(_ one: [Double]?, _ other: [Double]?, _ relative: Double, floor: Double = 0) {
        #expect(one?.count == other?.count && one != nil)
        for (a, b) in zip(one ?? [], other ?? []) { #expect(abs(a - b) <= relative * max(abs(b), floor), "\(a) \(b)") }
    }

    @Test func isThatOfAllPixelsAroundOneIntensity() throws {
        let folder = try TemporaryFolder("spread")
        let path = folder.file("curve.h5").path
        let rows = try Self.rows()
        let file = try ReductionFile.create(path, try Self.description())
        for (frame, row) in rows.enumerated() { try file.append(row, frame: frame) }
        let total = file.total
        try file.finish(endTime: Results.end)

        let (variance, cross) = try Self.direct()
        let scale = variance.max() ?? 0
        #expect(scale > 1e6)
        expectClose(total.variance, variance, 1e-12)
        expectClose(total.crossDeviation, cross, 1e-12, floor: 1e5)
        var merged = rows[0]
        for row in rows.dropFirst() { try merged.merge(row) }
        expectClose(total.variance, merged.variance, 1e-11)
        expectClose(total.crossDeviation, merged.crossDeviation, 1e-10, floor: 1e5)
        // Adding variances would be far off: the frames differ.
        let added = rows.map { $0.variance[0] }.reduce(0, +)
        #expect(variance[0] > 2 * added)
        // A bin of one pixel has a spread over frames, though none in a frame.
        #expect(rows.allSatisfy { $0.variance[Self.binCount - 2] == 0 } && total.variance[Self.binCount - 2] > 0)

        let result = try ReductionReader(path)
        let errors = try result.average().errors ?? []
        for bin in 0..<Self.binCount - 1 {
            #expect(errors[bin] == total.variance[bin].squareRoot() / total.norm[bin])
        }
        #expect(errors[Self.binCount - 1].isNaN)
        #expect(try result.total() == total)
        #expect(try NeXusValidator.checkFile(path, rules: .nxcanSAS()).map(\.description) == [])
    }

    @Test func rowsReadBackAreTheSameSoThatFilesCanBeMerged() throws {
        let folder = try TemporaryFolder("spread")
        let rows = try Self.rows()
        // One file of all frames, and two of the parts.
        for (name, part) in [("whole", 0..<9), ("first", 0..<4), ("second", 4..<9)] {
            var description = try Self.description()
            description.frameCount = part.count
            let file = try ReductionFile.create(folder.file(name + ".h5").path, description)
            for frame in part { try file.append(rows[frame], frame: frame) }
            try file.finish(endTime: Results.end)
        }
        let whole = try ReductionReader(folder.file("whole.h5").path)
        #expect(whole.keepsFrameSums)
        #expect(try whole.sums(0..<9) == rows)
        #expect(try whole.sums(3..<5) == Array(rows[3..<5]))
        #expect(throws: ReductionFileError.self) { try whole.sums(8..<10) }
        var merged = try ReductionReader(folder.file("first.h5").path).total()
        try merged.merge(try ReductionReader(folder.file("second.h5").path).total())
        expectClose(merged.variance, try whole.total().variance, 1e-12)
        expectClose(merged.crossDeviation, try whole.total().crossDeviation, 1e-10, floor: 1e5)
        expectClose(merged.signal, try whole.total().signal, 1e-15)
        expectClose(merged.norm2, try whole.total().norm2, 1e-15)
    }

    /// Many counts, hardly any spread: the moments agree in seventeen digits with what is subtracted from them.
    @Test func survivesTheCancellationOfBrightFrames() throws {
        let folder = try TemporaryFolder("spread")
        var description = try Self.description(keepsFrameSums: false)
        description.frameCount = 200
        let file = try ReductionFile.create(folder.file("curve.h5").path, description)
        var generator = SeededGenerator(seed: 5)
        var rows: [BinSums] = []
        for frame in 0..<200 {
            let signal = (0..<Self.binCount).map { _ in 1e8 + Double.random(in: 0...1, using: &generator) }
            let ones = [Double](repeating: 1, count: Self.binCount)
            let none = [Double](repeating: 0, count: Self.binCount)
            rows.append(
                try BinSums(signal: signal, norm: ones, norm2: ones, variance: none, count: ones, crossDeviation: none))
            try file.append(rows[frame], frame: frame)
        }
        for bin in 0..<Self.binCount {
            let values = rows.map { Float80($0.signal[bin]) }
            let mean = Float80(file.total.signal[bin] / file.total.norm[bin])
            let spread = Double(values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +))
            #expect(abs(file.total.variance[bin] - spread) <= 1e-12 * spread)
        }
        // Equal frames have none, and no less.
        let equal = try ReductionFile.create(folder.file("equal.h5").path, description)
        for frame in 0..<200 { try equal.append(rows[0], frame: frame) }
        #expect(equal.total.variance.allSatisfy { $0 >= 0 && $0 < 1e-6 })
    }

    @Test func doesNotGoTogetherWithPropagatedVariances() throws {
        let folder = try TemporaryFolder("spread")
        let spread = try ReductionFile.create(folder.file("spread.h5").path, try Self.description())
        let mixed = #expect(throws: ReductionFileError.self) {
            try spread.append(Results.row(0, bins: Self.binCount), frame: 0)
        }
        #expect(mixed?.code == .invalid && mixed?.expected?.contains("azimuthal") == true)
        #expect(spread.rowCount == 0)
        let rows = try Self.rows()
        try spread.append(rows[0], frame: 0)
        for model in ["poisson", "hybrid", "none"] {
            let path = folder.file(model + ".h5").path
            let file = try ReductionFile.create(path, try Results.description(bins: Self.binCount, errors: model))
            let error = #expect(throws: ReductionFileError.self) { try file.append(rows[0], frame: 0) }
            #expect(error?.code == .invalid)
            #expect(try !HDF5File.open(ReductionFile.partialPath(path)).root.hasLink("entry/sums/sum_cross_deviation"))
        }
    }

    @Test func propagatedSumsAreReadBackToo() throws {
        let folder = try TemporaryFolder("spread")
        let path = folder.file("curve.h5").path
        let total = try Results.write(path, try Results.description(), failing: 5)
        let result = try ReductionReader(path)
        #expect(try result.total() == total)
        let rows = try result.sums(4..<7)
        #expect(rows == [Results.row(4, bins: 40), BinSums(binCount: 40), Results.row(6, bins: 40)])
        #expect(try result.problems()[5] == "frame 5: chunk damaged")
        let map = try Results.description(bins: 8, azimuthal: 5, frames: 3, errors: "azimuthal")
        let mapTotal = try Results.write(folder.file("map.h5").path, map)
        #expect(try ReductionReader(folder.file("map.h5").path).total() == mapTotal)
        #expect(try ReductionReader(folder.file("map.h5").path).sums(2..<3) == [Results.row(2, map)])
        let bare = try Results.description(keepsFrameSums: false)
        try Results.write(folder.file("bare.h5").path, bare)
        let error = #expect(throws: ReductionFileError.self) { try ReductionReader(folder.file("bare.h5").path).sums(0..<1) }
        #expect(error?.code == .invalid)
    }
}
