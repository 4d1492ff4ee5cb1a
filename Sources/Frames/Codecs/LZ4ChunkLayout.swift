import Diagnostics

/// The framing of HDF5 filter 32004: 8 bytes of total, 4 of block size, then per block 4 of length and the data; a block as
/// long as its pixels is stored (HDFGroup/hdf5_plugins, `LZ4/src/H5Zlz4.c`).
struct LZ4ChunkLayout {
    let totalBytes: Int
    let blockBytes: Int

    static let headerBytes = 12
    /// What EIGER2 detectors write; Eiger 1 wrote one block a frame.
    static let defaultBlockBytes = 8192

    init(format: FrameFormat) {
        totalBytes = format.byteCount
        blockBytes = min(Self.defaultBlockBytes, format.byteCount)
    }

    init(of chunk: UnsafeRawBufferPointer, format: FrameFormat, checkingBlocks: Bool) throws(FrameError) {
        guard chunk.count >= Self.headerBytes else {
            throw FrameError(
                .chunkTruncated, "an LZ4 chunk ends within its header", got: "\(chunk.count) bytes",
                expected: "at least \(Self.headerBytes)")
        }
        let total = chunk.bigEndian(UInt64.self, at: 0)
        guard total == UInt64(format.byteCount) else {
            throw FrameError(
                .chunkFramingInvalid, "an LZ4 chunk announces another frame size", at: "chunk bytes 0-7",
                got: "\(total) bytes", expected: "\(format.byteCount) for \(format)")
        }
        let block = Int(chunk.bigEndian(Int32.self, at: 8))
        guard block > 0 else {
            throw FrameError(
                .chunkFramingInvalid, "an LZ4 chunk has an impossible block size", at: "chunk bytes 8-11",
                got: "\(block) bytes", expected: "a positive number")
        }
        totalBytes = format.byteCount
        blockBytes = block
        guard checkingBlocks else { return }
        var place = Self.headerBytes
        for block in 0..<blockCount {
            let next = try ChunkFraming.end(ofBlock: block, at: place, in: chunk, shortest: 1)
            guard next - place - 4 <= Self.longest(bytes(inBlock: block)) else {
                throw FrameError(
                    .chunkFramingInvalid, "a block of an LZ4 chunk is longer than any encoder makes it",
                    at: "block \(block), chunk byte \(place)", got: "\(next - place - 4) bytes",
                    expected: "at most \(Self.longest(bytes(inBlock: block)))")
            }
            place = next
        }
        try ChunkFraming.checkEnd(place, of: chunk)
    }

    var blockCount: Int { totalBytes / blockBytes + (totalBytes % blockBytes > 0 ? 1 : 0) }

    @inline(__always)
    func bytes(inBlock block: Int) -> Int { min(blockBytes, totalBytes - block * blockBytes) }

    /// LZ4_COMPRESSBOUND: the longest block that an encoder may need for `count` bytes.
    static func longest(_ count: Int) -> Int { count + count / 255 + 16 }
}
