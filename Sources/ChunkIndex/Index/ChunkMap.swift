/// Every allocated chunk of a dataset, by its place in the grid of chunks.
///
/// A grid coordinate has one number per dimension, slowest first: the chunk at [2, 0, 1] begins at element
/// [2 × chunkShape[0], 0, chunkShape[2]]. Chunks that were never written are absent.
///
/// 16 bytes a cell of the grid if at least one cell in four has a chunk (or there are few cells): a look-up is then one array
/// access. Else 24 bytes a chunk, and a look-up is a binary search.
public struct ChunkMap: Sendable {
    /// Chunks per dimension within the extent.
    public var gridShape: [Int] { grid.counts }
    /// Elements of a chunk per dimension.
    public var chunkShape: [Int] { grid.chunkShape }
    /// Allocated chunks within the extent.
    public let count: Int
    /// Chunks that the index holds beyond the extent; HDF5 does not show them, and neither does this map.
    public let countOutsideExtent: Int

    private let grid: ChunkGrid
    /// Ascending cells of `chunks`; empty if `chunks` is indexed by the cell.
    private let cells: [Int]
    private let chunks: [PackedChunk]
    private let isDense: Bool

    init(grid: ChunkGrid, cells: [Int], chunks: [PackedChunk], countOutsideExtent: Int) {
        self.grid = grid
        self.countOutsideExtent = countOutsideExtent
        count = chunks.count
        isDense = grid.cellCount <= 4_096 || grid.cellCount / 4 <= chunks.count
        guard isDense else {
            self.cells = cells
            self.chunks = chunks
            return
        }
        self.cells = []
        if chunks.count == grid.cellCount {
            // Ascending, distinct and as many as there are cells: cell i is at place i.
            self.chunks = chunks
        } else {
            var room = [PackedChunk](repeating: .absent, count: grid.cellCount)
            for (cell, chunk) in zip(cells, chunks) { room[cell] = chunk }
            self.chunks = room
        }
    }

    /// Whether each index of the first dimension is one chunk: the usual layout of detector data, one frame a chunk.
    public var isOneChunkPerFrame: Bool {
        grid.chunkShape[0] == 1 && grid.counts.dropFirst().allSatisfy { $0 <= 1 }
    }

    /// The chunk of a frame where `isOneChunkPerFrame`; in general the one chunk at grid coordinate
    /// [frame ÷ chunkShape[0], 0, 0, …]. nil if it was never written or is outside the extent.
    ///
    /// - Complexity: O(1) if at least one frame in four was written, else O(log `count`).
    public func chunk(ofFrame frame: Int) -> StoredChunk? {
        guard frame >= 0, frame < grid.extent[0], grid.cellCount > 0 else { return nil }
        return chunk(inCell: frame / grid.chunkShape[0] * grid.strides[0])
    }

    /// All chunks that hold a part of a frame, with their grid coordinates, in ascending order.
    public func chunks(ofFrame frame: Int) -> [(coordinate: [Int], chunk: StoredChunk)] {
        guard frame >= 0, frame < grid.extent[0], grid.cellCount > 0 else { return [] }
        let first = frame / grid.chunkShape[0] * grid.strides[0]
        return allocated(in: first..<first + grid.strides[0])
    }

    /// The chunk at a grid coordinate, nil if it was never written or is outside the extent.
    public subscript(coordinate: [Int]) -> StoredChunk? {
        guard coordinate.count == grid.rank else { return nil }
        var cell = 0
        for (dimension, place) in coordinate.enumerated() {
            guard place >= 0, place < grid.counts[dimension] else { return nil }
            // The cell of a coordinate within the grid is below the number of cells: no overflow.
            cell += place * grid.strides[dimension]
        }
        return chunk(inCell: cell)
    }

    /// Every allocated chunk with its grid coordinate, in ascending order.
    public func forEach(_ body: (_ coordinate: [Int], _ chunk: StoredChunk) throws -> Void) rethrows {
        for (place, chunk) in chunks.enumerated() {
            guard let stored = chunk.stored else { continue }
            try body(grid.coordinate(ofCell: isDense ? place : cells[place]), stored)
        }
    }

    private func chunk(inCell cell: Int) -> StoredChunk? {
        if isDense { return chunks[cell].stored }
        let place = firstPlace(notBefore: cell)
        return place < cells.count && cells[place] == cell ? chunks[place].stored : nil
    }

    private func allocated(in range: Range<Int>) -> [(coordinate: [Int], chunk: StoredChunk)] {
        let places = isDense ? range : firstPlace(notBefore: range.lowerBound)..<firstPlace(notBefore: range.upperBound)
        return places.compactMap { place in
            chunks[place].stored.map { (grid.coordinate(ofCell: isDense ? place : cells[place]), $0) }
        }
    }

    private func firstPlace(notBefore cell: Int) -> Int {
        var (low, high) = (0, cells.count)
        while low < high {
            let middle = low + (high - low) / 2
            if cells[middle] < cell { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
