import CKernels
import Diagnostics
import Frames

/// From compressed chunks to sums in bins, without a frame ever being in memory: each block of 8 KiB is decoded and added while it is in the
/// first-level cache. One per thread. Sixteen frames allocate two small arrays; the sums of a frame are copied only for a caller that keeps them.
///
/// Frames are taken sixteen at a time where there are enough of them (throughput), or one by one (latency); the sums are the same.
public struct AzimuthalKernel: ~Copyable {
    public let format: FrameFormat
    public let encoding: ChunkEncoding
    public let bins: BinTable
    let limit: UInt32
    let kernels: UnsafePointer<faisceau_kernel_table>
    /// Only for encodings with blocks.
    var blocks: BlockDecoder?
    var whole: WholeFrameDecoder
    /// A block of each of sixteen frames.
    let pixels: UnsafeMutableRawPointer
    let lanes: UnsafeMutablePointer<faisceau_lane_sums>
    let histograms: UnsafeMutablePointer<UInt64>
    var results: [AzimuthalSums]

    static let frames = Int(FAISCEAU_LANE_FRAMES)
    /// From a block of one frame to the block of the next: an odd number of cache lines, so that sixteen rows that are read together are not
    /// all in one set of the cache.
    static let blockStride = BlockDecoder.blockBytes + 64
    /// Fewer frames are faster one by one: sixteen cost the same however many of them there are.
    static let fewestTogether = 6

    /// - Parameters:
    ///   - saturation: values above it are excluded frame by frame; nil: only what the type excludes.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for bins of another shape, and
    ///   what ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, bins: BinTable, saturation: UInt32? = nil,
        instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let limit = try ValueLimit(format.pixelType, saturation: saturation).largestValid
        guard bins.bins.count == format.pixelCount else {
            throw FrameError(
                .formatMismatch, "the bins are those of another detector", got: "\(bins.bins.count) pixels",
                expected: "\(format.pixelCount) for \(format)")
        }
        let kernels = try InstructionLevel.kernels(of: instructions)
        let blocks =
            BlockDecoder.reads(encoding)
            ? try BlockDecoder(format: format, encoding: encoding, valid: bins.valid, instructions: instructions) : nil
        let whole = try WholeFrameDecoder(format: format, encoding: encoding, instructions: instructions)
        self.limit = limit
        self.kernels = kernels
        self.blocks = blocks
        self.whole = whole
        self.format = format
        self.encoding = encoding
        self.bins = bins
        pixels = .allocate(byteCount: Self.frames * Self.blockStride + BlockDecoder.slack, alignment: 64)
        lanes = .allocate(capacity: bins.binCount + 1)
        histograms = .allocate(capacity: 4 * (bins.binCount + 1))
        lanes.initialize(repeating: faisceau_lane_sums(), count: bins.binCount + 1)
        histograms.initialize(repeating: 0, count: 4 * (bins.binCount + 1))
        results = (0..<Self.frames).map { _ in AzimuthalSums(binCount: bins.binCount) }
    }

    deinit {
        pixels.deallocate()
        lanes.deallocate()
        histograms.deallocate()
    }

    /// Reduces frames and gives the sums of each, in order.
    ///
    /// - Parameters:
    ///   - chunks: as they stand in the file, of any number of frames.
    ///   - done: called for each frame with its number in `chunks`; a chunk that does not decode has its error, and the others go on.
    public mutating func reduce(
        _ chunks: [UnsafeRawBufferPointer], done: (Int, Result<AzimuthalSums, FrameError>) throws -> Void
    ) rethrows {
        var first = 0
        while first < chunks.count {
            let together = min(Self.frames, chunks.count - first)
            if together >= Self.fewestTogether, let failures = reduceTogether(chunks[first..<first + together]) {
                for frame in 0..<together {
                    try done(first + frame, failures[frame].map { .failure($0) } ?? .success(results[frame]))
                }
            } else {
                for frame in first..<first + together { try done(frame, reduce(chunks[frame])) }
            }
            first += together
        }
    }

    /// Takes the pixels that this frame excludes out of a block: sets them to zero, and counts them.
    ///
    /// - Returns: the largest value that is left.
    mutating func exclude(
        _ block: UnsafeMutableRawPointer, count: Int, from first: Int, of frame: Int, largest: UInt32
    ) -> UInt32 {
        guard largest > limit else { return largest }
        let size = format.pixelType.byteCount
        let values = UnsafeRawBufferPointer(start: block, count: count * size)
        var left: UInt32 = 0
        for pixel in 0..<count {
            let value = PixelBytes.unsigned(values, pixel, size: size)
            guard value > limit else {
                left = max(left, value)
                continue
            }
            UnsafeMutableRawBufferPointer(start: block + pixel * size, count: size).initializeMemory(as: UInt8.self, repeating: 0)
            let bin = Int(bins.bins[first + pixel])
            guard bin < bins.binCount else { continue }
            results[frame].excluded[bin] += 1
            // The kernel will count a zero.
            results[frame].zeros[bin] &-= 1
        }
        return left
    }
}
