/// Where a dataset's elements lie.
public enum StoredLayout: Equatable, Sendable {
    /// In the object header itself: `size` bytes at `offset` from the start of the file.
    case compact(offset: Int, size: Int)
    /// In one piece; `offset` is nil if no space was allocated yet.
    case contiguous(offset: Int?, size: Int)
    /// In chunks of equal shape, found by an index.
    case chunked(ChunkLayout)
    /// In other datasets (a virtual dataset): ask libhdf5 for the mappings.
    case virtual
    /// In other files, without HDF5 structure around them ("external storage").
    case externalFiles
}

/// How a dataset is cut into chunks.
public struct ChunkLayout: Equatable, Sendable {
    /// The kind of index, with the parameters that its reader needs.
    enum Index: Equatable, Sendable {
        case versionOneBTree
        /// `filtered`: stored size and filter mask, if the dataset has filters.
        case singleChunk(filtered: FilteredChunk?)
        case implicit
        case fixedArray
        case extensibleArray
        case versionTwoBTree
    }

    struct FilteredChunk: Equatable, Sendable {
        let size: UInt64
        let filterMask: UInt32
    }

    /// The kind of index, for messages and reports.
    public enum IndexKind: String, Sendable {
        case versionOneBTree, singleChunk, implicit, fixedArray, extensibleArray, versionTwoBTree
    }

    /// Elements of a chunk per dimension, slowest first.
    public let chunkShape: [Int]
    /// Bytes of a chunk before filters: the product of `chunkShape` and the element size.
    public let chunkBytes: Int
    /// Chunks that stick out of the extent are stored without filters.
    public let storesPartialChunksUnfiltered: Bool
    let index: Index
    /// Relative to the base address; nil: nothing was allocated yet.
    let indexAddress: UInt64?

    public var indexKind: IndexKind {
        switch index {
        case .versionOneBTree: .versionOneBTree
        case .singleChunk: .singleChunk
        case .implicit: .implicit
        case .fixedArray: .fixedArray
        case .extensibleArray: .extensibleArray
        case .versionTwoBTree: .versionTwoBTree
        }
    }
}
