import Diagnostics
import Foundation
import WebExchange

/// Where a catalogue is served: `https://host`, with a port and a path if it has them; `http://` too.
public struct CatalogueAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at its end, name of the host in small letters: equal addresses are one server.
    public let description: String
    public let host: String
    /// Whether what is sent is encrypted.
    public let isEncrypted: Bool

    private static let longest = 2000

    /// Whether a text is meant as an address, and no path of a file.
    public static func isMeant(by text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// - Throws: `badAddress` for another scheme, a name or password in the address, a query, a fragment.
    public init(_ text: String) throws(LinkError) {
        guard text.utf8.count <= Self.longest, let parts = URLComponents(string: text), let host = parts.host?.lowercased(),
            !host.isEmpty, parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            parts.port.map({ (1...65_535).contains($0) }) ?? true
        else {
            throw LinkError(
                .badAddress, "Not the address of a catalogue", got: Self.shown(text),
                expected: "https://HOST, with :PORT and /PATH if it has them, and without name, password, query or fragment")
        }
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        let isUsual = parts.port == nil || parts.port == (scheme == "https" ? 443 : 80)
        description = "\(scheme)://\(host)\(isUsual ? "" : ":\(parts.port ?? 0)")\(path)"
        self.host = host
        isEncrypted = scheme == "https"
    }

    /// A password that was typed into the address by mistake is not repeated.
    private static func shown(_ text: String) -> String {
        let end = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
        return "'\(end.prefix(120).printable)'"
    }

    /// Whether nobody else reads what is sent there.
    public var isPrivate: Bool { isEncrypted || URL.isThisMachine(host: host) }

    /// - Parameters:
    ///   - path: below the address, each part encoded here: no slash of one divides it.
    ///   - query: names with their values.
    public func url(_ path: [String], query: [(name: String, value: String)] = []) throws(LinkError) -> URL {
        var text = description
        for part in path { text += "/" + Self.encoded(part) }
        if !query.isEmpty {
            text += "?" + query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        }
        guard let url = URL(string: text) else { throw LinkError(.badAddress, "No address can be made", at: description) }
        return url
    }

    /// RFC 3986, section 2.3: all but the unreserved characters encoded.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        // A part of dots alone would be taken for a way.
        return encoded == "." ? "%2E" : encoded == ".." ? "%2E%2E" : encoded
    }
}
