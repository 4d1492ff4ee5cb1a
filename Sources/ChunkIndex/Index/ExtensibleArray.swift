import Diagnostics

/// Reads an extensible array: the index of newer formats for datasets with one unlimited dimension.
///
/// Source: HDF5 File Format Specification version 3.0, section VII.D. Every block names its array's header and its own first
/// element, so a block that is pointed to from two places is refused at one of them.
struct ExtensibleArray {
    private let reader: BoundedReader
    private let headerAddress: UInt64
    private let shape: ExtensibleArrayShape
    private let client: Int
    private let element: ArrayElement
    private let numbering: SlotNumbering
    /// Slots from here on were never used.
    private let end: Int
    private var collector: ChunkCollector

    static func read(
        at address: UInt64, layout: ChunkLayout, hasFilters: Bool, unlimited: Int, _ reader: BoundedReader,
        into collector: ChunkCollector
    ) throws(ChunkIndexError) -> ChunkCollector {
        let widths = reader.widths
        let headerBytes = 12 + 6 * widths.lengths + widths.offsets
        let header = try reader.block(at: address, count: headerBytes + 4, "the extensible array's header")
        var cursor = FieldCursor(header, widths)
        try cursor.signature("EAHD", "the extensible array's header")
        _ = try cursor.version("the extensible array's header", known: 0...0)
        let client = try cursor.byte("the extensible array's client")
        let elementBytes = try cursor.byte("the extensible array's element size")
        let shape = try ExtensibleArrayShape(&cursor)
        // Numbers and sizes of super blocks and data blocks: statistics.
        try cursor.skip(4 * widths.lengths, "the extensible array's statistics")
        let end = try cursor.length("the extensible array's last used element")
        try cursor.skip(widths.lengths, "the extensible array's statistics")
        let indexBlock = try cursor.address("the extensible array's index block address")
        try reader.verifyChecksum(of: header, length: headerBytes, "the extensible array's header")

        let element = try ArrayElement(
            client: client, bytes: elementBytes, hasFilters: hasFilters, chunkBytes: layout.chunkBytes, header, widths)
        let numbering = try SlotNumbering(collector.grid, unlimited: unlimited, file: reader.source.name)
        guard let indexBlock else { return collector }
        var array = ExtensibleArray(
            reader: reader, headerAddress: address, shape: shape, client: client, element: element, numbering: numbering,
            end: end,
            collector: collector)
        try array.readIndexBlock(indexBlock)
        return array.collector
    }

    private mutating func readIndexBlock(_ address: UInt64) throws(ChunkIndexError) {
        let what = "the extensible array's index block"
        let widths = reader.widths
        let furtherSuperBlocks = shape.superBlocks - shape.directSuperBlocks
        let elements = 6 + widths.offsets
        let pointers = elements + shape.direct * element.bytes
        let length = pointers + (shape.directDataBlocks + furtherSuperBlocks) * widths.offsets
        let block = try reader.block(at: address, count: length + 4, what)
        try open(block, "EAIB", what)
        try reader.verifyChecksum(of: block, length: length, what)

        try element.read(block, at: elements, count: min(shape.direct, end), slot: 0, numbering, into: &collector)
        var cursor = FieldCursor(block, widths, at: pointers)
        var dataBlocks = 0
        for index in 0..<shape.directSuperBlocks {
            for place in 0..<shape.blocks(of: index) {
                let dataBlock = try cursor.address("a data block's address")
                let start = shape.firstElement(of: index)
                let first = start + place * shape.elementsPerBlock(index)
                // The specification wants a block's offset in the array. libhdf5 (1.10 to 2.0) writes another number into these
                // blocks: it counts the data block from the array's beginning and adds that to its super block's start.
                let written = start + dataBlocks * shape.elementsPerBlock(index)
                dataBlocks += 1
                guard let dataBlock, shape.direct + first < end else { continue }
                try readDataBlock(dataBlock, superBlock: index, first: first, orWritten: written, pages: nil)
            }
        }
        for index in shape.directSuperBlocks..<shape.superBlocks {
            let superBlock = try cursor.address("a super block's address")
            guard let superBlock, shape.direct + shape.firstElement(of: index) < end else { continue }
            try readSuperBlock(superBlock, index)
        }
    }

    private mutating func readSuperBlock(_ address: UInt64, _ index: Int) throws(ChunkIndexError) {
        let what = "a super block of the extensible array"
        let widths = reader.widths
        let blocks = shape.blocks(of: index)
        let pagesPerBlock = pages(perBlockOf: index)
        let bitmaps = 6 + widths.offsets + shape.numberBytes
        // HDF5 gives every data block whole bytes, but counts the bits through all data blocks without a gap.
        let pointers = bitmaps + blocks * ((pagesPerBlock + 7) / 8)
        let length = pointers + blocks * widths.offsets
        let block = try reader.block(at: address, count: length + 4, what)
        try open(block, "EASB", what, first: [shape.firstElement(of: index)])
        try reader.verifyChecksum(of: block, length: length, what)

        var cursor = FieldCursor(block, widths, at: pointers)
        for place in 0..<blocks {
            let dataBlock = try cursor.address("a data block's address")
            let first = shape.firstElement(of: index) + place * shape.elementsPerBlock(index)
            guard let dataBlock, shape.direct + first < end else { continue }
            let bits = pagesPerBlock == 0 ? nil : (PageBits(block: block, offset: bitmaps), place * pagesPerBlock)
            try readDataBlock(dataBlock, superBlock: index, first: first, orWritten: first, pages: bits)
        }
    }

    /// Pages of each data block of super block `index`, 0 if it is not cut into pages. Both sizes are powers of two.
    private func pages(perBlockOf index: Int) -> Int {
        let elements = shape.elementsPerBlock(index)
        return elements > shape.pageElements ? elements / shape.pageElements : 0
    }

    /// - Parameters:
    ///   - first: number of the block's first element, not counting those in the index block; the block says this or `written`.
    ///   - pages: the bits that say which pages were written, and the number of the first; nil if the block has no pages.
    private mutating func readDataBlock(
        _ address: UInt64, superBlock: Int, first: Int, orWritten written: Int, pages: (bits: PageBits, first: Int)?
    ) throws(ChunkIndexError) {
        let what = "a data block of the extensible array"
        let elements = shape.elementsPerBlock(superBlock)
        let prefix = 6 + reader.widths.offsets + shape.numberBytes
        let length = prefix + (pages == nil ? elements * element.bytes : 0)
        let block = try reader.block(at: address, count: length + 4, what)
        try open(block, "EADB", what, first: [first, written])
        try reader.verifyChecksum(of: block, length: length, what)
        let slot = shape.direct + first
        guard let pages else {
            try element.read(block, at: prefix, count: min(elements, end - slot), slot: slot, numbering, into: &collector)
            return
        }
        let pageBytes = shape.pageElements * element.bytes
        for page in 0..<elements / shape.pageElements where try pages.bits.isWritten(pages.first + page) {
            let pageSlot = slot + page * shape.pageElements
            guard pageSlot < end else { break }
            let place = address.addingReportingOverflow(UInt64(length + 4 + page * (pageBytes + 4)))
            guard !place.overflow else {
                throw block.damaged("a page of the extensible array lies beyond the end of the file", got: "page \(page)")
            }
            let content = try reader.block(at: place.partialValue, count: pageBytes + 4, "a page of the extensible array")
            try reader.verifyChecksum(of: content, length: pageBytes, "a page of the extensible array")
            try element.read(
                content, at: 0, count: min(shape.pageElements, end - pageSlot), slot: pageSlot, numbering, into: &collector)
        }
    }

    /// The fields that all three kinds of block begin with.
    ///
    /// - Parameter first: what the block may say of its first element; empty for the index block, which says nothing.
    private func open(_ block: ByteBlock, _ signature: String, _ what: String, first: [Int] = []) throws(ChunkIndexError) {
        var cursor = FieldCursor(block, reader.widths)
        try cursor.signature(signature, what)
        _ = try cursor.version(what, known: 0...0)
        try cursor.sameClient(client, what)
        try cursor.sameHeader(headerAddress, what)
        guard let expected = first.first else { return }
        let number = try cursor.count(shape.numberBytes, "the first element of \(what)")
        guard first.contains(number) else {
            throw block.damaged("\(what) is in the wrong place", got: "element \(number)", expected: "element \(expected)")
        }
    }
}
