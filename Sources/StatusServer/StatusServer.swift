import Diagnostics
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import RunModel
import Synchronization

/// Metrics, status and live page of a running ingest over HTTP. It only reads: nothing can be changed from here.
///
/// It lives on one thread of its own, with a lower priority than the frame path, and never on Swift's cooperative threads: those may be
/// taken by an ingest that blocks.
public final class StatusServer: Sendable {
    /// More wait in the kernel's queue.
    static let maximumConnections = 64

    /// The port that it listens at: the one that was asked for, or the one that the system gave for 0.
    public let port: Int
    private let task: Task<Void, Never>
    private let group: MultiThreadedEventLoopGroup
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    /// Begins to serve; returns when it listens.
    ///
    /// - Parameters:
    ///   - control: asked for its status at each request.
    ///   - images: asked for pictures when somebody looks.
    ///   - host: whom it listens to; the loopback interface unless something else is wanted: there is no log-in.
    ///   - port: 0 for any that is free.
    ///   - hosts: the names under which it answers.
    /// - Throws: `cannotListen`.
    public init(
        control: any IngestControl, images: any LiveImages, host: String = "127.0.0.1", port: Int,
        hosts: ServedHosts = ServedHosts(), logger: Logger
    ) throws(StatusError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        // Linux gives priority by thread: the frame path goes first.
        loop.execute { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }
        let start = Start()
        var quiet = logger
        // Its errors are those of clients that went away, and of our own end.
        quiet.logLevel = .critical
        let application = Application(
            responder: StatusResponder(routes: StatusRoutes(control: control, images: images), hosts: hosts),
            server: .http1(configuration: Self.limits),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections, logger: quiet)),
            onServerRunning: { start.finish(.success($0.localAddress?.port ?? port)) },
            eventLoopGroupProvider: .shared(group), logger: quiet)
        let ended = self.ended
        task = Task(executorPreference: LoopExecutor(loop)) {
            do { try await application.run() } catch { start.finish(.failure(error)) }
            ended.signal()
        }
        switch start.wait() {
        case .success(let bound): self.port = bound
        case .failure(let error):
            ended.wait()
            try? group.syncShutdownGracefully()
            throw StatusError(
                .cannotListen, "The status server cannot listen", at: "\(host):\(port)", got: "\(error)",
                expected: "a free port of this machine", remedy: "choose another --metrics port, or 0 for any")
        }
        self.group = group
    }

    /// Ends all connections; returns when the thread has ended.
    public func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        task.cancel()
        // A client that holds its connection open gets no more than this.
        _ = ended.wait(timeout: .now() + 5)
        try? group.syncShutdownGracefully()
    }

    /// A request has no reason to be large: browsers send a few hundred bytes.
    private static let limits = HTTP1Channel.Configuration(
        idleTimeout: .seconds(30),
        httpDecoderConfiguration: .init(maxHeaderFieldSize: 8192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 64))

    /// The first word of the server: its port, or why it has none.
    private final class Start: Sendable {
        private let result = Mutex<Result<Int, any Error>?>(nil)
        private let known = DispatchSemaphore(value: 0)

        func finish(_ outcome: Result<Int, any Error>) {
            let isFirst = result.withLock { result in
                defer { result = result ?? outcome }
                return result == nil
            }
            if isFirst { known.signal() }
        }

        func wait() -> Result<Int, any Error> {
            known.wait()
            return result.withLock { $0 } ?? .failure(CancellationError())
        }
    }
}

/// Answers as HTTP: methods, headers against all that a page could load from elsewhere, no caching.
private struct StatusResponder: HTTPResponder {
    typealias Context = BasicRequestContext
    let routes: StatusRoutes
    let hosts: ServedHosts

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var answer = self.answer(to: request)
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-store"
        headers[.eTag] = answer.tag
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        if answer.outcome == .methodNotAllowed { headers[.allow] = "GET, HEAD" }
        let length = answer.body.count
        if request.method == .head {
            headers[.contentLength] = String(length)
            answer.body = Data()
        }
        return Response(
            status: answer.outcome.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func answer(to request: Request) -> StatusAnswer {
        guard hosts.allow(request.head.authority) else { return .text(hosts.refusal(of: request.head.authority), .otherHost) }
        guard request.method == .get || request.method == .head else {
            return .text("Nothing can be changed here: GET and HEAD only.\n", .methodNotAllowed)
        }
        guard request.uri.description.utf8.count <= 2048 else { return .text("The address is too long.\n", .tooLarge) }
        return routes.answer(path: request.uri.path, knownTag: request.headers[.ifNoneMatch])
    }
}

extension StatusAnswer.Outcome {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .ok: .ok
        case .notModified: .notModified
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .otherHost: .misdirectedRequest
        case .tooLarge: .uriTooLong
        case .unavailable: .serviceUnavailable
        }
    }
}
