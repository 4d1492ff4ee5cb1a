import CatalogueServer
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import Glibc
import Identifiers
import JSON
import Logging
import RunCatalogue

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

    /// On a thread that may wait.
    private func fetch(_ page: String, _ port: Int) async throws -> (status: Int, body: [UInt8]) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.get(page, port) })
            }
        }
    }

    /// HTTP/1.0, so that the answer comes in one piece and the connection ends with it.
    private static func get(_ page: String, _ port: Int) throws -> (status: Int, body: [UInt8]) {
        let failed = CommandLineError(.outputFailed, "the demo's server does not answer", at: "127.0.0.1:\(port)\(page)")
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failed }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        // `address` outlives the call, and is of the length that is told.
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request = Array("GET \(page) HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".utf8)
        guard connected == 0, send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw failed }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < mostBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failed }
            if count == 0 { break }
            answer += buffer.prefix(count)
        }
        let words = String(decoding: answer.prefix(64), as: UTF8.self).split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw failed }
        return (status, answer)
    }

    private static let mostBytes = 1 << 20

    static func title(of body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let begin = text.range(of: "<title>"), let end = text.range(of: "</title>", range: begin.upperBound..<text.endIndex)
        else { return nil }
        return String(text[begin.upperBound..<end.lowerBound]).printable
    }
}
