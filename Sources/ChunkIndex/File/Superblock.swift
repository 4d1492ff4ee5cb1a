import Diagnostics

/// What the superblock says about how to read the rest. Versions 0 to 3.
///
/// Source: HDF5 File Format Specification version 3.0, section II.A.
struct Superblock: Equatable {
    let version: Int
    /// Offset of the superblock, which addresses are counted from.
    let base: Int
    let widths: FieldWidths

    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    /// The longest: version 1 with offsets of 8 bytes, up to the driver information address.
    private static let longest = 28 + 4 * 8

    /// Looks for the signature at 0, 512, 1,024, … and reads the superblock there.
    static func find(in source: any ByteSource, size: Int, limits: ReadingLimits) throws(ChunkIndexError) -> Superblock {
        var offset = 0
        while offset <= size - signature.count {
            // Widths are not known yet; this reader is used for bytes alone.
            let reader = BoundedReader(
                source, size: size, limits: limits, base: 0, widths: FieldWidths(offsets: 8, lengths: 8))
            let block = try reader.block(atOffset: offset, count: min(longest, size - offset), "the superblock")
            if block.starts(with: signature) { return try Superblock(block, reader) }
            offset = offset == 0 ? 512 : offset * 2
        }
        throw ChunkIndexError(
            .notHDF5, "not an HDF5 file", at: source.name, got: "\(size) bytes without the signature",
            expected: "the signature at offset 0, 512, 1024, …")
    }

    private init(_ block: ByteBlock, _ reader: BoundedReader) throws(ChunkIndexError) {
        base = block.start
        var cursor = FieldCursor(block, reader.widths, at: Self.signature.count)
        version = try cursor.version("the superblock", known: 0...3)
        if version <= 1 {
            _ = try cursor.version("the free-space storage", known: 0...0)
            _ = try cursor.version("the root group's symbol table", known: 0...0)
            try cursor.skip(1, "the superblock")
            _ = try cursor.version("shared header messages", known: 0...0)
            widths = try Self.widths(&cursor)
            // Reserved byte, two group node sizes, consistency flags; version 1 adds the chunk index node size. Node sizes are
            // not needed: nodes say how many entries they have.
            try cursor.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0), "the superblock")
            cursor = FieldCursor(block, widths, at: cursor.position)
            _ = try cursor.address("the base address")
            _ = try cursor.address("the free-space address")
            _ = try cursor.address("the end of file address")
            if let driver = try cursor.address("the driver information address") {
                throw block.unsupported(
                    "the file is one part of several (it has driver information)", got: "address \(driver)", expected: "none")
            }
        } else {
            widths = try Self.widths(&cursor)
            try cursor.skip(1, "the superblock's consistency flags")
            try cursor.skip(4 * widths.offsets, "the superblock's addresses")
            try reader.verifyChecksum(of: block, length: cursor.position, "the superblock")
        }
        // The base address field is not used: a user block may have been put in front of a finished file, and HDF5 too counts
        // from where it finds the superblock.
    }

    private static func widths(_ cursor: inout FieldCursor) throws(ChunkIndexError) -> FieldWidths {
        let offsets = try cursor.byte("size of offsets")
        let lengths = try cursor.byte("size of lengths")
        for (what, width) in [("offsets", offsets), ("lengths", lengths)] where width != 8 && width != 4 {
            throw cursor.block.unsupported(
                "unknown size of \(what)", at: cursor.position - 2, got: "\(width) bytes", expected: "8 or 4")
        }
        return FieldWidths(offsets: offsets, lengths: lengths)
    }
}
