import HTTPTypes
import Hummingbird
import NIOCore

/// From where a request comes, for limits. A proxy tells whose request it hands on; nobody else is believed.
struct PeerAddress: Sendable {
    /// Whose word counts; nil: that of this machine.
    let proxies: Set<String>?

    private static let thisMachine: Set<String> = ["127.0.0.1", "::1"]

    func text(_ request: Request, _ context: ServedContext) -> String {
        let peer = Self.plain(context.remoteAddress?.ipAddress ?? "unknown")
        guard (proxies ?? Self.thisMachine).contains(peer), let told = request.headers[values: .forwardedFor].last else {
            return peer
        }
        // The last one is what the proxy itself has seen.
        let last = told.split(separator: ",").last.map { $0.filter { $0 != " " && $0 != "\t" } } ?? ""
        return last.isEmpty || last.utf8.count > 64 ? peer : last
    }

    /// A socket for both kinds of addresses writes those of version 4 with this before them.
    private static func plain(_ text: String) -> String {
        text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}

extension HTTPField.Name {
    static let forwardedFor = Self("X-Forwarded-For")!
}
