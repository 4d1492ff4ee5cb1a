import Diagnostics

/// An access token. However it is printed, it is not in it.
public struct CatalogueToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    private static let longest = 512

    /// - Throws: `noSuchLogin` for what cannot be one: empty, with blanks, of other letters than those of a header.
    public init(_ text: String) throws(LinkError) {
        guard !text.isEmpty, text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw LinkError(
                .noSuchLogin, "Not an access token", expected: "at most \(Self.longest) letters and signs without a blank",
                remedy: "Give it as it was printed when it was made")
        }
        secret = text
    }

    /// The value of the header `Authorization` (RFC 6750): for the exchange, at the last moment.
    public var authorization: String { "Bearer \(secret)" }
    /// For the file of logins, and for a body that has to name it.
    public var text: String { secret }

    public var description: String { "an access token" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
