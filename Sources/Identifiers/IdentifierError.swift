import Diagnostics

/// What can be wrong with an identifier.
public enum IdentifierErrorCode: String, FaultCode {
    /// The text has not the form of this kind of identifier.
    case malformed
    /// The form is right and the check digit is not: a digit was mistyped.
    case checkFailed

    public var exitStatus: ExitStatus { .invalidInput }
}

public typealias IdentifierError = Fault<IdentifierErrorCode>

/// What every kind of identifier of this target is: a checked text with one printed form, and an address where it resolves.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The value of the attribute `type` beside a NeXus `identifierNAME` field (NXobject: DOI, Hdl, ORCID, ROR, IGSN, URN …).
    static var nexusType: String { get }
    /// Reads any customary spelling: bare, with its scheme, or as a web address.
    init(_ text: String) throws(IdentifierError)
    /// Where a browser finds it, when there is such a place.
    var address: String? { get }
}

extension Identifier {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }
}

/// Longest identifier text looked at.
let maximumIdentifierLength = 512

extension String {
    /// The text without the first of the given beginnings that it has (letters compared without case), spaces around it removed.
    func strippingPrefix(_ prefixes: [String]) -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        let folded = text.lowercased()
        for prefix in prefixes where folded.hasPrefix(prefix) { return String(text.dropFirst(prefix.count)) }
        return String(text)
    }

    /// Printable, without spaces: what a DOI or Handle may consist of here. No invisible letters either (a right-to-left override, a
    /// zero-width joiner): two identifiers that look alike would differ.
    var isIdentifierText: Bool {
        !isEmpty && utf8.count <= maximumIdentifierLength
            && unicodeScalars.allSatisfy {
                !$0.isControl && $0.properties.generalCategory != .format && !$0.properties.isWhitespace
            }
    }
}
