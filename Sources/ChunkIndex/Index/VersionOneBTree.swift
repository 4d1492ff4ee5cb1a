import Diagnostics

/// Reads a version 1 B-tree over chunks: the index of the earliest format, whatever the dataset's shape.
///
/// ```
/// 0  "TREE"   4 type = 1   5 level   6 entries used (u16)   8 left and right sibling (an address each)
///    then key 0, child 0, key 1, child 1, …, key n
/// key: stored size (u32), filter mask (u32), first element per dimension and, last, 0 (u64 each)
/// ```
/// Source: HDF5 File Format Specification version 3.0, section III.A.1. Ends on any bytes: levels fall with depth, no node below
/// the root is empty, and the chunks of all leaves must rise, so no node can be met twice.
struct VersionOneBTree {
    private let reader: BoundedReader
    private let keyBytes: Int
    private let chunkShape: [UInt64]
    private var collector: ChunkCollector
    /// First elements of the chunk before, and of the one that is read.
    private var previous: [UInt64]
    private var current: [UInt64]
    private var coordinate: [UInt64]
    private var isFirst = true

    /// Two children a node at least: more levels than this would hold more chunks than addresses exist.
    private static let maximumLevel = 63

    static func read(
        at root: UInt64, _ reader: BoundedReader, into collector: ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        var tree = VersionOneBTree(reader, collector)
        try tree.visit(root, level: nil)
        return tree.collector
    }

    private init(_ reader: BoundedReader, _ collector: ChunkCollector) {
        self.reader = reader
        self.collector = collector
        let rank = collector.grid.rank
        keyBytes = 8 + 8 * (rank + 1)
        chunkShape = collector.grid.chunkShape.map { UInt64($0) }
        previous = [UInt64](repeating: 0, count: rank)
        current = previous
        coordinate = previous
    }

    private mutating func visit(_ address: UInt64, level expected: Int?) throws(ChunkIndexError) {
        let header = try reader.block(at: address, count: 8 + 2 * reader.widths.offsets, "an index node")
        var cursor = FieldCursor(header, reader.widths)
        try cursor.signature("TREE", "an index node")
        let type = try cursor.byte("an index node's type")
        let level = try cursor.byte("an index node's level")
        let entries = try cursor.count(2, "an index node's entries")
        guard type == 1 else { throw header.damaged("an index node of another tree", at: 4, got: "type \(type)", expected: "1") }
        guard level == expected ?? level, level <= Self.maximumLevel else {
            throw header.damaged(
                "an index node has another level than its parent says", at: 5, got: "\(level)",
                expected: "\(expected ?? Self.maximumLevel)")
        }
        guard entries > 0 else {
            // HDF5 makes an empty root with the dataset.
            if expected == nil { return }
            throw header.damaged("an inner index node is empty", at: 6, got: "0 entries", expected: "at least 1")
        }
        // The key after the last child bounds the node; it says nothing that is needed, but must be within the file.
        let step = keyBytes + reader.widths.offsets
        let node = try reader.block(at: address, count: header.count + entries * step + keyBytes, "an index node")
        for index in 0..<entries {
            let key = header.count + index * step
            let child = try node.integer(at: key + keyBytes, width: reader.widths.offsets, "a child's address")
            if level > 0 {
                try visit(child, level: level - 1)
            } else {
                try take(node, key: key, address: child)
            }
        }
    }

    @inline(__always)
    private mutating func take(_ node: ByteBlock, key: Int, address: UInt64) throws(ChunkIndexError) {
        let size: UInt32 = try node.integer(at: key, "a chunk's size")
        let mask: UInt32 = try node.integer(at: key + 4, "a chunk's filter mask")
        var isRising = isFirst
        for dimension in 0..<chunkShape.count {
            let element: UInt64 = try node.integer(at: key + 8 + 8 * dimension, "a chunk's place")
            let (place, rest) = element.quotientAndRemainder(dividingBy: chunkShape[dimension])
            guard rest == 0 else {
                throw node.damaged(
                    "a chunk lies off the grid", at: key, got: "element \(element) of dimension \(dimension)",
                    expected: "a multiple of \(chunkShape[dimension])")
            }
            if !isRising, element != previous[dimension] {
                guard element > previous[dimension] else { break }
                isRising = true
            }
            current[dimension] = element
            coordinate[dimension] = place
        }
        guard isRising else {
            throw node.damaged("chunks of the index do not rise", at: key, got: "an element not beyond \(previous)")
        }
        isFirst = false
        swap(&previous, &current)
        try collector.add(coordinate, address: address, size: UInt64(size), filterMask: mask)
    }
}
