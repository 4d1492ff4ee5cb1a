import Diagnostics

/// Reads the data layout message: versions 3, 4 and 5.
///
/// Source: HDF5 File Format Specification version 3.0, section IV.A.2.i. Version 5, of HDF5 2.0, is version 4 with other widths
/// of stored chunk sizes, which the indexes tell themselves.
struct LayoutMessage {
    let body: ByteBlock
    let reader: BoundedReader
    let elementBytes: Int

    func layout() throws(ChunkIndexError) -> StoredLayout {
        var cursor = FieldCursor(body, reader.widths)
        let version = try cursor.version("the data layout message", known: 3...5)
        let kind = try cursor.byte("the data layout's class")
        switch (kind, version) {
        case (0, _):
            let size = try cursor.count(2, "the size of the data")
            let data = try body.part(at: cursor.position, count: size, "the data")
            return .compact(offset: data.start, size: size)
        case (1, _):
            let address = try cursor.address("the address of the data")
            let size = try cursor.length("the size of the data")
            guard let address else { return .contiguous(offset: nil, size: size) }
            return .contiguous(offset: try reader.offset(of: address, count: UInt64(size), "the data"), size: size)
        case (2, 3):
            return .chunked(try versionThreeChunks(&cursor))
        case (2, _):
            return .chunked(try versionFourChunks(&cursor))
        case (3, 4...):
            return .virtual
        default:
            throw body.unsupported(
                "unknown class of the data layout", at: 1, got: "\(kind) in version \(version)",
                expected: "0 compact, 1 contiguous, 2 chunked or, from version 4 on, 3 virtual")
        }
    }

    /// Version 3 has one kind of index. Its dimensions are 4 bytes each; one more holds the element size.
    private func versionThreeChunks(_ cursor: inout FieldCursor) throws(ChunkIndexError) -> ChunkLayout {
        let dimensions = try cursor.byte("the number of chunk dimensions")
        let address = try cursor.address("the address of the chunk index")
        let (shape, bytes) = try chunkShape(&cursor, dimensions: dimensions, width: 4)
        return ChunkLayout(
            chunkShape: shape, chunkBytes: bytes, storesPartialChunksUnfiltered: false, index: .versionOneBTree,
            indexAddress: address)
    }

    private func versionFourChunks(_ cursor: inout FieldCursor) throws(ChunkIndexError) -> ChunkLayout {
        let flags = try cursor.byte("the chunk flags")
        guard flags & ~3 == 0 else {
            throw body.unsupported("unknown chunk flags", at: 2, got: "0x" + String(flags, radix: 16), expected: "0 to 3")
        }
        let dimensions = try cursor.byte("the number of chunk dimensions")
        let width = try cursor.byte("the width of chunk dimensions")
        guard (1...8).contains(width) else {
            throw body.damaged("impossible width of chunk dimensions", at: 4, got: "\(width) bytes", expected: "1 to 8")
        }
        let (shape, bytes) = try chunkShape(&cursor, dimensions: dimensions, width: width)
        let index = try index(&cursor, flags: flags)
        return ChunkLayout(
            chunkShape: shape, chunkBytes: bytes, storesPartialChunksUnfiltered: flags & 1 != 0, index: index,
            indexAddress: try cursor.address("the address of the chunk index"))
    }

    /// The parameters of arrays and trees are repeated in their own headers, under a checksum, and are taken from there.
    private func index(_ cursor: inout FieldCursor, flags: Int) throws(ChunkIndexError) -> ChunkLayout.Index {
        let kind = try cursor.byte("the kind of the chunk index")
        switch kind {
        case 1:
            guard flags & 2 != 0 else { return .singleChunk(filtered: nil) }
            let size = try cursor.unsigned(reader.widths.lengths, "the size of the single chunk")
            let mask = UInt32(try cursor.unsigned(4, "the filter mask of the single chunk"))
            return .singleChunk(filtered: ChunkLayout.FilteredChunk(size: size, filterMask: mask))
        case 2: return .implicit
        case 3:
            try cursor.skip(1, "the parameters of the fixed array")
            return .fixedArray
        case 4:
            try cursor.skip(5, "the parameters of the extensible array")
            return .extensibleArray
        case 5:
            try cursor.skip(6, "the parameters of the version 2 B-tree")
            return .versionTwoBTree
        default:
            throw body.unsupported("unknown kind of chunk index", at: cursor.position - 1, got: "\(kind)", expected: "1 to 5")
        }
    }

    private func chunkShape(
        _ cursor: inout FieldCursor, dimensions: Int, width: Int
    ) throws(ChunkIndexError) -> (shape: [Int], bytes: Int) {
        guard (2...ReadingLimits.maximumRank + 1).contains(dimensions) else {
            throw body.damaged(
                "impossible number of chunk dimensions", got: "\(dimensions)",
                expected: "2 to \(ReadingLimits.maximumRank + 1), the element size included")
        }
        var sizes: [Int] = []
        var bytes = 1
        for dimension in 0..<dimensions {
            let size = try cursor.count(width, "chunk dimension \(dimension)")
            let product = bytes.multipliedReportingOverflow(by: size)
            guard size > 0, !product.overflow, product.partialValue < 1 << 62 else {
                throw body.damaged("impossible chunk dimension", at: cursor.position - width, got: "\(size)")
            }
            bytes = product.partialValue
            sizes.append(size)
        }
        guard sizes.last == elementBytes else {
            throw body.damaged(
                "the layout's element size is not the datatype's", got: "\(sizes.last ?? 0) bytes", expected: "\(elementBytes)")
        }
        return (Array(sizes.dropLast()), bytes)
    }
}
