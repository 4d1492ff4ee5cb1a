import Diagnostics

/// Turns an array's slot number into a grid coordinate, as fixed arrays, extensible arrays and implicit indexes number chunks:
/// along the grid of the *maximum* extent, last dimension fastest; an unlimited dimension is taken out and counted slowest.
///
/// Source: HDF5 File Format Specification version 3.0, sections VII.B to VII.D, and files made by HDF5.
struct SlotNumbering {
    /// Dimensions, slowest first, and slots from one chunk to the next along each.
    private let order: [Int]
    private let strides: [Int]
    /// nil if a dimension is unlimited.
    let slotCount: Int?

    init(_ grid: ChunkGrid, unlimited: Int?, file: String) throws(ChunkIndexError) {
        let limited = grid.maximumCounts.indices.filter { $0 != unlimited }
        var strides: [Int: Int] = [:]
        var stride = 1
        for dimension in limited.reversed() {
            strides[dimension] = stride
            guard let count = grid.maximumCounts[dimension], count > 0,
                let next = ChunkGrid.product([stride, count])
            else {
                throw ChunkIndexError(
                    .damaged, "the chunk index does not suit the dataset's maximum extent", at: file,
                    got: "\(grid.maximumCounts.map { $0.map(String.init) ?? "unlimited" }) chunks")
            }
            stride = next
        }
        slotCount = unlimited == nil ? stride : nil
        if let unlimited { strides[unlimited] = stride }
        order = (unlimited.map { [$0] } ?? []) + limited
        self.strides = order.map { strides[$0] ?? 1 }
    }

    /// Writes the coordinate of `slot` into `coordinate`, which has the grid's rank.
    @inline(__always)
    func locate(_ slot: Int, _ coordinate: inout [UInt64]) {
        var rest = UInt64(slot)
        for (dimension, stride) in zip(order, strides) {
            let stride = UInt64(stride)
            coordinate[dimension] = rest / stride
            rest %= stride
        }
    }

    /// The slot of a coordinate within the maximum extent.
    func slot(_ coordinate: [Int]) -> Int {
        zip(order, strides).reduce(0) { $0 + coordinate[$1.0] * $1.1 }
    }
}
