import Diagnostics
import Frames

/// Statistics of frames, sums over regions of interest, previews, and nothing else: blocks are decoded, looked at and forgotten. One per thread.
public struct StatisticsKernel: ~Copyable {
    /// What was found in one frame.
    public struct Findings: Sendable, Equatable {
        public let statistics: FrameStatistics
        /// In the order of the regions, when the kernel was asked for them.
        public let regions: [RegionSum]?
        /// When the kernel was asked for it.
        public let preview: PreviewImage?
    }

    private var feed: BlockFeed
    /// Where statistics are all that is asked for, and the encoding has blocks.
    private var lone: LoneStatistics?

    /// - Parameters:
    ///   - regions: sums over regions of interest as well.
    ///   - preview: frames are made small as well.
    ///   - largestValid: values above it are not counted in regions and preview (in the statistics they are); nil: only what the type excludes.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for a mask of another shape and for masks
    ///   that differ, and what ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, statistics: StatisticsRequest, regions: RegionsRequest? = nil,
        preview: PreviewRequest? = nil, largestValid: UInt32? = nil, instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let feed = try BlockFeed(
            format: format, encoding: encoding, counted: statistics.valid, saturation: largestValid,
            consumers: .init(statistics: statistics, regions: regions, preview: preview), instructions: instructions)
        var lone: LoneStatistics?
        if regions == nil, preview == nil, BlockDecoder.reads(encoding) {
            lone = try LoneStatistics(format: format, encoding: encoding, statistics, instructions: instructions)
        }
        self.feed = feed
        self.lone = lone
    }

    /// - Throws: what decoding throws.
    public mutating func measure(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> FrameStatistics {
        if let statistics = try lone?.measure(chunk) { return statistics }
        return try look(chunk).statistics
    }

    /// All that the kernel was asked for.
    /// - Throws: what decoding throws.
    public mutating func look(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> Findings {
        feed.begin(chunk)
        while feed.next() != nil {}
        if let failure = feed.failures.first, let failure { throw failure }
        let found = feed.findings(of: 0)
        guard let statistics = found.statistics else { throw FrameError(.notSupported, "statistics were not asked for") }
        return Findings(statistics: statistics, regions: found.regions, preview: found.preview)
    }
}
