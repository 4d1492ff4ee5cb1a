import CLZ4
import Diagnostics

/// Makes an HDF5 LZ4 chunk (filter 32004) of a bare LZ4 block, as Stream V1 sends under the encoding `lz4<`: 16 bytes in front,
/// nothing copied.
public enum LZ4BlockWrapping {
    public static let byteCount = 16

    /// Filter 32004 counts in signed 32-bit numbers, and LZ4 itself ends at 0x7e000000.
    public static let maximumBytes = 0x7e00_0000

    /// The 16 bytes to write in front of the block: total, block size (the whole frame), compressed length; all big-endian.
    ///
    /// - Throws: `formatMismatch` when a count is not positive, too large for the filter, or when `compressedBytes` equals
    ///   `uncompressedBytes`: readers take such a block as stored, so it must be decompressed and written otherwise.
    public static func header(uncompressedBytes: Int, compressedBytes: Int) throws(FrameError) -> [UInt8] {
        guard (1...maximumBytes).contains(uncompressedBytes), (1...maximumBytes).contains(compressedBytes) else {
            throw FrameError(
                .formatMismatch, "an LZ4 block does not fit into a chunk of HDF5 filter 32004",
                got: "\(compressedBytes) bytes for \(uncompressedBytes)", expected: "1 to \(maximumBytes) bytes each")
        }
        guard compressedBytes != uncompressedBytes else {
            throw FrameError(
                .formatMismatch, "an LZ4 block as long as its pixels would be read as stored pixels",
                got: "\(compressedBytes) bytes", remedy: "Decode it and write it in another encoding")
        }
        var header: [UInt8] = []
        header.reserveCapacity(byteCount)
        appendBigEndian(UInt64(uncompressedBytes), to: &header)
        appendBigEndian(UInt32(uncompressedBytes), to: &header)
        appendBigEndian(UInt32(compressedBytes), to: &header)
        return header
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

    private static func appendBigEndian<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
