import Foundation
import FoundationNetworking
import Synchronization

/// The network itself: one request a call, over Foundation's `URLSession`. No cookies, no cache, no stored logins, no redirections.
///
/// The time limit is for the whole exchange, so that a registry that sends a byte now and then does not hold it open.
public struct URLSessionExchange: HTTPExchange {
    /// From the first byte sent to the last one received.
    public let timeLimit: Duration

    /// Whether the environment sends requests without encryption to a proxy, and which hosts it leaves out.
    private let proxy: (isSet: Bool, exceptions: [String])

    /// - Parameters:
    ///   - timeLimit: DataCite answers within seconds; half a minute is a fault.
    ///   - environment: looked at for `http_proxy`, `all_proxy` and `no_proxy`, which libcurl obeys.
    public init(
        timeLimit: Duration = .seconds(30), environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.timeLimit = timeLimit
        let isSet = ["http_proxy", "all_proxy", "ALL_PROXY"].contains { environment[$0]?.isEmpty == false }
        let exceptions = (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").split { $0 == "," || $0 == " " }
        proxy = (isSet, exceptions.map { $0.lowercased() })
    }

    /// A request to this very machine is not encrypted: through a proxy the password would travel in the clear.
    private func checkProxy(_ address: ServiceAddress) throws(MintingError) {
        let host = address.url.host?.lowercased() ?? ""
        guard address.url.scheme == "http", proxy.isSet, !proxy.exceptions.contains(where: { $0 == host || $0 == "*" }) else {
            return
        }
        throw MintingError(
            .misconfigured, "The environment sends requests to this machine through a proxy", at: address.description,
            got: "http_proxy or all_proxy", expected: "no_proxy with \(quoted(host))", remedy: "add the host to no_proxy")
    }

    public func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage {
        try checkProxy(request.address)
        let transfer = Transfer(place: "\(request.method.rawValue) \(request.address)")
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.begin(Self.urlRequest(request, timeLimit), within: timeLimit) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            transfer.end(.failure(MintingError(.unreachable, "The exchange was cancelled", at: transfer.place)))
        }
        return try outcome.get()
    }

    private static func urlRequest(_ request: HTTPRequestMessage, _ limit: Duration) -> URLRequest {
        var urlRequest = URLRequest(
            url: request.address.url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: limit / .seconds(1) + 1)
        urlRequest.httpMethod = request.method.rawValue
        for (name, value) in request.headers { urlRequest.setValue(value, forHTTPHeaderField: name) }
        if let login = request.login { urlRequest.setValue(login.authorization, forHTTPHeaderField: "Authorization") }
        if request.method != .get { urlRequest.httpBody = Data(request.body) }
        return urlRequest
    }
}

/// One exchange under way: collects the answer up to its limit, and ends once.
private final class Transfer: NSObject, URLSessionDataDelegate, Sendable {
    typealias Outcome = Result<HTTPResponseMessage, MintingError>

    private struct State {
        var deliver: (@Sendable (Outcome) -> Void)?
        var session: URLSession?
        var early: Outcome?
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []
    }
    private let state = Mutex(State())
    let place: String

    init(place: String) { self.place = place }

    func begin(_ request: URLRequest, within limit: Duration, deliver: @escaping @Sendable (Outcome) -> Void) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpShouldSetCookies = false
        let early = state.withLock { state -> Outcome? in
            if let early = state.early { return early }
            state.deliver = deliver
            let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
            state.session = session
            session.dataTask(with: request).resume()
            return nil
        }
        // Cancelled before it began.
        if let early { return deliver(early) }
        let place = self.place
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1)) { [weak self] in
            self?.end(
                .failure(
                    MintingError(
                        .unreachable, "No whole answer within the time limit", at: place, expected: "one within \(limit)")))
        }
    }

    func end(_ outcome: Outcome) {
        let (deliver, session) = state.withLock { state in
            defer { (state.deliver, state.session) = (nil, nil) }
            if state.deliver == nil, state.early == nil { state.early = outcome }
            return (state.deliver, state.session)
        }
        session?.invalidateAndCancel()
        deliver?(outcome)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        // The login would go with it, to whomever. The redirection itself is the answer.
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        take(response)
        completionHandler(.allow)
    }

    private func take(_ response: URLResponse?) {
        guard let response = response as? HTTPURLResponse else { return }
        state.withLock { state in
            state.status = response.statusCode
            for (name, value) in response.allHeaderFields {
                if let name = name as? String, let value = value as? String { state.headers[name] = value }
            }
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let limit = HTTPResponseMessage.maximumBody
        let isTooLarge = state.withLock { state in
            guard state.body.count + data.count <= limit else { return true }
            state.body += data
            return false
        }
        guard isTooLarge else { return }
        end(.failure(MintingError(.unreadableAnswer, "The answer is too large", at: place, expected: "at most \(limit) bytes")))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            // The code only: a text of the library may repeat the request.
            return end(
                .failure(
                    MintingError(.unreachable, "No whole answer", at: place, got: "network error \((error as NSError).code)")))
        }
        take(task.response)
        let answer = state.withLock { HTTPResponseMessage(status: $0.status, headers: $0.headers, body: $0.body) }
        end(.success(answer))
    }
}
