import Diagnostics

/// A dataset as its file describes it, read without libhdf5: extent, element type, filters, and the place of every chunk.
///
/// libhdf5 finds a dataset by its name and tells its address (`H5Oget_info`); from there on this reads the object header and the
/// whole chunk index at once, where libhdf5 searches the index again for each chunk. All bytes are untrusted: a file can be
/// refused, with a message that says what was found where, but can neither trap nor take memory or time beyond what its size
/// warrants (`ReadingLimits`).
///
/// Known are superblock versions 0 to 3 with offsets and lengths of 4 or 8 bytes; object header versions 1 and 2; data layout
/// versions 3 to 5; all six kinds of chunk index. Source: HDF5 File Format Specification version 3.0.
public struct StoredDataset: Sendable {
    public let dataspace: Dataspace
    public let datatype: StoredDatatype
    /// In the order of writing; empty without filters.
    public let filters: [StoredFilter]
    public let layout: StoredLayout
    /// The allocated chunks; nil unless `layout` is `chunked`.
    public let chunks: ChunkMap?

    /// Reads a dataset's description and, if it is chunked, its chunk index.
    ///
    /// - Parameter objectHeaderAddress: relative to the superblock, as libhdf5 tells it.
    /// - Throws: `notHDF5`; `damaged` and `checksumMismatch` for bytes that cannot be right; `unsupported` for versions, types,
    ///   flags and features that are not known here; `limitExceeded`; and what `source` throws.
    public init(
        _ source: any ByteSource, objectHeaderAddress: UInt64, limits: ReadingLimits = ReadingLimits()
    ) throws(ChunkIndexError) {
        // Beyond 2^60 bytes sums of offsets might overflow; no file system has such a file.
        let size = min(max(0, source.size), 1 << 60)
        let superblock = try Superblock.find(in: source, size: size, limits: limits)
        let reader = BoundedReader(source, size: size, limits: limits, base: superblock.base, widths: superblock.widths)
        let header = try ObjectHeader(reader, address: objectHeaderAddress)

        let dataspace = try Dataspace(
            header.body(ObjectHeader.MessageType.dataspace, "dataspace", in: reader), reader.widths)
        let datatype = try StoredDatatype.read(header, in: reader)
        let pipeline = ObjectHeader.MessageType.filterPipeline
        let filters =
            try header.only(pipeline, "filter pipeline") == nil
            ? [] : StoredFilter.list(header.body(pipeline, "filter pipeline", in: reader), reader.widths)
        let message = LayoutMessage(
            body: try header.body(ObjectHeader.MessageType.layout, "data layout", in: reader), reader: reader,
            elementBytes: datatype.size)
        let isExternal = try header.only(ObjectHeader.MessageType.externalFiles, "external files") != nil
        let layout = isExternal ? StoredLayout.externalFiles : try message.layout()

        self.dataspace = dataspace
        self.datatype = datatype
        self.filters = filters
        self.layout = layout
        guard case .chunked(let chunkLayout) = layout else {
            chunks = nil
            return
        }
        let grid = try ChunkGrid(dataspace, chunkLayout, file: source.name)
        let collector = ChunkCollector(reader, grid: grid, layout: chunkLayout, filterCount: filters.count)
        guard let address = chunkLayout.indexAddress else {
            chunks = try collector.map()
            return
        }
        chunks = try Self.collect(chunkLayout, at: address, dataspace, hasFilters: !filters.isEmpty, reader, collector).map()
    }

    private static func collect(
        _ layout: ChunkLayout, at address: UInt64, _ dataspace: Dataspace, hasFilters: Bool, _ reader: BoundedReader,
        _ collector: ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        switch layout.index {
        case .versionOneBTree:
            return try VersionOneBTree.read(at: address, reader, into: collector)
        case .singleChunk(let filtered):
            return try ComputedIndexes.single(
                at: address, filtered: filtered, chunkBytes: layout.chunkBytes, into: collector)
        case .implicit:
            return try ComputedIndexes.implicit(at: address, chunkBytes: layout.chunkBytes, reader, into: collector)
        case .fixedArray:
            return try FixedArray.read(at: address, layout: layout, hasFilters: hasFilters, reader, into: collector)
        case .extensibleArray:
            let unlimited = dataspace.maximum.indices.filter { dataspace.maximum[$0] == nil }
            guard let dimension = unlimited.first, unlimited.count == 1 else {
                throw ChunkIndexError(
                    .damaged, "an extensible array needs one unlimited dimension", at: reader.source.name,
                    got: "\(unlimited.count)", expected: "1")
            }
            return try ExtensibleArray.read(
                at: address, layout: layout, hasFilters: hasFilters, unlimited: dimension, reader, into: collector)
        case .versionTwoBTree:
            return try VersionTwoBTree.read(at: address, layout: layout, hasFilters: hasFilters, reader, into: collector)
        }
    }
}
