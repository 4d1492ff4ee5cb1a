import HTTPTypes
import Hummingbird
import NIOCore

/// From where a request comes, for limits. A proxy on this machine tells whose request it hands on; nobody else is believed.
enum PeerAddress {
    static func text(_ request: Request, _ context: ServedContext) -> String {
        let peer = context.remoteAddress?.ipAddress ?? "unknown"
        guard peer == "127.0.0.1" || peer == "::1", let told = request.headers[values: .forwardedFor].last else { return peer }
        // The last one is what the proxy itself has seen.
        let last = told.split(separator: ",").last.map { $0.filter { $0 != " " && $0 != "\t" } } ?? ""
        return last.isEmpty || last.utf8.count > 64 ? peer : last
    }
}

extension HTTPField.Name {
    static let forwardedFor = Self("X-Forwarded-For")!
}
