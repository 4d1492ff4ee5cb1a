/// A SHA-256, as 32 bytes.
struct RecordDigest: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    /// The bytes of a column; whoever reads them compares them with what is computed.
    init(bytes: [UInt8]) { self.bytes = bytes }

    var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
