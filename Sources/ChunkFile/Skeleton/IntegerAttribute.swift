import Diagnostics

/// A scalar little-endian integer attribute whose value can be replaced in place.
public struct IntegerAttribute: Hashable, Sendable {
    public let name: String
    /// Offset of the value in the file.
    public let valueOffset: Int
    /// 1, 2, 4 or 8.
    public let byteCount: Int
    public let isSigned: Bool

    /// Reads an attribute message; nil for any attribute that is not one little-endian integer.
    ///
    /// Source: HDF5 File Format Specification version 3.0, section IV.A.2.m (versions 1 to 3).
    init?(_ message: HeaderMessage) throws(ChunkFileError) {
        let body = message.body
        let version: UInt8 = try body.integer(at: 0, "attribute version")
        // Bits of byte 1 (from version 2 on): datatype or dataspace are shared.
        let shared: UInt8 = try body.integer(at: 1, "attribute flags")
        guard (1...3).contains(version), version == 1 || shared & 0x03 == 0, !message.isShared else { return nil }
        let nameBytes = Int(try body.integer(at: 2, as: UInt16.self, "attribute name size"))
        let typeBytes = Int(try body.integer(at: 4, as: UInt16.self, "attribute datatype size"))
        let spaceBytes = Int(try body.integer(at: 6, as: UInt16.self, "attribute dataspace size"))
        let pad = { (count: Int) in version == 1 ? (count + 7) & ~7 : count }
        let nameOffset = version == 3 ? 9 : 8
        let typeOffset = nameOffset + pad(nameBytes)
        let spaceOffset = typeOffset + pad(typeBytes)
        let valueOffset = spaceOffset + pad(spaceBytes)

        let typeAndVersion: UInt8 = try body.integer(at: typeOffset, "attribute datatype")
        let bits: UInt8 = try body.integer(at: typeOffset + 1, "attribute datatype")
        let size: UInt32 = try body.integer(at: typeOffset + 4, "attribute datatype size")
        let isFixedPoint = typeAndVersion & 0x0F == 0
        let isLittleEndian = bits & 0x01 == 0
        guard isFixedPoint, isLittleEndian, [1, 2, 4, 8].contains(size) else { return nil }

        let spaceVersion: UInt8 = try body.integer(at: spaceOffset, "attribute dataspace")
        let rank: UInt8 = try body.integer(at: spaceOffset + 1, "attribute dataspace")
        guard spaceVersion == 1 || spaceVersion == 2, rank <= 1 else { return nil }
        if rank == 1 {
            let count: UInt64 = try body.integer(at: spaceOffset + (spaceVersion == 1 ? 8 : 4), "attribute dataspace")
            guard count == 1 else { return nil }
        }
        _ = try body.part(at: valueOffset, count: Int(size), "attribute value")
        name = try body.text(at: nameOffset, count: nameBytes, "attribute name")
        self.valueOffset = body.start + valueOffset
        byteCount = Int(size)
        isSigned = bits & 0x08 != 0
    }

    /// The stored bytes of `value`, or nil where it does not fit.
    func bytes(of value: Int) -> [UInt8]? {
        let bits = byteCount * 8
        let fits =
            if isSigned {
                bits == 64 || (-(1 << (bits - 1))..<(1 << (bits - 1))).contains(value)
            } else {
                value >= 0 && (bits == 64 || value < 1 << bits)
            }
        guard fits else { return nil }
        return (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
