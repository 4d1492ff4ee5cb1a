import Diagnostics

/// How many chunks a dataset has per dimension, now and at most.
///
/// Chunks are numbered along the grid of the present extent, last dimension fastest ("cell").
struct ChunkGrid: Sendable {
    let extent: [Int]
    let chunkShape: [Int]
    /// Chunks per dimension within the extent: 0 if the extent is.
    let counts: [Int]
    /// Chunks per dimension within the maximum extent; nil: unlimited. Arrays in files are laid out by these.
    let maximumCounts: [Int?]
    /// Product of `counts`.
    let cellCount: Int
    /// Cells from one chunk to the next along each dimension.
    let strides: [Int]

    var rank: Int { counts.count }

    /// - Throws: `damaged` if the ranks differ, `limitExceeded` for more cells than can be counted.
    init(_ dataspace: Dataspace, _ layout: ChunkLayout, file: String) throws(ChunkIndexError) {
        guard dataspace.rank == layout.chunkShape.count, !dataspace.isNull else {
            throw ChunkIndexError(
                .damaged, "chunks have another rank than the dataset", at: file, got: "\(layout.chunkShape.count)",
                expected: "\(dataspace.rank)")
        }
        extent = dataspace.extent
        chunkShape = layout.chunkShape
        counts = zip(dataspace.extent, layout.chunkShape).map { Self.quotientRoundedUp($0, $1) }
        maximumCounts = zip(dataspace.maximum, layout.chunkShape).map { most, side in
            most.map { Self.quotientRoundedUp($0, side) }
        }
        guard let cells = Self.product(counts) else {
            throw ChunkIndexError(
                .limitExceeded, "the dataset has too many chunks", at: file, got: "\(counts)",
                expected: "a product of at most \(ReadingLimits.maximumSlots)")
        }
        cellCount = cells
        var strides = [Int](repeating: 1, count: counts.count)
        // Each stride is a factor of the product above unless a count is 0, and then no cell is ever numbered.
        if cells > 0 {
            for dimension in strides.indices.dropLast().reversed() {
                strides[dimension] = strides[dimension + 1] * counts[dimension + 1]
            }
        }
        self.strides = strides
    }

    private static func quotientRoundedUp(_ dividend: Int, _ divisor: Int) -> Int {
        dividend / divisor + (dividend % divisor == 0 ? 0 : 1)
    }

    /// The product if it is at most `ReadingLimits.maximumSlots`.
    static func product(_ counts: [Int]) -> Int? {
        // A zero anywhere makes the product 0, however large the rest.
        if counts.contains(0) { return 0 }
        var product = 1
        for count in counts {
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow, next <= ReadingLimits.maximumSlots else { return nil }
            product = next
        }
        return product
    }

    /// The grid coordinate of a cell.
    func coordinate(ofCell cell: Int) -> [Int] {
        var rest = cell
        return strides.map { stride in
            defer { rest %= stride }
            return rest / stride
        }
    }

    /// Whether the chunk at `coordinate` sticks out of the extent.
    func isPartial(_ coordinate: [Int]) -> Bool {
        zip(coordinate, zip(chunkShape, extent)).contains { place, sides in
            sides.1 - place * sides.0 < sides.0
        }
    }
}
