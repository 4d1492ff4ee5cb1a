import CKernels
import Diagnostics
import Frames

/// Statistics of frames of which nothing else is asked: decoded and looked at, block by block, in one block of memory. What a ``BlockFeed`` keeps
/// for sixteen frames, their excluded pixels and other consumers costs as much as the statistics themselves.
struct LoneStatistics: ~Copyable {
    private var blocks: BlockDecoder
    private let measurer: BlockMeasurer
    private let block: UnsafeMutableRawPointer
    private let scan: UnsafeMutablePointer<faisceau_block_scan>

    /// - Throws: as ``BlockFeed``; `notSupported` for an encoding without blocks.
    init(
        format: FrameFormat, encoding: ChunkEncoding, _ request: StatisticsRequest, instructions: InstructionLevel?
    ) throws(FrameError) {
        let measurer = try BlockMeasurer(request, format, try InstructionLevel.kernels(of: instructions))
        let blocks = try BlockDecoder(format: format, encoding: encoding, valid: request.valid, instructions: instructions)
        self.measurer = measurer
        self.blocks = blocks
        block = .allocate(byteCount: BlockDecoder.blockBytes + BlockDecoder.slack, alignment: 64)
        scan = .allocate(capacity: 1)
        scan.initialize(to: faisceau_block_scan())
    }

    deinit {
        block.deallocate()
        scan.deallocate()
    }

    /// - Returns: nil for a chunk whose blocks are too long to be read one by one.
    /// - Throws: what decoding throws.
    mutating func measure(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> FrameStatistics? {
        guard var cursor = try blocks.begin(chunk) else { return nil }
        var sums = BlockMeasurer.nothing
        var first = 0
        while true {
            let count = try blocks.next(&cursor, into: block, scan: scan)
            guard count > 0 else { return measurer.statistics(sums) }
            _ = measurer.measure(block.assumingMemoryBound(to: UInt8.self), count, from: first, scan, &sums)
            first += count
        }
    }
}
