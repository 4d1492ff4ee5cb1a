import CKernels
import Diagnostics
import Frames

/// Takes a frame's statistics block by block.
struct BlockMeasurer {
    static let nothing = faisceau_frame_statistics(sum: 0, zeros: 0, excluded: 0, saturated: 0, least: .max, largest: 0)

    private let kernels: UnsafePointer<faisceau_kernel_table>
    private let size: Int
    /// Values above it are no measurements.
    private let limit: UInt32
    /// More than any valid value when none is to be counted.
    private let saturation: UInt32
    private let valid: ValidityBits
    private let validCount: Int
    /// Masked pixels before every `step`th one.
    private let maskedBefore: [Int]

    private static let step = 512

    /// - Parameter request: with a mask of the format's size.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes.
    init(
        _ request: StatisticsRequest, _ format: FrameFormat, _ kernels: UnsafePointer<faisceau_kernel_table>
    ) throws(FrameError) {
        limit = try ValueLimit(format.pixelType, saturation: nil).largestValid
        self.kernels = kernels
        size = format.pixelType.byteCount
        saturation = request.saturation ?? .max
        valid = request.valid
        validCount = request.valid.validCount
        maskedBefore = request.valid.invalidCounts(every: Self.step)
    }

    /// - Parameter scan: what decoding saw of the block.
    /// - Returns: the largest value of the block.
    @inline(__always)
    func measure(
        _ block: UnsafePointer<UInt8>, _ count: Int, from first: Int, _ scan: UnsafePointer<faisceau_block_scan>,
        _ sums: inout faisceau_frame_statistics
    ) -> UInt32 {
        // With more zeros than masked pixels one of them was measured, and nothing is smaller.
        let masked = first % Self.step == 0 ? maskedBefore[first / Self.step] : valid.count - validCount
        // Almost every block: decoding has seen all that is asked.
        let seen = scan.pointee
        if seen.is_made != 0, seen.largest <= limit, seen.largest < saturation, sums.zeros > masked {
            sums.sum &+= seen.sum
            sums.zeros &+= UInt64(truncatingIfNeeded: count) &- seen.occupied
            sums.largest = max(sums.largest, seen.largest)
            return seen.largest
        }
        return kernels.pointee.measure_block(
            block, count, size, scan, limit, saturation, sums.zeros > masked ? 0 : 1, &sums)
    }

    func statistics(_ sums: faisceau_frame_statistics) -> FrameStatistics {
        let pixels = validCount - Int(sums.excluded)
        let zeros = Int(sums.zeros) - (valid.count - validCount)
        return FrameStatistics(
            validPixels: pixels, maskedPixels: valid.count - pixels, zeroPixels: zeros, saturatedPixels: Int(sums.saturated),
            // 2^32 pixels of 2^32 counts would not fit; no frame has them.
            exactSum: Int64(exactly: sums.sum), sum: Double(sums.sum),
            minimum: pixels == 0 ? nil : zeros > 0 ? 0 : Double(sums.least) + 1, maximum: pixels == 0 ? nil : Double(sums.largest)
        )
    }
}
