import Diagnostics

/// The name of a notice: the record, the kind, and what it is about (`10.5072/7GK2…#ends-soon/2028-05-11/90`). The same fact has the same
/// key for ever, so whoever keeps the keys of what was sent sends nothing twice.
///
/// Letters, digits and `-._~:/+#@`, at most 200 bytes, a letter or digit first.
public struct NoticeKey: Sendable, Hashable {
    public static let longest = 200

    public let text: String

    /// A key that was stored.
    ///
    /// - Throws: `malformed`, `tooLong`.
    public init(_ text: String) throws(NoticeError) {
        guard text.utf8.count <= Self.longest else {
            throw NoticeError(
                .tooLong, "The key of a notice is too long", got: "\(text.utf8.count) bytes", expected: "at most \(Self.longest)")
        }
        guard let first = text.utf8.first, first.isASCIIAlphanumeric, text.utf8.allSatisfy(Self.isAllowed) else {
            throw NoticeError(
                .malformed, "Not the key of a notice", got: quoted(text),
                expected: "letters, digits and -._~:/+#@, a letter or digit first")
        }
        self.text = text
    }

    /// - Parameters:
    ///   - pid: the persistent identifier of the record.
    ///   - fact: what the notice is about; it contains no `#`, so that the PID ends at the last one.
    init(pid: String, fact: String) throws(NoticeError) { try self.init("\(pid)#\(fact)") }

    /// The key of the copy for one person, where each gets a message of their own.
    ///
    /// - Parameter person: an identifier, not an address: keys are stored and stand in the headers of mails.
    /// - Throws: `malformed`, `tooLong`.
    public func copy(for person: String) throws(NoticeError) -> NoticeKey { try NoticeKey("\(text)@\(person)") }

    private static func isAllowed(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || "-._~:/+#@".utf8.contains(byte) }

    /// The key with every byte but letters, digits and those of `kept` as `=` and two hexadecimal digits: two keys never become one.
    func encoded(keeping kept: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if byte.isASCIIAlphanumeric || kept.utf8.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "=" + hexadecimal(byte)
            }
        }
        return encoded
    }
}

extension NoticeKey: CustomStringConvertible {
    public var description: String { text }
}

extension NoticeKey: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do throws(NoticeError) { try self.init(text) } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description, underlyingError: error))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// Two capital hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
