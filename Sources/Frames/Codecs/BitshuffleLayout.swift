import Diagnostics

/// Where the blocks of a bitshuffle chunk begin and end (fact: `bitshuffle.c`, `bshuf_default_block_size`).
///
/// With n elements and b elements a block there are n / b full blocks, one last block of (n mod b) rounded down to a multiple
/// of 8 if that is not zero, and n mod 8 elements at the end as they are.
struct BitshuffleLayout: Equatable {
    let elementCount: Int
    let elementSize: Int
    /// Elements of a full block, a positive multiple of 8.
    let blockElements: Int

    /// Bytes in front of the first block: 8 of total size, 4 of block size.
    static let headerBytes = 12
    /// What every encoder writes: 8192 bytes a block.
    static let defaultBlockBytes = 8192

    init(format: FrameFormat, blockBytes: Int = Self.defaultBlockBytes) {
        elementCount = format.pixelCount
        elementSize = format.pixelType.byteCount
        blockElements = blockBytes / format.pixelType.byteCount
    }

    /// Reads the header of `chunk` and holds it against the frame format.
    init(of chunk: UnsafeRawBufferPointer, format: FrameFormat) throws(FrameError) {
        guard chunk.count >= Self.headerBytes else {
            throw FrameError(
                .chunkTruncated, "a bitshuffle chunk ends within its header", got: "\(chunk.count) bytes",
                expected: "at least \(Self.headerBytes)")
        }
        let total = chunk.bigEndian(UInt64.self, at: 0)
        guard total == UInt64(format.byteCount) else {
            throw FrameError(
                .chunkFramingInvalid, "a bitshuffle chunk announces another frame size", at: "chunk bytes 0-7",
                got: "\(total) bytes", expected: "\(format.byteCount) for \(format)")
        }
        let blockBytes = Int(chunk.bigEndian(UInt32.self, at: 8))
        guard blockBytes > 0, blockBytes % (8 * format.pixelType.byteCount) == 0 else {
            throw FrameError(
                .chunkFramingInvalid, "a bitshuffle chunk has an impossible block size", at: "chunk bytes 8-11",
                got: "\(blockBytes) bytes", expected: "a positive multiple of \(8 * format.pixelType.byteCount)")
        }
        self.init(format: format, blockBytes: blockBytes)
    }

    var fullBlocks: Int { elementCount / blockElements }
    var lastBlockElements: Int { elementCount % blockElements / 8 * 8 }
    var blockCount: Int { fullBlocks + (lastBlockElements > 0 ? 1 : 0) }
    var blockBytes: Int { blockElements * elementSize }
    var leftoverBytes: Int { elementCount % 8 * elementSize }
    /// The longest block that really occurs: a hostile header cannot ask for more scratch memory than one frame.
    var longestBlockBytes: Int { fullBlocks > 0 ? blockBytes : lastBlockElements * elementSize }

    @inline(__always)
    func elements(inBlock block: Int) -> Int { block < fullBlocks ? blockElements : lastBlockElements }
}
