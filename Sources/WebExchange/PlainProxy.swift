import Foundation

/// What the environment says of proxies for requests without encryption, which libcurl obeys: through one, a login for this machine would travel in
/// the clear.
public struct PlainProxy: Sendable {
    private let isSet: Bool
    private let exceptions: [String]

    /// - Parameter environment: looked at for `http_proxy`, `all_proxy` and `no_proxy`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        isSet = ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment[$0]?.isEmpty == false }
        let list = (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").split { $0 == "," || $0 == " " }
        exceptions = list.map { $0.lowercased() }
    }

    /// Whether a request would go through a proxy, unencrypted.
    public func stands(before url: URL) -> Bool {
        let host = url.host?.lowercased() ?? ""
        return url.scheme == "http" && isSet && !exceptions.contains { $0 == host || $0 == "*" }
    }
}

extension URL {
    /// Whether a host is this machine: the names and numbers of the loopback interface; a name that merely begins like one is not among them.
    public static func isThisMachine(host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy {
                (1...3).contains($0.count) && $0.utf8.allSatisfy { (48...57).contains($0) } && Int($0) ?? 256 < 256
            }
    }
}
