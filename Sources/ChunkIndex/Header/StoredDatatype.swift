import Diagnostics

/// The type of a dataset's elements, as far as detector data need it: integers and floating point numbers.
///
/// Source: HDF5 File Format Specification version 3.0, section IV.A.2.d.
public struct StoredDatatype: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case fixedPoint(isSigned: Bool)
        /// `isIEEE`: the layout of sign, exponent and mantissa is that of IEEE 754 for this size.
        case floatingPoint(isIEEE: Bool)
        /// Any other class, by its number in the specification (3 string, 6 compound, 8 enumeration, …).
        case other(Int)
    }

    public enum ByteOrder: Equatable, Sendable { case littleEndian, bigEndian }

    public let kind: Kind
    /// Bytes of an element.
    public let size: Int
    /// nil for `other`.
    public let byteOrder: ByteOrder?
    /// Bits that carry the value, and the place of the lowest of them: 8 × `size` and 0 unless the type is padded; 0 and 0 for
    /// `other`.
    public let bitPrecision: Int
    public let bitOffset: Int

    /// Whether every bit of the element is one of the value.
    public var isUnpadded: Bool { bitPrecision == 8 * size && bitOffset == 0 }

    init(_ body: ByteBlock, _ widths: FieldWidths) throws(ChunkIndexError) {
        var cursor = FieldCursor(body, widths)
        let classAndVersion = try cursor.byte("the datatype's class")
        let version = classAndVersion >> 4
        // Versions differ in compound, array and reference types only; 4 came with HDF5 1.12, 5 with 2.0.
        guard (1...5).contains(version) else {
            throw body.unsupported("unknown version of the datatype message", got: "\(version)", expected: "1 to 5")
        }
        let bits = try cursor.count(3, "the datatype's bit field")
        size = try cursor.count(4, "the datatype's size")
        guard size > 0 else { throw body.damaged("elements have no size", at: 4, got: "0 bytes", expected: "at least 1") }
        switch classAndVersion & 0x0F {
        case 0:
            kind = .fixedPoint(isSigned: bits & 0x08 != 0)
            byteOrder = bits & 1 == 0 ? .littleEndian : .bigEndian
        case 1:
            switch (bits & 0x40 != 0, bits & 0x01 != 0) {
            case (false, false): byteOrder = .littleEndian
            case (false, true): byteOrder = .bigEndian
            case (true, _):
                throw body.unsupported(
                    "floating point numbers are in VAX byte order or an unknown one", at: 1,
                    got: "bit field 0x" + String(bits, radix: 16), expected: "little or big endian")
            }
            kind = .floatingPoint(isIEEE: try Self.isIEEE(body, bits: bits, size: size, widths))
        case let other:
            kind = .other(other)
            byteOrder = nil
            bitOffset = 0
            bitPrecision = 0
            return
        }
        bitOffset = try cursor.count(2, "the datatype's bit offset")
        bitPrecision = try cursor.count(2, "the datatype's precision")
        guard bitPrecision > 0, bitOffset + bitPrecision <= 8 * size else {
            throw body.damaged(
                "the datatype's bits do not fit its size", at: 8, got: "\(bitPrecision) bits from bit \(bitOffset)",
                expected: "within \(8 * size) bits")
        }
    }

    private static func isIEEE(
        _ body: ByteBlock, bits: Int, size: Int, _ widths: FieldWidths
    ) throws(ChunkIndexError) -> Bool {
        var cursor = FieldCursor(body, widths, at: 8)
        let offset = try cursor.count(2, "the datatype's bit offset")
        let precision = try cursor.count(2, "the datatype's precision")
        let exponentPlace = try cursor.byte("the exponent's place")
        let exponentBits = try cursor.byte("the exponent's size")
        let mantissaPlace = try cursor.byte("the mantissa's place")
        let mantissaBits = try cursor.byte("the mantissa's size")
        let bias = try cursor.count(4, "the exponent's bias")
        let expected: (exponent: Int, mantissa: Int)
        switch size {
        case 2: expected = (5, 10)
        case 4: expected = (8, 23)
        case 8: expected = (11, 52)
        default: return false
        }
        // Bits 4 and 5: 2 = the mantissa's highest bit is implied. Bits 8 to 15: place of the sign.
        return offset == 0 && precision == 8 * size && exponentPlace == expected.mantissa && exponentBits == expected.exponent
            && mantissaPlace == 0 && mantissaBits == expected.mantissa && bias == (1 << (expected.exponent - 1)) - 1
            && (bits >> 4) & 3 == 2 && (bits >> 8) & 0xFF == 8 * size - 1
    }
}

extension StoredDatatype {
    /// Reads the datatype message of an object; a committed datatype is followed to its own object header.
    ///
    /// Source of the reference: the same specification, "Shared Message" (versions 2 and 3).
    static func read(_ header: ObjectHeader, in reader: BoundedReader) throws(ChunkIndexError) -> StoredDatatype {
        let type = ObjectHeader.MessageType.datatype
        if let message = try header.only(type, "datatype"), message.isShared {
            var cursor = FieldCursor(message.body, reader.widths)
            _ = try cursor.version("the shared message", known: 2...3)
            let kind = try cursor.byte("the shared message's type")
            guard kind == 2, let address = try cursor.address("the committed datatype's address") else {
                throw message.body.unsupported(
                    "the datatype is not stored with its dataset", at: 1, got: "shared message type \(kind)",
                    expected: "2 (a committed datatype)")
            }
            // `body` refuses a reference, so this goes one step and no further.
            let committed = try ObjectHeader(reader, address: address)
            return try StoredDatatype(committed.body(type, "datatype", in: reader), reader.widths)
        }
        return try StoredDatatype(header.body(type, "datatype", in: reader), reader.widths)
    }
}
