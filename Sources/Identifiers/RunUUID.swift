import Diagnostics

/// The UUID (RFC 9562) of a run of a facility that has no prefix. Drawn in version 4, 122 random bits: version 7 says to the millisecond when
/// the run was armed, and the order of two runs, to everyone who sees the identifier. Version 7 was drawn before, and is read.
struct RunUUID: Hashable, Sendable, CustomStringConvertible {
    /// Sixteen bytes in network order.
    private let bytes: [UInt8]

    /// Draws one.
    static func draw(using generator: inout some RandomNumberGenerator) -> RunUUID {
        let random = [generator.next() as UInt64, generator.next() as UInt64]
        var bytes = random.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return RunUUID(bytes: bytes)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) throws(IdentifierError) {
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
                .malformed, "Not a UUID", got: "'\(text.prefix(80).printable)'", expected: "8-4-4-4-12 hexadecimal digits")
        }
        guard [4, 7].contains(bytes[6] >> 4), bytes[8] >> 6 == 0b10 else {
            throw IdentifierError(
                .malformed, "Not a UUID that a run has", got: "'\(bare)', version \(bytes[6] >> 4)",
                expected: "version 4 or 7 (RFC 9562)")
        }
        self.bytes = bytes
    }

    var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text
    }
}
