import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import Minting
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// The stand-in at a port of this machine that the system chose. The port stays ours while it does not listen, so that connections are
/// refused; what it keeps outlives that.
public final class DataCiteStandIn: Sendable {
    public let service: StandInService
    private let place: LoopbackPort
    private let faults = Mutex<(fault: StandInFault, times: Int)?>(nil)
    private let running = Mutex<(task: Task<Void, Never>, group: MultiThreadedEventLoopGroup)?>(nil)

    /// `http://127.0.0.1:…`
    public var address: String { "http://127.0.0.1:\(place.number)" }

    /// It does not listen yet: ``listen()``.
    public init(repositories: [StandInRepository]) throws {
        service = StandInService(repositories: repositories)
        place = try LoopbackPort()
    }

    /// From now on so many questions meet the fault; nil: none does.
    public func meet(_ fault: StandInFault?, times: Int = .max) { faults.withLock { $0 = fault.map { ($0, times) } } }

    private func nextFault() -> StandInFault? {
        faults.withLock { current in
            guard let (fault, times) = current else { return nil }
            current = times > 1 ? (fault, times - 1) : nil
            return fault
        }
    }

    private var isHanging: Bool { faults.withLock { $0?.fault == .hang } }

    /// Returns when it listens. Where the socket of before is still open in a program that another test is just starting (a child has all of them
    /// until it has begun), the system refuses the port for a moment.
    public func listen() async throws {
        for trial in 1... {
            do { return try await listenOnce() } catch let error as IOError {
                guard error.errnoCode == EADDRINUSE, trial < 100 else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func listenOnce() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "datacite-stand-in")
        logger.logLevel = .critical
        let quiet = logger
        let (words, firstWord) = AsyncThrowingStream<Void, any Error>.makeStream()
        let application = Application(
            responder: Responder(standIn: self), server: .http1(),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: Int(place.number)), serverName: nil),
            onServerRunning: { _ in firstWord.yield() }, eventLoopGroupProvider: .shared(group), logger: quiet)
        let task = Task(executorPreference: QueueExecutor()) {
            do {
                try await application.run()
                firstWord.finish()
            } catch { firstWord.finish(throwing: error) }
        }
        running.withLock { $0 = (task, group) }
        do { for try await _ in words { return } } catch {
            try await close()
            throw error
        }
        throw ChildFailure(description: "the stand-in ended before it listened")
    }

    /// Ends all connections; who connects afterwards is refused. What it keeps it keeps.
    public func close() async throws {
        guard
            let (task, group) = running.withLock({ running in
                defer { running = nil }
                return running
            })
        else { return }
        if isHanging { meet(nil) }
        task.cancel()
        await task.value
        try await group.shutdownGracefully()
    }

    fileprivate func answer(_ request: Request) async throws -> Response {
        switch nextFault() {
        case nil: return Self.whole(service.answer(try await read(request)))
        case .busy(let status, let retryAfter):
            return Self.whole(StandInAnswer(status: status, headers: retryAfter.map { ["retry-after": $0] } ?? [:]))
        case .other(let status, let type, let body):
            return Self.whole(StandInAnswer(status: status, headers: type.map { ["content-type": $0] } ?? [:], body: body))
        case .hang:
            // The one pause here: until the test lets go, or nobody waits any more.
            while isHanging, !Task.isCancelled { try await Task.sleep(for: .milliseconds(5)) }
            throw CancellationError()
        case .halfAnswer(let carriedOut):
            let answer = carriedOut ? service.answer(try await read(request)) : StandInAnswer(status: 200, body: [0x7B, 0x22])
            return Self.half(answer)
        }
    }

    private func read(_ request: Request) async throws -> StandInRequest {
        let body = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        return StandInRequest(
            request.method.rawValue, request.uri.path, query: request.uri.query ?? "", headers: headers,
            body: Array(body.readableBytesView))
    }

    private static func head(_ answer: StandInAnswer) -> (HTTPResponse.Status, HTTPFields) {
        var headers = HTTPFields()
        headers[.contentType] = answer.headers["content-type"]
        headers[.retryAfter] = answer.headers["retry-after"]
        headers[.allow] = answer.headers["allow"]
        return (HTTPResponse.Status(code: answer.status), headers)
    }

    private static func whole(_ answer: StandInAnswer) -> Response {
        let (status, headers) = head(answer)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// Promises all of it, sends one half, and breaks off.
    private static func half(_ answer: StandInAnswer) -> Response {
        let (status, headers) = head(answer)
        let part = ByteBuffer(bytes: answer.body.prefix(answer.body.count / 2))
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: max(answer.body.count, 2)) { writer in
                try await writer.write(part)
                throw CancellationError()
            })
    }
}

private struct Responder: HTTPResponder {
    typealias Context = BasicRequestContext
    let standIn: DataCiteStandIn

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response { try await standIn.answer(request) }
}
