/// How the bytes of an array are packed. The word "lz4" alone means two things: see ``lz4Block`` and ``lz4Chunk``.
public enum PayloadPacking: UInt8, Sendable, Equatable, CaseIterable {
    /// The elements, one after another.
    case raw
    /// Bitshuffle and LZ4 with the 12-byte header: a chunk of HDF5 filter 32008 as it is. V1 `bs16-lz4<`, V2 `bslz4`.
    case bitshuffleLZ4
    /// Bitshuffle and Zstandard with the 12-byte header: a chunk of filter 32008 as it is. V2 `bszstd` (Jungfraujoch).
    case bitshuffleZstd
    /// One bare LZ4 block without a header: V1 `lz4<`. It needs 16 bytes in front to become a chunk of filter 32004.
    case lz4Block
    /// LZ4 blocks with their header: a chunk of HDF5 filter 32004 as it is. V2 `lz4`.
    case lz4Chunk
    /// One Zstandard frame: a chunk of HDF5 filter 32015 as it is. V2 `zstd`.
    case zstd
}
