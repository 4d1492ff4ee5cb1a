import Foundation
import WebExchange

/// The network itself: one request a call. No cookies, no cache, no stored logins, no redirections.
///
/// The time limit is for the whole exchange, so that a registry that sends a byte now and then does not hold it open.
public struct NetworkExchange: HTTPExchange {
    /// From the first byte sent to the last one received.
    public let timeLimit: Duration

    private let proxy: PlainProxy
    private let trust: ServerTrust

    /// - Parameters:
    ///   - timeLimit: DataCite answers within seconds; half a minute is a fault.
    ///   - environment: looked at for `http_proxy`, `all_proxy` and `no_proxy`, which libcurl obeys, and for `SSL_CERT_FILE`.
    ///   - authorities: a file of certificates (PEM) of those who vouch for the registry, and nobody else; nil: whom the environment or the machine
    ///     trusts.
    public init(
        timeLimit: Duration = .seconds(30), environment: [String: String] = ProcessInfo.processInfo.environment,
        authorities: String? = nil
    ) {
        trust = authorities.map { .file($0) } ?? ServerTrust(environment: environment)
        self.timeLimit = timeLimit
        proxy = PlainProxy(environment: environment)
    }

    public func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        // A request to this very machine is not encrypted: through a proxy the password would travel in the clear.
        guard !proxy.stands(before: request.address.url) else {
            throw MintingError(
                .misconfigured, "The environment sends requests to this machine through a proxy",
                at: request.address.description, got: "http_proxy or all_proxy",
                expected: "no_proxy with \(quoted(request.address.url.host?.lowercased() ?? ""))",
                remedy: "add the host to no_proxy")
        }
        var headers = request.headers
        if let login = request.login { headers["Authorization"] = login.authorization }
        let limit = HTTPResponseMessage.maximumBody
        do {
            let answer = try await WebExchange(timeLimit: timeLimit, mostBytes: limit, trust: trust).send(
                WebRequest(
                    request.method.rawValue, request.address.url, headers: headers,
                    body: request.method == .get ? nil : request.body))
            return HTTPResponseMessage(status: answer.status, headers: answer.headers, body: answer.body)
        } catch {
            throw fault(error, at: "\(request.method.rawValue) \(request.address)", limit)
        }
    }

    private func fault(_ failure: WebFailure, at place: String, _ limit: Int) -> MintingError {
        switch failure {
        case .cancelled: MintingError(.unreachable, "The exchange was cancelled", at: place)
        case .late:
            MintingError(.unreachable, "No whole answer within the time limit", at: place, expected: "one within \(timeLimit)")
        case .tooLarge:
            MintingError(.unreadableAnswer, "The answer is too large", at: place, expected: "at most \(limit) bytes")
        case .untrusted(let distrust):
            MintingError(
                .unreachable, "The registry is not known to be the one that was meant, and nothing was sent to it", at: place,
                got: distrust.words,
                remedy: "Look at registry.ca of the facility's file, at $\(ServerTrust.variable) and at the address")
        case .notEncrypted:
            MintingError(
                .unreachable, "No encryption was agreed on with the registry, and nothing was sent to it", at: place,
                expected: "TLS 1.2 or 1.3 at this port")
        case .noAuthorities:
            MintingError(
                .unreachable, "The certificates of trusted authorities cannot be read", at: place,
                remedy: "Look at registry.ca of the facility's file, and at $\(ServerTrust.variable)")
        case .network(let code, let words):
            MintingError(.unreachable, "No whole answer", at: place, got: "\(words) (network error \(code))")
        }
    }
}
