import Diagnostics

/// The form of one element of a fixed or extensible array: an address, and with filters the stored size and the filter mask.
///
/// Source: HDF5 File Format Specification version 3.0, sections VII.C and VII.D (client identifiers 0 and 1).
struct ArrayElement {
    let bytes: Int
    /// Bytes of the stored size; 0 without filters.
    private let sizeWidth: Int
    private let chunkBytes: UInt64
    private let widths: FieldWidths

    /// - Parameters:
    ///   - client: 0 without filters, 1 with.
    ///   - bytes: size of an element as the array's header says.
    init(
        client: Int, bytes: Int, hasFilters: Bool, chunkBytes: Int, _ header: ByteBlock, _ widths: FieldWidths
    ) throws(ChunkIndexError) {
        guard client <= 1 else {
            throw header.unsupported("unknown client of a chunk array", at: 5, got: "\(client)", expected: "0 or 1")
        }
        guard (client == 1) == hasFilters else {
            throw header.damaged(
                "the chunk array and the filter pipeline contradict each other", at: 5, got: "client \(client)",
                expected: hasFilters ? "1 (filters)" : "0 (no filters)")
        }
        sizeWidth = client == 0 ? 0 : bytes - widths.offsets - 4
        guard client == 0 ? bytes == widths.offsets : (1...8).contains(sizeWidth) else {
            throw header.damaged(
                "impossible element size of a chunk array", at: 6, got: "\(bytes) bytes",
                expected: client == 0 ? "\(widths.offsets)" : "\(widths.offsets + 5) to \(widths.offsets + 12)")
        }
        self.bytes = bytes
        self.chunkBytes = UInt64(chunkBytes)
        self.widths = widths
    }

    /// Hands `count` elements, which begin at `offset` of `block` and are the slots from `slot` on, to the collector.
    func read(
        _ block: ByteBlock, at offset: Int, count: Int, slot: Int, _ numbering: SlotNumbering,
        into collector: inout ChunkCollector
    ) throws(ChunkIndexError) {
        var coordinate = [UInt64](repeating: 0, count: collector.grid.rank)
        for index in 0..<count {
            let place = offset + index * bytes
            let address = try block.integer(at: place, width: widths.offsets, "a chunk's address")
            guard address != widths.undefinedAddress else { continue }
            var size = chunkBytes
            var mask: UInt32 = 0
            if sizeWidth > 0 {
                size = try block.integer(at: place + widths.offsets, width: sizeWidth, "a chunk's size")
                mask = try block.integer(at: place + widths.offsets + sizeWidth, "a chunk's filter mask")
            }
            numbering.locate(slot + index, &coordinate)
            try collector.add(coordinate, address: address, size: size, filterMask: mask)
        }
    }
}
