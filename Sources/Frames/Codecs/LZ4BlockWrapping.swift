import CLZ4
import Diagnostics

/// Makes an HDF5 LZ4 chunk (filter 32004) of a bare LZ4 block, as Stream V1 sends under the encoding `lz4<`: 16 bytes in front,
/// nothing copied.
public enum LZ4BlockWrapping {
    /// Filter 32004 counts in signed 32-bit numbers, and LZ4 itself ends at 0x7e000000.
    public static let maximumBytes = 0x7e00_0000

    /// What to write in front of the block.
    ///
    /// - Throws: `formatMismatch` when a count is not positive, too large for the filter, or when `compressedBytes` equals
    ///   `uncompressedBytes`: readers take such a block as stored, so it must be decompressed and written otherwise.
    public static func header(uncompressedBytes: Int, compressedBytes: Int) throws(FrameError) -> ChunkHeader {
        guard compressedBytes != uncompressedBytes else {
            throw FrameError(
                .formatMismatch, "an LZ4 block as long as its pixels would be read as stored pixels",
                got: "\(compressedBytes) bytes", remedy: "Decode it and write it in another encoding")
        }
        return try checkedHeader(uncompressedBytes, compressedBytes)
    }

    /// What to write in front of pixels that are stored as they are.
    ///
    /// - Throws: `formatMismatch` when there are none, or more than the filter takes.
    public static func headerOfStoredPixels(byteCount: Int) throws(FrameError) -> ChunkHeader {
        try checkedHeader(byteCount, byteCount)
    }

    private static func checkedHeader(_ uncompressed: Int, _ compressed: Int) throws(FrameError) -> ChunkHeader {
        guard (1...maximumBytes).contains(uncompressed), (1...maximumBytes).contains(compressed) else {
            throw FrameError(
                .formatMismatch, "an LZ4 block does not fit into a chunk of HDF5 filter 32004",
                got: "\(compressed) bytes for \(uncompressed)", expected: "1 to \(maximumBytes) bytes each")
        }
        return ChunkHeader(uncompressedBytes: UInt32(uncompressed), compressedBytes: UInt32(compressed))
    }

    /// The longest block that an encoder may need for `count` bytes: incompressible pixels grow.
    public static func longestBlock(_ count: Int) -> Int { LZ4ChunkLayout.longest(count) }

    /// Decodes a bare block, for the case that ``header(uncompressedBytes:compressedBytes:)`` refuses.
    ///
    /// - Parameter pixels: as long as the pixels, at most ``maximumBytes``; undefined after a throw.
    /// - Throws: `chunkCorrupt` when the block does not decode to just that many bytes.
    public static func decode(_ block: UnsafeRawBufferPointer, into pixels: UnsafeMutableRawBufferPointer) throws(FrameError) {
        // LZ4_decompress_safe never reads past the block nor writes past the pixels.
        guard let count = Int32(exactly: block.count), let capacity = Int32(exactly: pixels.count),
            LZ4_decompress_safe(block.baseAddress, pixels.baseAddress, count, capacity) == capacity
        else {
            throw FrameError(
                .chunkCorrupt, "an LZ4 block does not decode to its pixels", got: "\(block.count) bytes",
                expected: "\(pixels.count) bytes of pixels", remedy: "The block was damaged, or it is of another encoding")
        }
    }
}
