/// A SHA-256, as 32 bytes.
struct RecordDigest: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    /// The bytes of a column; whoever reads them compares them with what is computed.
    init(bytes: [UInt8]) { self.bytes = bytes }

    var description: String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (place, byte) in bytes.enumerated() {
                text[2 * place] = Self.digit(byte >> 4)
                text[2 * place + 1] = Self.digit(byte & 15)
            }
            return text.count
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
