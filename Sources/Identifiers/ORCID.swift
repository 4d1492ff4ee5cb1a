import Diagnostics

/// The identifier of a person: sixteen digits in four groups, the last a check character
/// (ISO 7064 MOD 11-2; https://support.orcid.org/hc/en-us/articles/360006897674).
public struct ORCID: Identifier {
    public static let nexusType = "ORCID"
    private let digits: String

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.strippingPrefix(["https://orcid.org/", "http://orcid.org/", "orcid:"])
        let plain = bare.uppercased().filter { $0 != "-" }
        guard plain.count == 16, bare.count == 16 || Self.hasFourGroups(bare),
            plain.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }),
            let last = plain.last, last == "X" || (last.isASCII && last.isNumber)
        else {
            throw IdentifierError(
                .malformed, "Not an ORCID iD", got: "'\(text.prefix(80))'", expected: "sixteen digits, 0000-0002-1825-0097")
        }
        let expected = Self.checkCharacter(plain.dropLast())
        guard last == expected else {
            throw IdentifierError(
                .checkFailed, "A digit of this ORCID iD is wrong", got: "'\(bare)' ending in \(last)",
                expected: "a last digit of \(expected)", remedy: "Copy it again from the person's ORCID page")
        }
        digits = plain
    }

    private static func hasFourGroups(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.count == 4 && groups.allSatisfy { $0.count == 4 }
    }

    private static func checkCharacter(_ first: Substring) -> Character {
        let total = first.compactMap(\.wholeNumberValue).reduce(0) { ($0 + $1) * 2 % 11 }
        let result = (12 - total) % 11
        return result == 10 ? "X" : Character(String(result))
    }

    /// `0000-0002-1825-0097`
    public var description: String {
        stride(from: 0, to: 16, by: 4).map { String(digits.dropFirst($0).prefix(4)) }.joined(separator: "-")
    }
    public var address: String? { "https://orcid.org/\(description)" }
}
