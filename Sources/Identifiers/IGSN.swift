import Diagnostics

/// The identifier of a physical sample. Since 2023 an IGSN ID is a DOI of DataCite; older ones are Handles below `10273`
/// (https://www.igsn.org, "IGSN ID").
public struct IGSN: Identifier {
    public static let nexusType = "IGSN"
    private let handle: Handle

    public init(_ text: String) throws(IdentifierError) {
        var bare = text.bareIdentifier(
            addresses: [
                "https://igsn.org/", "http://igsn.org/", "https://doi.org/", "http://doi.org/", "https://hdl.handle.net/",
                "http://hdl.handle.net/",
            ], scheme: "igsn:"
        ).strippingPrefix(["doi:"])
        // A bare code of the old kind: letters and digits, no slash.
        if !bare.contains("/") { bare = "10273/\(bare)" }
        guard (try? DOI(bare)) != nil || bare.hasPrefix("10273/"), let handle = try? Handle(bare) else {
            throw IdentifierError(
                .malformed, "Not an IGSN", got: "'\(text.prefix(80))'", expected: "10.PREFIX/CODE, or a code such as AU1101")
        }
        self.handle = handle
    }

    public var description: String { handle.description }
    /// The same as a DOI; nil for one of the old kind.
    public var doi: DOI? { try? DOI(handle.description) }
    public var address: String? {
        handle.prefix == "10273"
            ? "https://igsn.org/\(handle.suffix.percentEncoded)" : "https://doi.org/\(handle.description.percentEncoded)"
    }
}
