import Diagnostics

/// One step of a dataset's filter pipeline, in the order of writing. Bit i of a chunk's filter mask means step i.
///
/// Source: HDF5 File Format Specification version 3.0, section IV.A.2.l.
public struct StoredFilter: Equatable, Sendable {
    /// The registered number: 1 deflate, 2 shuffle, 32008 bitshuffle, …
    public let identifier: Int
    /// Whether writing goes on without the filter when it fails.
    public let isOptional: Bool
    /// The filter's parameters as stored.
    public let clientValues: [UInt32]

    /// Filter masks have 32 bits.
    private static let maximumFilters = 32

    static func list(_ body: ByteBlock, _ widths: FieldWidths) throws(ChunkIndexError) -> [StoredFilter] {
        var cursor = FieldCursor(body, widths)
        let version = try cursor.version("the filter pipeline message", known: 1...2)
        let count = try cursor.byte("the number of filters")
        guard count <= maximumFilters else {
            throw body.damaged("too many filters", at: 1, got: "\(count)", expected: "at most \(maximumFilters)")
        }
        if version == 1 { try cursor.skip(6, "the filter pipeline message") }
        var filters: [StoredFilter] = []
        for index in 0..<count {
            let identifier = try cursor.count(2, "the identifier of filter \(index)")
            // Version 2 leaves the names of HDF5's own filters out.
            let nameBytes = version == 2 && identifier < 256 ? 0 : try cursor.count(2, "the name length of filter \(index)")
            let flags = try cursor.count(2, "the flags of filter \(index)")
            guard flags & ~1 == 0 else {
                throw body.unsupported(
                    "unknown flags of filter \(identifier)", at: cursor.position - 2, got: "0x" + String(flags, radix: 16))
            }
            let valueCount = try cursor.count(2, "the number of values of filter \(index)")
            // Version 1 pads the name with zeros to a multiple of 8, and an odd number of values with one more.
            try cursor.skip(version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes, "the name of filter \(index)")
            var values: [UInt32] = []
            for _ in 0..<valueCount { values.append(UInt32(try cursor.unsigned(4, "a value of filter \(index)"))) }
            if version == 1, valueCount % 2 == 1 { try cursor.skip(4, "the padding of filter \(index)") }
            filters.append(StoredFilter(identifier: identifier, isOptional: flags & 1 != 0, clientValues: values))
        }
        return filters
    }
}
