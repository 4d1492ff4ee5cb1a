/// How much a file may make its reader do.
public struct ReadingLimits: Sendable {
    /// Most chunks of one dataset; nil: as many as addresses fit into the file, but 67,108,864 at most, as a file with holes may
    /// claim any size. (Chunks smaller than an address, without any structure between them, are the one sound case beyond the
    /// first.) A chunk takes 16 bytes of memory where none is missing, never more than 64, and up to 48 more while the index is read.
    public var maximumChunks: Int?

    /// Whether a structure with a wrong checksum ends the reading. Switched off by fuzzers, which otherwise never come past
    /// the first checksum, and by whoever wants what is left of a damaged file: every other check stays.
    public var verifiesChecksums: Bool

    public init(maximumChunks: Int? = nil, verifiesChecksums: Bool = true) {
        self.maximumChunks = maximumChunks
        self.verifiesChecksums = verifiesChecksums
    }

    /// Most chunks unless the caller says otherwise: a map of 1 GiB.
    static let defaultMaximumChunks = 1 << 26
    /// Most bytes of one structure (a node, a page, an object header block): far more than any writer makes.
    static let maximumBlockBytes = 1 << 26
    /// Most array slots or grid cells that are counted at all, so that products with sizes of up to 255 bytes fit 64 bits.
    static let maximumSlots = 1 << 48
    /// Ranks beyond it are refused by HDF5 too.
    static let maximumRank = 32
}
