import CatalogueServer
import Custody
import Deliveries
import Dispatch
import Foundation
import Logging
import RunCatalogue
import RunModel
import Synchronization
import TestCatalogue
import TestSupport

/// A catalogue of an invented facility behind a server at a port that the system chose.
final class ServedCatalogue: Sendable {
    let test: TestCustodian
    let log = LogLines()
    let port: Int
    /// As the server has them: `GET /datasets/{pid}`.
    let routes: [String]
    private let task: Task<Void, Never>

    /// - Parameter sweeps: whether it looks every second for what is due; else once, when it begins.
    init(
        _ test: TestCustodian, sweeps: Bool = false, roots: [FileRoot] = [], harvestPage: Int = 100,
        encryption: EncryptionFiles? = nil, proxies: Set<String>? = nil, office: DeliveryOffice? = nil,
        patience: Duration = .seconds(2)
    ) async throws {
        self.test = test
        var settings = ServerSettings()
        settings.port = 0
        settings.roots = roots
        settings.sweepSeconds = sweeps ? 1 : 3600
        settings.harvestPage = harvestPage
        settings.encryption = encryption
        settings.proxies = proxies
        let lines = log
        let server = CatalogueServer(
            test.custodian, office: office, settings: settings, program: "faisceau test", holder: "test",
            patience: patience, logger: Logger(label: "test") { _ in KeptLog(lines: lines) })
        routes = server.routes
        let (ports, told) = AsyncThrowingStream<Int, any Error>.makeStream()
        task = Task(executorPreference: QueueExecutor()) {
            do {
                try await server.run(stopsAt: []) { told.yield($0) }
                told.finish()
            } catch { told.finish(throwing: error) }
        }
        var words = ports.makeAsyncIterator()
        guard let port = try await words.next() else { throw ChildFailure(description: "the server ended at once") }
        self.port = port
    }

    deinit { task.cancel() }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> PlainHTTP.Answer {
        try await send("GET \(path) HTTP/1.1\r\n", headers: headers)
    }

    /// On a thread of its own: waiting for an answer holds none that others need.
    func send(_ line: String, headers: [String: String] = [:], body: String = "") async throws -> PlainHTTP.Answer {
        let port = port
        var headers = headers
        if !body.isEmpty { headers["Content-Length"] = "\(body.utf8.count)" }
        let all = headers
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try PlainHTTP(port: port).send(line, headers: all, body: body) })
            }
        }
    }

    func page(_ pid: String, _ form: String = "", headers: [String: String] = [:]) async throws -> PlainHTTP.Answer {
        try await get("/datasets/" + pid.replacing("/", with: "%2F") + form, headers: headers)
    }
}

extension TestCustodian {
    /// A closed session with one run.
    static func embargoed() async throws -> (test: TestCustodian, pid: String) {
        let (test, pid) = try await collecting()
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        return (test, pid)
    }

    /// An open session with one run.
    static func collecting(kind: ProposalDescription.Kind = .public) async throws -> (test: TestCustodian, pid: String) {
        let test = try TestCustodian()
        try await test.begin(kind: kind)
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        _ = try await test.custodian.register(run, by: .system)
        return (test, "\(run.summary.pid)")
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct KeptLog: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
        lines.add("\(event.level) \(event.message) " + all.joined(separator: " "))
    }
}

extension TestCustodian {
    func session() async throws -> SessionRecord { try await store.session(Self.session, tenant: custodian.rules.tenant) }
}
