import Diagnostics

/// The facility's own name of a proposal (`20240123`, `mx-2345`, `LS-3210/1`): no rules but that it is one short printable word.
public struct ProposalIdentifier: Hashable, Sendable, Codable, CustomStringConvertible {
    public static let maximumLength = 64
    public let description: String

    public init(_ text: String) throws(IdentifierError) {
        let bare = text.strippingPrefix([])
        guard bare.isIdentifierText, bare.count <= Self.maximumLength else {
            throw IdentifierError(
                .malformed, "Not a proposal identifier", got: "'\(text.prefix(80))'",
                expected: "1 to \(Self.maximumLength) printable letters without spaces")
        }
        description = bare
    }

    public init(from decoder: any Decoder) throws { try self.init(decoder.singleValueContainer().decode(String.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
