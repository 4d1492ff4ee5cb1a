import CatalogueQuestions
import Diagnostics
import Foundation
import JSON
import WebExchange

/// One request to a server of a catalogue, and its answer as JSON. Nothing is tried again, and no redirection is followed.
struct LinkTransport: Sendable {
    let address: CatalogueAddress
    /// As the server's log names this program.
    let program: String
    private let exchange: WebExchange
    private let proxy: PlainProxy

    /// A page of ten thousand files, an attachment, a calendar: no answer is larger.
    static let mostBytes = 64 << 20

    /// - Parameter trust: who vouches for the server; nil: whom the environment names.
    init(
        address: CatalogueAddress, program: String, environment: [String: String], timeLimit: Duration, trust: ServerTrust?
    ) {
        self.address = address
        self.program = program
        exchange = WebExchange(
            timeLimit: timeLimit, mostBytes: Self.mostBytes, trust: trust ?? ServerTrust(environment: environment))
        proxy = PlainProxy(environment: environment)
    }

    /// - Throws: `unreachable`, `untrusted`, `redirected`, `unreadableAnswer`, `tokenInTheClear`.
    func send(
        _ method: String, _ path: [String], query: [(name: String, value: String)] = [], body: JSONValue? = nil, accept: String,
        token: CatalogueToken?
    ) async throws(LinkError) -> (status: Int, headers: [String: String], json: JSONValue?) {
        let request = try request(method, path, query, body, accept, token)
        let answer: WebAnswer
        do { answer = try await exchange.send(request) } catch {
            throw LinkError(error, at: "\(address)", within: timeLimit, mostBytes: Self.mostBytes)
        }
        return try read(answer)
    }

    /// A server that works tells how far it is every few seconds; a proxy before it may keep that for a while.
    private static let silence: Duration = .seconds(600)

    /// An answer that takes as long as it takes, while its server tells how far it is.
    /// - Throws: as `send`; whatever is under way at the server goes on there.
    func watch(
        _ method: String, _ path: [String], body: JSONValue?, accept: String, token: CatalogueToken?,
        progress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws(LinkError) -> (status: Int, headers: [String: String], json: JSONValue?) {
        let request = try request(method, path, [], body, "\(AnswerProgress.mediaType), \(accept)", token)
        let taken = LinesTaken(mostBytes: Self.mostBytes, progress: progress)
        do { try await WebStream(idleLimit: Self.silence, trust: exchange.trust).get(request, to: taken.taker) } catch {
            throw LinkError(
                error as? WebFailure ?? .cancelled, at: "\(address)", within: Self.silence, mostBytes: Self.mostBytes)
        }
        return try read(taken.answer)
    }

    private func request(
        _ method: String, _ path: [String], _ query: [(name: String, value: String)], _ body: JSONValue?, _ accept: String,
        _ token: CatalogueToken?
    ) throws(LinkError) -> WebRequest {
        let url = try address.url(path, query: query)
        if token != nil, proxy.stands(before: url) {
            throw LinkError(
                .tokenInTheClear, "The environment sends unencrypted requests through a proxy, and a token would go with them",
                at: "\(address)", got: "http_proxy or all_proxy", expected: "no_proxy with '\(address.host.printable)'")
        }
        var headers = ["Accept": accept, "User-Agent": program]
        if let token { headers["Authorization"] = token.authorization }
        if body != nil { headers["Content-Type"] = "application/json" }
        return WebRequest(method, url, headers: headers, body: body.map { Array($0.line.utf8) })
    }

    private func read(
        _ answer: WebAnswer
    ) throws(LinkError) -> (status: Int, headers: [String: String], json: JSONValue?) {
        if (300..<400).contains(answer.status) {
            throw LinkError(
                .redirected, "The server sends elsewhere, and nobody follows with a token", at: "\(address)",
                got: answer.headers["location"].map { "'\($0.prefix(200).printable)'" } ?? "status \(answer.status)",
                remedy: "If that is where the catalogue is now, sign in there")
        }
        let json = try? JSONValue(
            reading: answer.body, limits: JSONLimits(depth: 32, textBytes: Self.mostBytes, valueBytes: 8 * Self.mostBytes))
        return (answer.status, answer.headers, json)
    }

    private var timeLimit: Duration { exchange.timeLimit }

    /// - Returns: what an answer is that is none of a catalogue's.
    func unreadable(_ status: Int) -> LinkError {
        if status == 429 || status >= 500 {
            return LinkError(.unreachable, "The server cannot answer at present", at: "\(address)", got: "status \(status)")
        }
        return LinkError(
            .unreadableAnswer, "This is no answer of a catalogue", at: "\(address)", got: "status \(status)",
            expected: "faisceau serve", remedy: "Look at the address: what stands before /api/faisceau/v1")
    }
}
