import Diagnostics

/// A UUID of version 7 (RFC 9562, section 5.7): 48 bits of UNIX milliseconds, then 74 random bits; texts sort by time.
public struct UUIDv7: Hashable, Sendable, CustomStringConvertible {
    /// Sixteen bytes in network order.
    public let bytes: [UInt8]

    /// Draws one.
    public init(unixMilliseconds: UInt64, using generator: inout some RandomNumberGenerator) {
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: unixMilliseconds >> UInt64(40 - 8 * $0)) }
        let random = (generator.next() as UInt64, generator.next() as UInt64)
        for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: random.0 >> UInt64(8 * index))) }
        bytes.append(UInt8(truncatingIfNeeded: random.1))
        bytes.append(UInt8(truncatingIfNeeded: random.1 >> 8))
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = bytes
    }

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.strippingPrefix(["urn:uuid:"])
        let digits = bare.filter { $0 != "-" }
        var bytes: [UInt8] = []
        var rest = digits[...]
        while rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16), rest.prefix(2).allSatisfy(\.isHexDigit) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard rest.isEmpty, bytes.count == 16, bare.count == 36 else {
            throw IdentifierError(
                .malformed, "Not a UUID", got: "'\(text.prefix(80))'", expected: "8-4-4-4-12 hexadecimal digits")
        }
        guard bytes[6] >> 4 == 7, bytes[8] >> 6 == 0b10 else {
            throw IdentifierError(
                .malformed, "Not a UUID of version 7", got: "'\(bare)', version \(bytes[6] >> 4)",
                expected: "version 7 (RFC 9562)")
        }
        self.bytes = bytes
    }

    public var unixMilliseconds: UInt64 { bytes[..<6].reduce(0) { $0 << 8 | UInt64($1) } }

    public var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text
    }
}
