import Diagnostics

/// Reads a fixed array: the index of newer formats for datasets whose maximum extent is limited.
///
/// A header, and one data block with a slot for every chunk of the maximum extent. More than 2^(page bits) slots are cut into
/// pages of that many, each with its checksum; a bitmap says which pages were written.
/// Source: HDF5 File Format Specification version 3.0, section VII.C.
enum FixedArray {
    static func read(
        at address: UInt64, layout: ChunkLayout, hasFilters: Bool, _ reader: BoundedReader,
        into collector: consuming ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        let widths = reader.widths
        let headerBytes = 8 + widths.lengths + widths.offsets
        let header = try reader.block(at: address, count: headerBytes + 4, "the fixed array's header")
        var cursor = FieldCursor(header, widths)
        try cursor.signature("FAHD", "the fixed array's header")
        _ = try cursor.version("the fixed array's header", known: 0...0)
        let client = try cursor.byte("the fixed array's client")
        let elementBytes = try cursor.byte("the fixed array's element size")
        let pageBits = try cursor.byte("the fixed array's page bits")
        let slots = try cursor.length("the fixed array's size")
        let dataBlock = try cursor.address("the fixed array's data block address")
        try reader.verifyChecksum(of: header, length: headerBytes, "the fixed array's header")

        let element = try ArrayElement(
            client: client, bytes: elementBytes, hasFilters: hasFilters, chunkBytes: layout.chunkBytes, header, widths)
        let numbering = try SlotNumbering(collector.grid, unlimited: nil, file: reader.source.name)
        guard slots == numbering.slotCount else {
            throw header.damaged(
                "the fixed array does not suit the dataset's maximum extent", at: 8, got: "\(slots) chunks",
                expected: "\(numbering.slotCount ?? 0)")
        }
        guard pageBits <= 48 else {
            throw header.damaged("impossible page bits of the fixed array", at: 7, got: "\(pageBits)", expected: "at most 48")
        }
        guard let dataBlock else { return collector }

        // `slots` is at most 2^48 and an element has at most 255 bytes: no overflow from here on.
        let pageSlots = 1 << pageBits
        let isPaged = slots > pageSlots
        let pages = isPaged ? (slots + pageSlots - 1) / pageSlots : 0
        let prefixBytes = 6 + widths.offsets
        let checkedBytes = prefixBytes + (isPaged ? (pages + 7) / 8 : slots * element.bytes)
        let block = try reader.block(at: dataBlock, count: checkedBytes + 4, "the fixed array's data block")
        cursor = FieldCursor(block, widths)
        try cursor.signature("FADB", "the fixed array's data block")
        _ = try cursor.version("the fixed array's data block", known: 0...0)
        try cursor.sameClient(client, "the fixed array's data block")
        try cursor.sameHeader(address, "the fixed array's data block")
        try reader.verifyChecksum(of: block, length: checkedBytes, "the fixed array's data block")
        guard isPaged else {
            try element.read(block, at: prefixBytes, count: slots, slot: 0, numbering, into: &collector)
            return collector
        }

        let bits = PageBits(block: block, offset: prefixBytes)
        for page in 0..<pages where try bits.isWritten(page) {
            let first = page * pageSlots
            let count = min(pageSlots, slots - first)
            // All pages but the last are of equal size.
            let start = UInt64(checkedBytes + 4 + page * (pageSlots * element.bytes + 4))
            let place = dataBlock.addingReportingOverflow(start)
            guard !place.overflow else {
                throw block.damaged("a page of the fixed array lies beyond the end of the file", got: "page \(page)")
            }
            let content = try reader.block(at: place.partialValue, count: count * element.bytes + 4, "a page of the fixed array")
            try reader.verifyChecksum(of: content, length: count * element.bytes, "a page of the fixed array")
            try element.read(content, at: 0, count: count, slot: first, numbering, into: &collector)
        }
        return collector
    }
}

extension FieldCursor {
    /// The client of an array's block, which its header names too.
    mutating func sameClient(_ expected: Int, _ what: String) throws(ChunkIndexError) {
        let client = try byte("the client of \(what)")
        guard client == expected else {
            throw block.damaged("\(what) has another client than its header", at: 5, got: "\(client)", expected: "\(expected)")
        }
    }

    /// The address of the header that an array's block belongs to: a block of another array is not followed.
    mutating func sameHeader(_ expected: UInt64, _ what: String) throws(ChunkIndexError) {
        let header = try address("the header's address in \(what)")
        guard header == expected else {
            throw block.damaged(
                "\(what) belongs to another array", at: 6, got: header.map { "header at \($0)" } ?? "no header",
                expected: "header at \(expected)")
        }
    }
}
