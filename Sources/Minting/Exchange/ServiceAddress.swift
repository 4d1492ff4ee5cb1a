import Foundation
import WebExchange

/// Where a service of the web is: `https://…`, or `http://…` of this very machine, for a stand-in. Nothing else is asked, so that no
/// password travels in the clear.
public struct ServiceAddress: Hashable, Sendable, CustomStringConvertible {
    public let url: URL

    /// - Throws: `misconfigured` for another scheme, a name or password within the address, a query, a fragment.
    public init(_ text: String) throws(MintingError) {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, let url = parts.url,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.scheme == "https" || parts.scheme == "http" && URL.isThisMachine(host: host)
        else {
            throw MintingError(
                .misconfigured, "Not the address of a registry", got: Self.shown(text),
                expected: "https://host/path without login, query or fragment; http for this machine only",
                remedy: "use https, or a stand-in at localhost")
        }
        self.url = url
    }

    private init(url: URL) { self.url = url }

    /// A login that was typed into the address by mistake is not repeated in an error.
    private static func shown(_ text: String) -> String {
        guard let sign = text.lastIndex(of: "@") else { return quoted(text) }
        return "'…" + quoted(text[sign...]).dropFirst()
    }

    /// Below this address; segments are percent-encoded here, and no slash of one separates two.
    func appending(_ segments: [String], query: String? = nil) throws(MintingError) -> ServiceAddress {
        var text = url.absoluteString
        while text.hasSuffix("/") { text.removeLast() }
        for segment in segments { text += "/" + segment.percentEncodedSegment }
        guard let url = URL(string: text + (query.map { "?" + $0 } ?? "")) else {
            throw MintingError(.misconfigured, "No address can be made", at: description, got: quoted(text))
        }
        return ServiceAddress(url: url)
    }

    public var description: String { url.absoluteString }
}

extension String {
    /// RFC 3986: all but the unreserved characters encoded.
    var percentEncodedSegment: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
