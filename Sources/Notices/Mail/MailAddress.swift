import Diagnostics

/// An address of a mail (RFC 5322, 3.4.1, `dot-atom@domain`), with the name of who reads it. Quoted local parts, comments, address literals
/// and characters beyond ASCII are refused: no address of a facility needs them, and programs do not agree on them.
public struct MailAddress: Sendable, Hashable {
    /// `name@domain`.
    public let address: String
    /// Single blanks between its words: mail readers do not keep others.
    public let name: String?

    /// - Throws: `addressMalformed`; `controlCharacter` for a name with one; `tooLong` for a name of more than 200 characters.
    public init(_ address: String, name: String? = nil) throws(NoticeError) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else {
            throw NoticeError(
                .addressMalformed, "Not an address of a mail", got: quoted(address),
                expected: "an address such as name@example.org",
                remedy: "Correct it where the person is recorded")
        }
        if let name {
            try checkOneLine(name, "name of \(address)")
            guard name.count <= 200 else {
                throw NoticeError(
                    .tooLong, "The name is too long", at: address, got: "\(name.count) characters", expected: "at most 200")
            }
        }
        self.address = address
        self.name = name.map(\.oneLine).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isLocalPart(_ text: Substring) -> Bool {
        text.utf8.count <= 64
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.utf8.allSatisfy { $0.isASCIIAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
            }
    }

    /// Labels of letters, digits and inner hyphens (RFC 1123, 2.1). One label is a host of the facility's own network.
    public static func isDomain(_ text: some StringProtocol) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-")
                    && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
            }
    }
}

/// Refuses what would end a header, begin another one, or be obeyed by a terminal.
func checkOneLine(_ text: String, _ place: String) throws(NoticeError) {
    for scalar in text.unicodeScalars where scalar.isControl || scalar == "\u{2028}" || scalar == "\u{2029}" {
        throw NoticeError(
            .controlCharacter, "A control character stands where none may", at: place,
            got:
                "U+\(hexadecimal(UInt8(truncatingIfNeeded: scalar.value >> 8)))\(hexadecimal(UInt8(truncatingIfNeeded: scalar.value)))",
            expected: "one line of text")
    }
}
