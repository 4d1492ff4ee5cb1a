import Diagnostics

/// The identifier of a research organisation: `0`, six letters of Crockford's base 32, two check digits
/// (ISO 7064 MOD 97-10; https://ror.readme.io/docs/identifier).
public struct ROR: Identifier {
    public static let nexusType = "ROR"
    private let text: String

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.strippingPrefix(["https://ror.org/", "http://ror.org/", "ror.org/", "ror:"]).lowercased()
        let body = bare.dropFirst().prefix(6)
        guard bare.count == 9, bare.first == "0", CrockfordBase32.isCanonical(body),
            let number = CrockfordBase32.number(String(body)),
            let check = Int(bare.suffix(2)), bare.suffix(2).allSatisfy({ $0.isASCII && $0.isNumber })
        else {
            throw IdentifierError(
                .malformed, "Not a ROR identifier", got: "'\(text.prefix(80))'",
                expected: "nine letters and digits, https://ror.org/01e6qks80")
        }
        let expected = 98 - Int((number * 100) % 97)
        guard check == expected else {
            throw IdentifierError(
                .checkFailed, "A letter of this ROR identifier is wrong", got: "'\(bare)' ending in \(bare.suffix(2))",
                expected: "check digits \(expected < 10 ? "0" : "")\(expected)")
        }
        self.text = bare
    }

    /// The full address, which is the form that ROR asks for.
    public var description: String { "https://ror.org/\(text)" }
    public var address: String? { description }
}
