import Foundation

/// Name and password of a repository account (HTTP Basic, RFC 7617). However it is printed, the password is not in it.
public struct ServiceLogin: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let name: String
    private let password: String

    /// - Throws: `misconfigured` for an empty part, a colon in the name, control characters.
    public init(name: String, password: String) throws(MintingError) {
        let isWritable = !(name + password).unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !name.isEmpty, !password.isEmpty, !name.contains(":"), isWritable else {
            throw MintingError(
                .misconfigured, "Not a login", got: name.isEmpty ? "no name" : password.isEmpty ? "no password" : quoted(name),
                expected: "a name without colon and a password, without control characters",
                remedy: "set the repository account as the registry gave it")
        }
        self.name = name
        self.password = password
    }

    /// The value of the header `Authorization`: for the exchange, at the last moment.
    public var authorization: String { "Basic " + Data("\(name):\(password)".utf8).base64EncodedString() }

    public var description: String { "login of \(name.debugDescription)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
