import Diagnostics

/// Indexes without a structure of their own.
///
/// Source: HDF5 File Format Specification version 3.0, sections VII.A and VII.B.
enum ComputedIndexes {
    /// One chunk that is the whole dataset.
    static func single(
        at address: UInt64, filtered: ChunkLayout.FilteredChunk?, chunkBytes: Int, into collector: consuming ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        let origin = [UInt64](repeating: 0, count: collector.grid.rank)
        try collector.add(
            origin, address: address, size: filtered?.size ?? UInt64(chunkBytes), filterMask: filtered?.filterMask ?? 0)
        return collector
    }

    /// All chunks one after the other, allocated when the dataset was made. They are numbered along the maximum extent.
    static func implicit(
        at address: UInt64, chunkBytes: Int, _ reader: BoundedReader, into collector: consuming ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        let grid = collector.grid
        guard grid.cellCount > 0 else { return collector }
        let numbering = try SlotNumbering(grid, unlimited: nil, file: reader.source.name)
        // Ends after as many cells as chunks fit into the file: each chunk is checked, and has at least one byte.
        for cell in 0..<grid.cellCount {
            let coordinate = grid.coordinate(ofCell: cell)
            let distance = numbering.slot(coordinate).multipliedReportingOverflow(by: chunkBytes)
            let chunk = address.addingReportingOverflow(UInt64(distance.partialValue.magnitude))
            guard !distance.overflow, !chunk.overflow else {
                throw ChunkIndexError(
                    .damaged, "the chunk at \(coordinate) lies beyond the end of the file", at: reader.source.name,
                    got: "slot \(numbering.slot(coordinate)) of \(chunkBytes) bytes each")
            }
            try collector.add(
                coordinate.map { UInt64($0) }, address: chunk.partialValue, size: UInt64(chunkBytes), filterMask: 0)
        }
        return collector
    }
}
