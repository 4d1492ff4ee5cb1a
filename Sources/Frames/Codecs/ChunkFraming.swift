import CZstd
import Diagnostics

/// Finds a cut or garbled chunk without decompressing it: header and every block length, in microseconds.
///
/// What passes may still hold compressed bytes that do not decode; only ``ChunkDecoder`` can tell. What does not pass must not be
/// acknowledged as a good frame.
public enum ChunkFraming {
    /// - Parameters:
    ///   - chunk: the bytes as they would stand in the file.
    ///   - encoding: what the bytes are said to be.
    ///   - format: the frame that they must decode to.
    /// - Throws: `chunkTruncated` when the chunk ends early, `chunkFramingInvalid` when it contradicts itself or the format.
    /// - Complexity: O(blocks), a cache miss a block: 20 to 40 microseconds for 1,096 blocks (bench-codec); no allocation.
    public static func check(
        _ chunk: UnsafeRawBufferPointer, encoding: ChunkEncoding, format: FrameFormat
    ) throws(FrameError) {
        switch encoding {
        case .none: try checkRaw(chunk, format)
        case .bitshuffleLZ4: try checkBitshuffle(chunk, format, shortestBlock: 1)
        case .bitshuffleZstd: try checkBitshuffle(chunk, format, shortestBlock: 6)
        case .lz4: _ = try LZ4ChunkLayout(of: chunk, format: format, checkingBlocks: true)
        case .zstd: try checkZstd(chunk, format)
        }
    }

    private static func checkRaw(_ chunk: UnsafeRawBufferPointer, _ format: FrameFormat) throws(FrameError) {
        guard chunk.count == format.byteCount else {
            throw FrameError(
                chunk.count < format.byteCount ? .chunkTruncated : .chunkFramingInvalid,
                "a frame that is not compressed has another size than its format", got: "\(chunk.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
    }

    private static func checkBitshuffle(
        _ chunk: UnsafeRawBufferPointer, _ format: FrameFormat, shortestBlock: Int
    ) throws(FrameError) {
        let layout = try BitshuffleLayout(of: chunk, format: format)
        var place = BitshuffleLayout.headerBytes
        for block in 0..<layout.blockCount {
            place = try end(ofBlock: block, at: place, in: chunk, shortest: shortestBlock)
        }
        try checkEnd(place + layout.leftoverBytes, of: chunk)
    }

    /// The place behind block number `block` whose length stands at `place`.
    @inline(__always)
    static func end(
        ofBlock block: Int, at place: Int, in chunk: UnsafeRawBufferPointer, shortest: Int
    ) throws(FrameError) -> Int {
        guard chunk.count - place >= 4 else { throw cut(block, place, chunk) }
        let length = Int(chunk.bigEndian(UInt32.self, at: place))
        guard length >= shortest else {
            throw FrameError(
                .chunkFramingInvalid, "a block of a chunk is too short to hold anything",
                at: "block \(block), chunk byte \(place)",
                got: "\(length) bytes", expected: "at least \(shortest)")
        }
        guard length <= chunk.count - place - 4 else { throw cut(block, place, chunk, length) }
        return place + 4 + length
    }

    static func checkEnd(_ place: Int, of chunk: UnsafeRawBufferPointer) throws(FrameError) {
        try checkEnd(place, ofChunk: chunk.count)
    }

    static func checkEnd(_ place: Int, ofChunk size: Int) throws(FrameError) {
        guard place == size else {
            throw FrameError(
                place > size ? .chunkTruncated : .chunkFramingInvalid,
                "a chunk does not end where its last block ends", got: "\(size) bytes", expected: "\(place)")
        }
    }

    @inline(never)
    private static func cut(
        _ block: Int, _ place: Int, _ chunk: UnsafeRawBufferPointer, _ length: Int? = nil
    ) -> FrameError {
        FrameError(
            .chunkTruncated, "a chunk ends within one of its blocks", at: "block \(block), chunk byte \(place)",
            got: "\(max(chunk.count - place, 0)) bytes left", expected: length.map { "\($0 + 4)" } ?? "at least 4")
    }

    /// Zstd tells its content size in the frame header and its own length by walking the block headers.
    private static func checkZstd(_ chunk: UnsafeRawBufferPointer, _ format: FrameFormat) throws(FrameError) {
        let content = ZSTD_getFrameContentSize(chunk.baseAddress, chunk.count)
        let unknown = UInt64.max  // ZSTD_CONTENTSIZE_UNKNOWN, a macro that Swift cannot import
        let broken = UInt64.max - 1  // ZSTD_CONTENTSIZE_ERROR
        guard content != broken else {
            throw FrameError(
                chunk.count < 18 ? .chunkTruncated : .chunkFramingInvalid, "a zstd chunk does not begin with a zstd frame",
                got: "\(chunk.count) bytes")
        }
        guard content == unknown || content == UInt64(format.byteCount) else {
            throw FrameError(
                .chunkFramingInvalid, "a zstd chunk announces another frame size", got: "\(content) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        let length = ZSTD_findFrameCompressedSize(chunk.baseAddress, chunk.count)
        guard ZSTD_isError(length) == 0 else {
            throw FrameError(
                .chunkTruncated, "a zstd chunk ends within its frame", got: "\(chunk.count) bytes",
                expected: String(cString: ZSTD_getErrorName(length)))
        }
        try checkEnd(length, of: chunk)
    }
}
