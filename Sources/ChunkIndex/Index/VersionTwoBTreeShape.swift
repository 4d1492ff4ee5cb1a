import Diagnostics

/// The sizes of a version 2 B-tree's fields, which follow from the node size, the record size and the depth.
///
/// Source: HDF5 File Format Specification version 3.0, section III.A.2: a child pointer counts the child's records in as many
/// bytes as the most records of a leaf need, and all records below it in as many as the most below such a child need.
struct VersionTwoBTreeShape {
    /// 10 without filters, 11 with.
    let type: Int
    let recordBytes: Int
    /// Bytes of a stored size; 0 without filters.
    let sizeWidth: Int
    /// Bytes of a child's number of records.
    let countBytes: Int
    /// By level: most records of a node, and bytes of "all records below" for a node of that level (0 for a leaf, where it is
    /// left out).
    let mostRecords: [Int]
    let totalBytes: [Int]
    private let pointerBytes: [Int]

    /// Signature, version, type.
    private static let prefixBytes = 6
    private static let checksumBytes = 4
    /// Each level has at least two children, so more could not be filled.
    private static let maximumDepth = 63

    init(
        type: Int, nodeBytes: Int, recordBytes: Int, depth: Int, rank: Int, _ header: ByteBlock, _ widths: FieldWidths
    ) throws(ChunkIndexError) {
        self.type = type
        self.recordBytes = recordBytes
        let plain = widths.offsets + 8 * rank
        sizeWidth = type == 10 ? 0 : recordBytes - plain - 4
        guard type == 10 ? recordBytes == plain : (1...8).contains(sizeWidth) else {
            throw header.damaged(
                "impossible record size of the version 2 B-tree", at: 10, got: "\(recordBytes) bytes",
                expected: type == 10 ? "\(plain)" : "\(plain + 5) to \(plain + 12)")
        }
        guard depth <= Self.maximumDepth else {
            throw header.damaged("impossible depth of the version 2 B-tree", at: 12, got: "\(depth)", expected: "below 64")
        }
        let room = nodeBytes - Self.prefixBytes - Self.checksumBytes
        var most = [max(0, room) / recordBytes]
        // All records at or below a node of the level; saturated, as only its length in bytes counts.
        var below = UInt64(most[0])
        var totals = [0]
        var pointers = [0]
        countBytes = Self.bytes(of: UInt64(most[0]))
        for level in stride(from: 1, through: depth, by: 1) {
            let pointer = widths.offsets + countBytes + totals[level - 1]
            let records = max(0, room - pointer) / (recordBytes + pointer)
            let product = below.multipliedReportingOverflow(by: UInt64(records) + 1)
            let sum = product.partialValue.addingReportingOverflow(UInt64(records))
            below = product.overflow || sum.overflow ? .max : sum.partialValue
            most.append(records)
            totals.append(Self.bytes(of: below))
            pointers.append(pointer)
        }
        guard most.allSatisfy({ $0 > 0 }) else {
            throw header.damaged(
                "a node of the version 2 B-tree cannot hold a record", at: 6, got: "\(nodeBytes) bytes a node, depth \(depth)")
        }
        mostRecords = most
        totalBytes = totals
        pointerBytes = pointers
    }

    /// Bytes of a node that are in use, without its checksum.
    func usedBytes(records: Int, level: Int, _ what: String, file: String) throws(ChunkIndexError) -> Int {
        guard records <= mostRecords[level] else {
            throw ChunkIndexError(
                .damaged, "\(what) holds more records than fit", at: file, got: "\(records)",
                expected: "at most \(mostRecords[level])")
        }
        return Self.prefixBytes + records * recordBytes + (level == 0 ? 0 : (records + 1) * pointerBytes[level])
    }

    /// Bytes that hold every number up to `most`.
    private static func bytes(of most: UInt64) -> Int { max(1, (64 - most.leadingZeroBitCount + 7) / 8) }
}
