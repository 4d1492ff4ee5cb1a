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
        let url = try address.url(path, query: query)
        if token != nil, proxy.stands(before: url) {
            throw LinkError(
                .tokenInTheClear, "The environment sends unencrypted requests through a proxy, and a token would go with them",
                at: "\(address)", got: "http_proxy or all_proxy", expected: "no_proxy with '\(address.host.printable)'")
        }
        var headers = ["Accept": accept, "User-Agent": program]
        if let token { headers["Authorization"] = token.authorization }
        if body != nil { headers["Content-Type"] = "application/json" }
        let answer: WebAnswer
        do {
            answer = try await exchange.send(WebRequest(method, url, headers: headers, body: body.map { Array($0.line.utf8) }))
        } catch { throw LinkError(error, at: "\(address)", within: timeLimit, mostBytes: Self.mostBytes) }
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
