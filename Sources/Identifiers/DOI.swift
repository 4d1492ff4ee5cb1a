import Diagnostics

/// A Digital Object Identifier (ISO 26324; DOI Handbook, doi:10.1000/182): a Handle whose prefix begins with `10.`.
public struct DOI: Identifier {
    public static let nexusType = "DOI"
    private let handle: Handle
    public var prefix: String { handle.prefix }
    public var suffix: String { handle.suffix }

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.bareIdentifier(
            addresses: ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/"], scheme: "doi:")
        // No other scheme within: bare is prefix and suffix. The registrant's part of the prefix is numbers.
        guard bare.hasPrefix("10."), let handle = try? Handle(bare),
            handle.prefix.allSatisfy({ $0.isNumber || $0 == "." })
        else {
            throw IdentifierError(
                .malformed, "Not a DOI", got: "'\(text.prefix(80).printable)'",
                expected: "10.PREFIX/SUFFIX, with or without https://doi.org/")
        }
        self.handle = handle
    }

    public var description: String { handle.description }
    public var address: String? { "https://doi.org/\(description.percentEncoded)" }
}
