import Diagnostics

/// Reads a version 2 B-tree over chunks (types 10 and 11): the index of newer formats for datasets with several unlimited
/// dimensions.
///
/// Source: HDF5 File Format Specification version 3.0, sections III.A.2 and VII.E. Records must rise through the whole tree and
/// no node below the root is empty, so no node can be met twice.
struct VersionTwoBTree {
    private let reader: BoundedReader
    private let shape: VersionTwoBTreeShape
    private let chunkBytes: UInt64
    private var collector: ChunkCollector
    private var previous: [UInt64]
    private var current: [UInt64]
    private var isFirst = true
    private var recordCount = 0

    static func read(
        at address: UInt64, layout: ChunkLayout, hasFilters: Bool, _ reader: BoundedReader, into collector: ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        let what = "the version 2 B-tree's header"
        let widths = reader.widths
        let headerBytes = 18 + widths.offsets + widths.lengths
        let header = try reader.block(at: address, count: headerBytes + 4, what)
        var cursor = FieldCursor(header, widths)
        try cursor.signature("BTHD", what)
        _ = try cursor.version(what, known: 0...0)
        let type = try cursor.byte("the version 2 B-tree's type")
        guard type == 10 || type == 11 else {
            throw header.unsupported(
                "a version 2 B-tree that is no chunk index", at: 5, got: "type \(type)", expected: "10 or 11")
        }
        guard (type == 11) == hasFilters else {
            throw header.damaged(
                "the version 2 B-tree and the filter pipeline contradict each other", at: 5, got: "type \(type)",
                expected: hasFilters ? "11 (filters)" : "10 (no filters)")
        }
        let nodeBytes = try cursor.count(4, "the version 2 B-tree's node size")
        let recordBytes = try cursor.count(2, "the version 2 B-tree's record size")
        let depth = try cursor.count(2, "the version 2 B-tree's depth")
        // At which fill nodes are split and merged.
        try cursor.skip(2, what)
        let root = try cursor.address("the version 2 B-tree's root address")
        let rootRecords = try cursor.count(2, "the records of the version 2 B-tree's root")
        let total = try cursor.length("the version 2 B-tree's records")
        try reader.verifyChecksum(of: header, length: headerBytes, what)

        let shape = try VersionTwoBTreeShape(
            type: type, nodeBytes: nodeBytes, recordBytes: recordBytes, depth: depth, rank: collector.grid.rank, header, widths)
        guard let root, rootRecords > 0 else { return collector }
        var tree = VersionTwoBTree(reader, shape, layout, collector)
        try tree.visit(root, records: rootRecords, level: depth)
        guard tree.recordCount == total else {
            throw header.damaged(
                "the version 2 B-tree does not hold as many records as announced", got: "\(tree.recordCount)",
                expected: "\(total)")
        }
        return tree.collector
    }

    private init(_ reader: BoundedReader, _ shape: VersionTwoBTreeShape, _ layout: ChunkLayout, _ collector: ChunkCollector) {
        self.reader = reader
        self.shape = shape
        self.collector = collector
        chunkBytes = UInt64(layout.chunkBytes)
        previous = [UInt64](repeating: 0, count: collector.grid.rank)
        current = previous
    }

    /// - Parameter level: 0 for a leaf.
    private mutating func visit(_ address: UInt64, records: Int, level: Int) throws(ChunkIndexError) {
        let what = level == 0 ? "a leaf of the version 2 B-tree" : "a node of the version 2 B-tree"
        let length = try shape.usedBytes(records: records, level: level, what, file: reader.source.name)
        let node = try reader.block(at: address, count: length + 4, what)
        var cursor = FieldCursor(node, reader.widths)
        try cursor.signature(level == 0 ? "BTLF" : "BTIN", what)
        _ = try cursor.version(what, known: 0...0)
        let type = try cursor.byte("the type of \(what)")
        guard type == shape.type else {
            throw node.damaged("\(what) belongs to another tree", at: 5, got: "type \(type)", expected: "\(shape.type)")
        }
        try reader.verifyChecksum(of: node, length: length, what)

        var children = FieldCursor(node, reader.widths, at: cursor.position + records * shape.recordBytes)
        // A leaf has no children; a node has one before each record and one after the last.
        for index in 0...records {
            if level > 0 {
                guard let child = try children.address("a child's address") else {
                    throw node.damaged("\(what) has no child where one must be", got: "the undefined address")
                }
                let count = try children.count(shape.countBytes, "a child's records")
                if level > 1 { try children.skip(shape.totalBytes[level - 1], "a child's records in all") }
                guard count > 0 else {
                    throw node.damaged("a node of the version 2 B-tree is empty", got: "0 records", expected: "at least 1")
                }
                try visit(child, records: count, level: level - 1)
            }
            if index < records { try take(node, at: cursor.position + index * shape.recordBytes) }
        }
    }

    private mutating func take(_ node: ByteBlock, at start: Int) throws(ChunkIndexError) {
        let widths = reader.widths
        let address = try node.integer(at: start, width: widths.offsets, "a chunk's address")
        var place = start + widths.offsets
        var size = chunkBytes
        var mask: UInt32 = 0
        if shape.sizeWidth > 0 {
            size = try node.integer(at: place, width: shape.sizeWidth, "a chunk's size")
            mask = try node.integer(at: place + shape.sizeWidth, "a chunk's filter mask")
            place += shape.sizeWidth + 4
        }
        var isRising = isFirst
        for dimension in current.indices {
            let coordinate: UInt64 = try node.integer(at: place + 8 * dimension, "a chunk's place")
            if !isRising, coordinate != previous[dimension] {
                guard coordinate > previous[dimension] else { break }
                isRising = true
            }
            current[dimension] = coordinate
        }
        guard isRising else {
            throw node.damaged("records of the version 2 B-tree do not rise", at: start, got: "a chunk not beyond \(previous)")
        }
        isFirst = false
        recordCount += 1
        swap(&previous, &current)
        guard address != widths.undefinedAddress else { return }
        try collector.add(previous, address: address, size: size, filterMask: mask)
    }
}
