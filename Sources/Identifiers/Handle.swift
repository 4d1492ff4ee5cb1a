import Diagnostics

/// A Handle `prefix/suffix` (RFC 3650, RFC 3651): the prefix is a naming authority, digits and dots; the suffix is the authority's own.
///
/// Handles are compared without case of ASCII letters, as the Handle System resolves them; the spelling is kept.
public struct Handle: Identifier {
    public static let nexusType = "Hdl"
    public let prefix: String
    public let suffix: String

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.bareIdentifier(addresses: ["https://hdl.handle.net/", "http://hdl.handle.net/"], scheme: "hdl:")
        let parts = bare.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw IdentifierError(
                .malformed, "Not a Handle", got: "'\(text.prefix(80))'", expected: "prefix/suffix, such as 21.T11998/0000-001A")
        }
        try self.init(prefix: String(parts[0]), suffix: String(parts[1]))
    }

    public init(prefix: String, suffix: String) throws(IdentifierError) {
        guard Self.isPrefix(prefix) else {
            throw IdentifierError(
                .malformed, "Not the prefix of a Handle", got: "'\(prefix.prefix(80))'",
                expected: "numbers or T-numbers joined by dots, such as 21.T11998")
        }
        guard suffix.isIdentifierText else {
            throw IdentifierError(
                .malformed, "Not the suffix of a Handle", got: "'\(suffix.prefix(80))'", expected: "text without spaces")
        }
        self.prefix = prefix
        self.suffix = suffix
    }

    /// - Parameter prefix: one that was looked at, like the suffix.
    init(accepted prefix: String, suffix: String) {
        self.prefix = prefix
        self.suffix = suffix
    }

    /// `10.5281`, `21.T11998`, `20.500.12345`.
    public static func isPrefix(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 64 && !parts.isEmpty && parts.first?.allSatisfy { $0.isASCII && $0.isNumber } == true
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLetter) } }
    }

    public var description: String { "\(prefix)/\(suffix)" }
    public var address: String? { "https://hdl.handle.net/\(description.percentEncoded)" }

    public static func == (left: Handle, right: Handle) -> Bool {
        left.folded == right.folded
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
    /// The bytes of the text, ASCII letters small, all others as they are.
    private var folded: [UInt8] { description.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 } }
}
