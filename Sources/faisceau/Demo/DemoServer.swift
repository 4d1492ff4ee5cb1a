import CatalogueServer
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import Logging
import RunCatalogue
import WebExchange

/// The demo's very last step: the catalogue is served on a free port, and the page of a run is fetched from it, as its DOI's readers would.
struct DemoServer {
    let custodian: Custodian
    /// The catalogue's file, for the command that serves it again.
    let path: String

    /// Serves, fetches, and ends what it began.
    func show(_ pid: RunIdentifier, _ console: Console) async throws -> JSONObject {
        console.data("\n5. The catalogue on the network: the page that a run's identifier leads to")
        var settings = ServerSettings()
        settings.port = 0
        let server = CatalogueServer(
            custodian, office: nil, settings: settings, program: "faisceau \(Faisceau.version)",
            holder: MachineClock.hostAndProcess, logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
        let (ports, told) = AsyncThrowingStream<Int, any Error>.makeStream()
        let serving = Task {
            do {
                try await server.run(stopsAt: []) { told.yield($0) }
                told.finish()
            } catch { told.finish(throwing: error) }
        }
        defer { serving.cancel() }
        var words = ports.makeAsyncIterator()
        guard let port = try await words.next() else {
            throw CommandLineError(.outputFailed, "the demo's server ended at once", at: path)
        }
        let page = "/datasets/" + "\(pid)".replacing("/", with: "%2F")
        let answer = try await fetch(page, port)
        let title = Self.title(of: answer.body) ?? "?"
        console.data("  GET        http://127.0.0.1:\(port)\(page)")
        console.data("  answer     \(answer.status)  \(title)")
        serving.cancel()
        _ = await serving.value
        console.data("  again      faisceau serve --catalogue \(path)")
        console.data("  there      http://127.0.0.1:8080\(page)")
        return [
            "page": .string("http://127.0.0.1:8080\(page)"), "status": .integer(Int64(answer.status)), "title": .string(title),
            "command": .string("faisceau serve --catalogue \(path)"),
        ]
    }

    private func fetch(_ page: String, _ port: Int) async throws -> WebAnswer {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(page)") else {
            throw CommandLineError(.outputFailed, "the demo's page has no address", at: page)
        }
        do {
            return try await WebExchange(timeLimit: .seconds(60), mostBytes: 1 << 20)
                .send(WebRequest("GET", url, headers: ["Accept": "text/html"]))
        } catch {
            throw CommandLineError(.outputFailed, "the demo's server does not answer", at: "\(url)", got: "\(error)")
        }
    }

    static func title(of body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let begin = text.range(of: "<title>"), let end = text.range(of: "</title>", range: begin.upperBound..<text.endIndex)
        else { return nil }
        return String(text[begin.upperBound..<end.lowerBound]).printable
    }
}
