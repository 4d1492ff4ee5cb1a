import Diagnostics

/// A dataset's extent: elements per dimension, slowest first.
///
/// Source: HDF5 File Format Specification version 3.0, section IV.A.2.b.
public struct Dataspace: Equatable, Sendable {
    /// Elements per dimension now; empty for a scalar.
    public let extent: [Int]
    /// Elements per dimension at most; nil: unlimited.
    public let maximum: [Int?]
    /// A dataset without any element, whatever its shape.
    public let isNull: Bool

    public var rank: Int { extent.count }

    init(_ body: ByteBlock, _ widths: FieldWidths) throws(ChunkIndexError) {
        var cursor = FieldCursor(body, widths)
        let version = try cursor.version("the dataspace message", known: 1...2)
        let rank = try cursor.byte("the rank")
        guard rank <= ReadingLimits.maximumRank else {
            throw body.damaged("impossible rank", at: 1, got: "\(rank)", expected: "at most \(ReadingLimits.maximumRank)")
        }
        let flags = try cursor.byte("the dataspace's flags")
        // Bit 0: maximum dimensions follow. Bit 1 of version 1, permutation indices, was never written by any library.
        guard flags & ~1 == 0 else {
            throw body.unsupported("unknown flags of the dataspace message", at: 2, got: "0x" + String(flags, radix: 16))
        }
        if version == 1 {
            try cursor.skip(5, "the dataspace message")
            isNull = false
        } else {
            let kind = try cursor.byte("the dataspace's type")
            guard kind <= 2, (kind == 1) == (rank > 0) else {
                throw body.damaged("impossible dataspace type", at: 3, got: "type \(kind), rank \(rank)")
            }
            isNull = kind == 2
        }
        var extent: [Int] = []
        for dimension in 0..<rank { extent.append(try cursor.length("dimension \(dimension)")) }
        guard flags & 1 != 0 else {
            self.extent = extent
            maximum = extent
            return
        }
        var maximum: [Int?] = []
        for dimension in 0..<rank {
            let value = try cursor.unsigned(widths.lengths, "maximum dimension \(dimension)")
            if value == widths.unlimited {
                maximum.append(nil)
                continue
            }
            guard let most = Int(exactly: value), most < 1 << 62, most >= extent[dimension] else {
                throw body.damaged(
                    "a maximum dimension is below the dimension", got: "\(value)", expected: "at least \(extent[dimension])")
            }
            maximum.append(most)
        }
        self.extent = extent
        self.maximum = maximum
    }
}
