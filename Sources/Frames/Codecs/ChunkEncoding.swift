/// How the bytes of a chunk are encoded; the same names are used in `run.json` and on the command line.
///
/// One chunk is one frame. Layouts: bitshuffle (kiyo-masui/bitshuffle, `bshuf_h5filter.c`), LZ4 and Zstandard
/// (HDFGroup/hdf5_plugins, `RegisteredFilterPlugins.md`).
public enum ChunkEncoding: String, Hashable, Sendable, Codable, CaseIterable {
    /// Pixels as they are, little-endian.
    case none
    /// HDF5 filter 32008 with LZ4: 8 KiB blocks, bit planes, one LZ4 block each.
    case bitshuffleLZ4 = "bslz4"
    /// HDF5 filter 32008 with Zstandard: the same blocks, one zstd frame each.
    case bitshuffleZstd = "bszstd"
    /// HDF5 filter 32004: LZ4 blocks of the pixels as they are.
    case lz4
    /// HDF5 filter 32015: one zstd frame.
    case zstd

    /// The level that our own zstd frames are written at.
    public static let zstdLevel: Int32 = 1

    /// The registered number of the HDF5 filter; nil for chunks without one.
    public var hdf5FilterID: UInt32? {
        switch self {
        case .none: nil
        case .bitshuffleLZ4, .bitshuffleZstd: 32008
        case .lz4: 32004
        case .zstd: 32015
        }
    }

    /// The filter's parameters as they stand in a file: what a reader that parses the pipeline message sees.
    ///
    /// Bitshuffle: version 0.4, element size, block size 0 (the default), 2 for LZ4 or 3 for zstd, zstd level. LZ4: none, as
    /// DECTRIS writes it.
    public func filterParameters(elementSize: Int) -> [UInt32] {
        switch self {
        case .none, .lz4: []
        case .bitshuffleLZ4: [0, 4, UInt32(elementSize), 0, 2]
        case .bitshuffleZstd: [0, 4, UInt32(elementSize), 0, 3, UInt32(Self.zstdLevel)]
        case .zstd: [UInt32(Self.zstdLevel)]
        }
    }

    /// The filter's parameters as a program gives them to `H5Pset_filter` when the filter is installed; it puts the first three
    /// of ``filterParameters(elementSize:)`` in front by itself.
    public var givenFilterParameters: [UInt32] {
        switch self {
        case .none, .lz4: []
        case .bitshuffleLZ4: [0, 2]
        case .bitshuffleZstd: [0, 3, UInt32(Self.zstdLevel)]
        case .zstd: [UInt32(Self.zstdLevel)]
        }
    }
}
