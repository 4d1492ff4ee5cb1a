import Foundation
import FoundationNetworking
import Synchronization

/// Answers whose bodies are taken piece by piece: a few pieces are in memory, however long the body and slow whoever takes it.
///
/// One connection serves one request after another where the server keeps it open. As ``WebExchange``: no cookies, no cache, no stored logins, no
/// redirection that is followed.
public final class WebStream: Sendable {
    /// What becomes of an answer.
    public struct Taker: Sendable {
        /// Gets status and headers, names in small letters, without a body. False: the body is not wanted, and the exchange is over.
        public let head: @Sendable (WebAnswer) throws -> Bool
        /// Gets each piece in order, one at a time.
        public let piece: @Sendable (UnsafeRawBufferPointer) throws -> Void

        public init(
            head: @escaping @Sendable (WebAnswer) throws -> Bool,
            piece: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
        ) {
            self.head = head
            self.piece = piece
        }
    }

    private let relay = Relay()
    private let session: URLSession
    /// So long nothing may come.
    private let idleLimit: Duration

    public init(idleLimit: Duration) {
        self.idleLimit = idleLimit
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpShouldSetCookies = false
        session = URLSession(configuration: configuration, delegate: relay, delegateQueue: WaitingQueue())
    }

    deinit { session.invalidateAndCancel() }

    /// Sends one request without a body, and hands its answer over until it ends.
    /// - Throws: what the taker throws; `WebFailure` where the answer does not come, or breaks off.
    public func get(_ request: WebRequest, to taker: Taker) async throws {
        var urlRequest = URLRequest(
            url: request.url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: idleLimit / .seconds(1))
        urlRequest.httpMethod = request.method
        // What is packed on its way is not what was digested.
        urlRequest.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        for (name, value) in request.headers { urlRequest.setValue(value, forHTTPHeaderField: name) }
        let task = session.dataTask(with: urlRequest)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                relay.begin(task, taker) { continuation.resume(with: $0) }
            }
        } onCancel: {
            relay.end(task, .failure(WebFailure.cancelled))
        }
    }
}

/// The library puts a call on this queue for each piece that has come, however many wait there. Here it waits too: so the connection is read no faster
/// than its pieces are taken.
private final class WaitingQueue: OperationQueue, @unchecked Sendable {
    private let room = DispatchSemaphore(value: 16)

    override init() {
        super.init()
        maxConcurrentOperationCount = 1
    }

    override func addOperation(_ block: @escaping @Sendable () -> Void) {
        // From within a call there would be nobody to make room.
        guard OperationQueue.current !== self else { return super.addOperation(block) }
        room.wait()
        super.addOperation { [room] in
            block()
            room.signal()
        }
    }
}

/// Leads what the library tells of its tasks to whoever began them; each ends once.
private final class Relay: NSObject, URLSessionDataDelegate, Sendable {
    private struct Exchange {
        let taker: WebStream.Taker
        let deliver: @Sendable (Result<Void, any Error>) -> Void
    }
    private let exchanges = Mutex<[Int: Exchange]>([:])

    func begin(
        _ task: URLSessionDataTask, _ taker: WebStream.Taker, deliver: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        exchanges.withLock { $0[task.taskIdentifier] = Exchange(taker: taker, deliver: deliver) }
        task.resume()
        // Cancelled before it began: nobody would end it.
        if Task.isCancelled { end(task, .failure(WebFailure.cancelled)) }
    }

    func end(_ task: URLSessionTask, _ outcome: Result<Void, any Error>) {
        guard let exchange = exchanges.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        // Elsewhere: it waits for the library's own queue, which may be waiting for room here.
        DispatchQueue.global().async { task.cancel() }
        exchange.deliver(outcome)
    }

    private func taker(of task: URLSessionTask) -> WebStream.Taker? {
        exchanges.withLock { $0[task.taskIdentifier]?.taker }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        // A token would go with it, to whomever. The redirection itself is the answer.
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        completionHandler(.allow)
        guard let taker = taker(of: dataTask), let response = response as? HTTPURLResponse else { return }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields {
            if let name = name as? String, let value = value as? String { headers[name] = value }
        }
        do {
            if try !taker.head(WebAnswer(status: response.statusCode, headers: headers)) { end(dataTask, .success(())) }
        } catch { end(dataTask, .failure(error)) }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let taker = taker(of: dataTask) else { return }
        do { try data.withUnsafeBytes { try taker.piece($0) } } catch { end(dataTask, .failure(error)) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let error = error as NSError? else { return end(task, .success(())) }
        end(task, .failure(error.code == NSURLErrorTimedOut ? WebFailure.late : .network(code: error.code)))
    }
}
