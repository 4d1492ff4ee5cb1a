/// Where a chunk's bytes lie.
public struct StoredChunk: Hashable, Sendable {
    /// Bytes from the start of the file (a user block included). The chunk lies within the file as it was when it was opened.
    public let offset: Int
    /// Bytes stored, after filters. A decoder must hold it against what it expects: without filters a sound chunk has
    /// `ChunkLayout.chunkBytes`, but nobody makes a writer of raw chunks keep to it.
    public let size: Int
    /// Bit i set: filter i of the pipeline was not applied.
    public let filterMask: UInt32

    public init(offset: Int, size: Int, filterMask: UInt32) {
        self.offset = offset
        self.size = size
        self.filterMask = filterMask
    }
}

/// The same in 16 bytes.
struct PackedChunk: Equatable, Sendable {
    var offset: UInt64
    var size: UInt32
    var filterMask: UInt32

    /// No chunk begins at the last byte of the address space.
    static let absent = PackedChunk(offset: .max, size: 0, filterMask: 0)

    var stored: StoredChunk? {
        guard offset != .max else { return nil }
        return StoredChunk(offset: Int(offset), size: Int(size), filterMask: filterMask)
    }
}
