import Frames
import ReductionKernels
import ScatteringGeometry

/// Bins for a format's pixels, whole and shared; some pixels have none.
struct PixelShares {
    let bins: BinTable
    let matrix: SplitMatrix
    /// Pixels without a bin.
    let masked: [Int]

    private static let binCount = 20

    init(_ format: FrameFormat) throws {
        let numbers = (0..<format.pixelCount).map { pixel in
            pixel % format.shape.fast % 31 == 7 || pixel % 17 == 3 ? UInt16(Self.binCount) : UInt16(pixel * 7 / 3 % Self.binCount)
        }
        bins = try BinTable(numbers, binCount: Self.binCount)
        masked = numbers.indices.filter { numbers[$0] == UInt16(Self.binCount) }
        var (offsets, entries, weights): ([UInt32], [UInt32], [Float]) = ([0], [], [])
        for (pixel, number) in numbers.enumerated() {
            if number < Self.binCount {
                for entry in 0...pixel % 3 {
                    entries.append((UInt32(number) + UInt32(entry)) % UInt32(Self.binCount))
                    weights.append(Float(entry + 1) / Float(3 + pixel % 5))
                }
            }
            offsets.append(UInt32(entries.count))
        }
        matrix = try SplitMatrix(
            shape: DetectorShape(slow: format.shape.slow, fast: format.shape.fast), binCount: Self.binCount, offsets: offsets,
            bins: entries, weights: weights)
    }
}
