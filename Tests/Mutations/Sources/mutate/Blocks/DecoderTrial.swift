import CReference
import Diagnostics
import Frames
import ReductionKernels

/// Both decoders of one instruction level, with buffers just as long as they ask for.
final class DecoderTrial {
    private let format: FrameFormat
    private let level: InstructionLevel
    private let hasBlocks: Bool
    private var chunks: ChunkDecoder
    private var blocks: BlockDecoder
    private let frame: GuardedBytes
    private let block: GuardedBytes

    init(_ format: FrameFormat, _ encoding: ChunkEncoding, _ shares: PixelShares, _ level: InstructionLevel) throws {
        let chunks = try ChunkDecoder(format: format, encoding: encoding, instructions: level)
        // Never used where the encoding has no blocks.
        let blocks = try BlockDecoder(
            format: format, encoding: BlockDecoder.reads(encoding) ? encoding : .bitshuffleLZ4, valid: shares.bins.valid,
            instructions: level)
        let frame = try GuardedBytes(most: format.byteCount)
        let block = try GuardedBytes(most: BlockDecoder.blockBytes + BlockDecoder.slack)
        self.format = format
        self.level = level
        self.frame = frame
        self.block = block
        hasBlocks = BlockDecoder.reads(encoding)
        self.chunks = chunks
        self.blocks = blocks
    }

    /// - Returns: why the chunk is refused; nil when it is decoded.
    func check(_ mutant: Mutant) throws(Violation) -> FrameErrorCode? {
        let code = try checkWhole(mutant)
        if hasBlocks { try checkBlocks(mutant) }
        return code
    }

    private func checkWhole(_ mutant: Mutant) throws(Violation) -> FrameErrorCode? {
        let pixels = frame.place(format.byteCount)
        do throws(FrameError) {
            try chunks.decode(mutant.chunk, into: pixels)
        } catch {
            try require(!mutant.isDecoded, "the chunk decoder (\(level)) refuses what the library takes: \(error)")
            return error.code
        }
        try require(mutant.isDecoded, "the chunk decoder (\(level)) takes what the library refuses")
        try require(
            !mutant.isDetermined || mutant.agrees(UnsafeRawBufferPointer(pixels), masked: false),
            "the chunk decoder (\(level)) makes other pixels than the library")
        return nil
    }

    private func checkBlocks(_ mutant: Mutant) throws(Violation) {
        let done: Int?
        do throws(FrameError) {
            done = try readBlocks(mutant)
        } catch {
            return try require(!mutant.isDecoded, "the block decoder (\(level)) refuses what the library takes: \(error)")
        }
        guard let done else {
            return try require(
                mutant.result.has_long_blocks != 0, "the block decoder (\(level)) finds long blocks where there are none")
        }
        try require(mutant.isDecoded, "the block decoder (\(level)) takes what the library refuses")
        try require(
            done == format.pixelCount, "the block decoder (\(level)) gives \(done) pixels of \(format.pixelCount), or other ones")
    }

    /// The number of pixels up to the first block that has others than the library's; nil for blocks that are too long.
    private func readBlocks(_ mutant: Mutant) throws(FrameError) -> Int? {
        let room = block.place(BlockDecoder.blockBytes + BlockDecoder.slack)
        guard let start = room.baseAddress, var cursor = try blocks.begin(mutant.chunk) else { return nil }
        let size = format.pixelType.byteCount
        var done = 0
        var agrees = true
        while true {
            let count = try blocks.next(&cursor, into: start)
            if count == 0 { return done }
            let bytes = UnsafeRawBufferPointer(start: start, count: count * size)
            if mutant.isDetermined, !mutant.agrees(bytes, at: done * size, masked: true) { agrees = false }
            if agrees { done += count }
        }
    }
}
