import Diagnostics
import Frames

/// Statistics of frames and nothing else: blocks are decoded, measured and forgotten. One per thread.
public struct StatisticsKernel: ~Copyable {
    private var feed: BlockFeed

    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for a mask of another shape, and what
    ///   ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, statistics: StatisticsRequest, instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        feed = try BlockFeed(
            format: format, encoding: encoding, counted: statistics.valid, saturation: nil, statistics: statistics,
            instructions: instructions)
    }

    /// - Throws: what decoding throws.
    public mutating func measure(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> FrameStatistics {
        feed.begin(chunk)
        while feed.next() != nil {}
        if let failure = feed.failures.first, let failure { throw failure }
        guard let statistics = feed.statistics(of: 0) else { throw FrameError(.notSupported, "statistics were not asked for") }
        return statistics
    }
}
