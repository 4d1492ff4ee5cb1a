import CKernels
import Diagnostics
import Frames

/// From compressed chunks to sums in bins, without a frame ever being in memory: each block of 8 KiB is decoded and added while it is in the
/// first-level cache. One per thread. The sums of a frame are copied only for a caller that keeps them.
///
/// Frames are taken sixteen at a time where there are enough of them (throughput), or one by one (latency); the sums are the same.
public struct AzimuthalKernel: ~Copyable {
    public let bins: BinTable
    var feed: BlockFeed
    /// Memory that only one of the two paths needs, made at its first frame.
    var together: LaneMemory?
    var alone: HistogramMemory?
    var results: [AzimuthalSums]
    /// Pixels of the bin that has most.
    let mostPixels: UInt64
    /// Values that are too large for the lanes, taken out of their blocks.
    var large: [LargeValue] = []

    struct LargeValue {
        let frame: Int
        let pixel: Int
        let value: UInt32
    }

    /// Fewer frames are faster one by one: sixteen cost the same however many of them there are.
    static let fewestTogether = 6
    /// Bins of which sixteen frames would need a gigabyte and more are taken frame by frame.
    static let mostTogether = 1 << 21

    /// - Parameters:
    ///   - saturation: values above it are excluded frame by frame; nil: only what the type excludes.
    ///   - statistics: frames are measured as well: ``AzimuthalSums/statistics``.
    ///   - regions: sums over regions of interest as well: ``AzimuthalSums/regions``.
    ///   - preview: frames are made small as well: ``AzimuthalSums/preview``.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for bins of another shape or masks that differ, and
    ///   what ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, bins: BinTable, saturation: UInt32? = nil,
        statistics: StatisticsRequest? = nil, regions: RegionsRequest? = nil, preview: PreviewRequest? = nil,
        instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let feed = try BlockFeed(
            format: format, encoding: encoding, counted: bins.valid, saturation: saturation,
            consumers: .init(statistics: statistics, regions: regions, preview: preview), instructions: instructions)
        self.feed = feed
        self.bins = bins
        mostPixels = UInt64(bins.pixelCounts.max() ?? 0)
        results = [AzimuthalSums(binCount: bins.binCount)]
    }

    public var format: FrameFormat { feed.format }
    public var encoding: ChunkEncoding { feed.encoding }

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
            let count = min(BlockFeed.frames, chunks.count - first)
            if count >= Self.fewestTogether, bins.binCount <= Self.mostTogether,
                reduceTogether(.memory(chunks[first..<first + count]))
            {
                for frame in 0..<count {
                    try done(first + frame, feed.failures[frame].map { .failure($0) } ?? .success(results[frame]))
                }
            } else {
                for frame in first..<first + count { try done(frame, reduce(chunks[frame])) }
            }
            first += count
        }
    }

    /// Reduces sixteen frames, or a few less, whose chunks are read while they are decoded, a piece of each at a time.
    ///
    /// - Parameter done: as for the other. A chunk that fails here must be read as a whole and reduced again: only then what is wrong with it
    ///   is known, and a block that is longer than any encoder makes it still counts.
    /// - Returns: false, with nothing done, for chunks that cannot be read in step: too few or too many, other encodings, other blocks.
    public mutating func reduce(
        stored chunks: [UnreadChunk], done: (Int, Result<AzimuthalSums, FrameError>) throws -> Void
    ) rethrows -> Bool {
        guard (Self.fewestTogether...BlockFeed.frames).contains(chunks.count), bins.binCount <= Self.mostTogether,
            reduceTogether(.stored(chunks))
        else { return false }
        for frame in chunks.indices {
            try done(frame, feed.failures[frame].map { .failure($0) } ?? .success(results[frame]))
        }
        return true
    }

    /// Adds what was taken out because it was too large; a pixel that is not zero was counted as one.
    mutating func addLarge() {
        for value in large {
            let bin = bins[value.pixel]
            guard bin < bins.binCount else { continue }
            results[value.frame].signal[bin] += UInt64(value.value)
            results[value.frame].zeros[bin] &-= 1
        }
        large.removeAll(keepingCapacity: true)
    }
}
