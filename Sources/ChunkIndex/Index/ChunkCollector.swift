import Diagnostics

/// Takes chunks as an index names them, checks each, and makes the map.
struct ChunkCollector {
    let grid: ChunkGrid
    private let reader: BoundedReader
    private let maximumChunks: Int
    /// Mask that says "no filter at all", for datasets that leave partial chunks unfiltered; nil for others.
    private let maskOfPartialChunks: UInt32?
    private var cells: [Int] = []
    private var chunks: [PackedChunk] = []
    private var outside = 0
    private var isAscending = true

    init(_ reader: BoundedReader, grid: ChunkGrid, layout: ChunkLayout, filterCount: Int) {
        self.reader = reader
        self.grid = grid
        let byDefault = min(reader.size / reader.widths.offsets, ReadingLimits.defaultMaximumChunks)
        maximumChunks = max(0, reader.limits.maximumChunks ?? byDefault)
        maskOfPartialChunks =
            layout.storesPartialChunksUnfiltered ? UInt32(truncatingIfNeeded: (1 << filterCount) - 1) : nil
    }

    /// Takes one chunk.
    ///
    /// - Parameters:
    ///   - coordinate: place in the grid of chunks, of the grid's rank.
    ///   - address: relative to the base address.
    @inline(__always)
    mutating func add(
        _ coordinate: [UInt64], address: UInt64, size: UInt64, filterMask: UInt32
    ) throws(ChunkIndexError) {
        guard chunks.count + outside < maximumChunks else { throw tooMany() }
        var cell = 0
        for dimension in 0..<coordinate.count {
            let place = coordinate[dimension]
            guard place < UInt64(grid.counts[dimension]) else {
                outside += 1
                return
            }
            // Below the number of cells: no overflow.
            cell += Int(place) * grid.strides[dimension]
        }
        guard size > 0, size <= UInt64(UInt32.max) else { throw impossible(size, coordinate) }
        let offset = try reader.offset(of: address, count: size, "the chunk at \(coordinate)")
        if let last = cells.last, last >= cell { isAscending = false }
        cells.append(cell)
        chunks.append(
            PackedChunk(offset: UInt64(offset), size: UInt32(size), filterMask: mask(filterMask, cell)))
    }

    private func mask(_ mask: UInt32, _ cell: Int) -> UInt32 {
        guard let maskOfPartialChunks, grid.isPartial(grid.coordinate(ofCell: cell)) else { return mask }
        return mask | maskOfPartialChunks
    }

    /// The map of all chunks taken.
    ///
    /// - Throws: `damaged` if two of them have the same place.
    consuming func map() throws(ChunkIndexError) -> ChunkMap {
        if !isAscending {
            let cells = self.cells
            let chunks = self.chunks
            let order = cells.indices.sorted { cells[$0] < cells[$1] }
            for (one, other) in zip(order, order.dropFirst()) where cells[one] == cells[other] {
                throw ChunkIndexError(
                    .damaged, "the chunk index names a chunk twice", at: reader.source.name,
                    got: "\(grid.coordinate(ofCell: cells[one])) at offsets \(chunks[one].offset) and \(chunks[other].offset)")
            }
            self.cells = order.map { cells[$0] }
            self.chunks = order.map { chunks[$0] }
        }
        return ChunkMap(grid: grid, cells: cells, chunks: chunks, countOutsideExtent: outside)
    }

    @inline(never)
    private func tooMany() -> ChunkIndexError {
        ChunkIndexError(
            .limitExceeded, "the chunk index holds too many chunks", at: reader.source.name, got: "more than \(maximumChunks)",
            remedy: reader.limits.maximumChunks == nil
                ? "The file is damaged, or its chunks are tiny: then state a limit" : "Raise the limit")
    }

    @inline(never)
    private func impossible(_ size: UInt64, _ coordinate: [UInt64]) -> ChunkIndexError {
        let what = "the chunk at \(coordinate) has an impossible size"
        guard size > 0 else { return ChunkIndexError(.damaged, what, at: reader.source.name, got: "0 bytes") }
        return ChunkIndexError(
            .unsupported, what, at: reader.source.name, got: "\(size) bytes", expected: "1 to \(UInt32.max) bytes")
    }
}
