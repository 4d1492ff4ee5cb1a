import Foundation
import FoundationNetworking
import Synchronization

// WebExchange: one request and its answer over HTTP. What is asked of whom, and what an answer means, is known to whoever asks.

/// What is asked.
public struct WebRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: String
    public var url: URL
    public var headers: [String: String]
    /// Nil: none is sent.
    public var body: [UInt8]?

    public init(_ method: String, _ url: URL, headers: [String: String] = [:], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What was answered.
public struct WebAnswer: Sendable, Hashable {
    public var status: Int
    /// Names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}

/// Why there is no whole answer.
public enum WebFailure: Error, Sendable, Hashable {
    case cancelled
    /// Not within the time limit.
    case late
    /// More bytes than are taken.
    case tooLarge
    /// The connection, by the library's code: its texts may repeat the request.
    case network(code: Int)
}

/// The network itself, over Foundation's `URLSession`: no cookies, no cache, no stored logins, and a redirection is an answer that nobody follows.
///
/// The time limit is for the whole exchange, so that a server that sends a byte now and then does not hold it open.
public struct WebExchange: Sendable {
    /// From the first byte sent to the last one received.
    public let timeLimit: Duration
    /// Of an answer's body.
    public let mostBytes: Int

    public init(timeLimit: Duration, mostBytes: Int) {
        self.timeLimit = timeLimit
        self.mostBytes = mostBytes
    }

    public func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
        let transfer = Transfer(mostBytes: mostBytes)
        let limit = timeLimit
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.begin(Self.urlRequest(request, limit), within: limit) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            transfer.end(.failure(.cancelled))
        }
        return try outcome.get()
    }

    private static func urlRequest(_ request: WebRequest, _ limit: Duration) -> URLRequest {
        var urlRequest = URLRequest(
            url: request.url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: limit / .seconds(1) + 1)
        urlRequest.httpMethod = request.method
        for (name, value) in request.headers { urlRequest.setValue(value, forHTTPHeaderField: name) }
        if let body = request.body { urlRequest.httpBody = Data(body) }
        return urlRequest
    }
}

/// One exchange under way: collects the answer up to its limit, and ends once.
private final class Transfer: NSObject, URLSessionDataDelegate, Sendable {
    typealias Outcome = Result<WebAnswer, WebFailure>

    private struct State {
        var deliver: (@Sendable (Outcome) -> Void)?
        var session: URLSession?
        var early: Outcome?
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []
    }
    private let state = Mutex(State())
    private let mostBytes: Int

    init(mostBytes: Int) { self.mostBytes = mostBytes }

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
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1)) { [weak self] in self?.end(.failure(.late)) }
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
        // A login would go with it, to whomever. The redirection itself is the answer.
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
        let isTooLarge = state.withLock { state in
            guard state.body.count + data.count <= mostBytes else { return true }
            state.body += data
            return false
        }
        if isTooLarge { end(.failure(.tooLarge)) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error { return end(.failure(.network(code: (error as NSError).code))) }
        take(task.response)
        end(.success(state.withLock { WebAnswer(status: $0.status, headers: $0.headers, body: $0.body) }))
    }
}
