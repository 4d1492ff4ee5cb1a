/// How the chunks of a frame dataset are encoded, as far as its filters tell.
public enum FrameChunkEncoding: Sendable, Hashable {
    /// Chunks (or the contiguous data) are pixels.
    case none
    /// HDF5 filter 32008. `compression` is 0 none, 2 LZ4, 3 zstd.
    case bitshuffle(compression: UInt32)
    /// HDF5 filter 32004.
    case lz4
    /// HDF5 filter 32015.
    case zstd
    /// Another filter or several: frames come decoded.
    case other([HDF5Filter])

    init(_ filters: [HDF5Filter]) {
        guard let filter = filters.first, filters.count == 1 else {
            self = filters.isEmpty ? .none : .other(filters)
            return
        }
        switch filter.identifier {
        // Stored: three values of the filter's own (version, element size), block size, compression.
        case HDF5Filter.bitshuffle: self = .bitshuffle(compression: filter.parameters.count > 4 ? filter.parameters[4] : 0)
        case HDF5Filter.lz4: self = .lz4
        case HDF5Filter.zstd: self = .zstd
        default: self = .other(filters)
        }
    }
}

/// One frame out of a file.
public enum StoredFrame: Sendable, Equatable {
    /// The chunk's bytes as they are stored, all filters applied.
    case chunk([UInt8], encoding: FrameChunkEncoding)
    /// Pixels row by row, little-endian.
    case pixels([UInt8])
}
