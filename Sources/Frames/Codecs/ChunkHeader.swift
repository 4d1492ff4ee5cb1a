/// The 16 bytes that make a bare LZ4 block a chunk of HDF5 filter 32004 (``LZ4BlockWrapping``), kept as two words in file order so that
/// the frame path allocates nothing for them.
public struct ChunkHeader: Sendable, Equatable {
    public static let byteCount = 16

    private let low: UInt64
    private let high: UInt64

    /// Total, block size (the whole frame), compressed length; all big-endian.
    ///
    /// - Parameter compressedBytes: as many as `uncompressedBytes` where the pixels are stored as they are.
    init(uncompressedBytes: UInt32, compressedBytes: UInt32) {
        low = UInt64(uncompressedBytes).bigEndian
        // In memory the lower half of a word comes first.
        high = UInt64(uncompressedBytes.bigEndian) | UInt64(compressedBytes.bigEndian) << 32
    }

    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: (low, high)) { try body($0) }
    }

    /// A copy, where no frame waits.
    public var bytes: [UInt8] { withBytes { Array($0) } }
}
