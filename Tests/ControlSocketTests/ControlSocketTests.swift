import ControlSocket
import Diagnostics
import Foundation
import RunModel
import Synchronization
import TestSupport
import Testing

@Suite struct ControlSocketTests {
    let folder: TemporaryFolder
    let ingest: ScriptedIngest
    var path: String { folder.path + "/ctl" }

    init() throws {
        folder = try TemporaryFolder("ctl")
        ingest = ScriptedIngest(try .waiting())
    }

    /// Sends raw bytes and gives the whole answer: what a client of another kind would see.
    private func exchange(_ text: String, finishing: Bool = false) throws -> String {
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.settimeout(60); s.connect(sys.argv[1])
            answer = b""
            # A server that has heard enough answers and hangs up in the middle of the request: its answer counts.
            try:
                s.sendall(open(sys.argv[3], 'rb').read())
                if sys.argv[2] == "1": s.shutdown(socket.SHUT_WR)
            except ConnectionError: pass
            try:
                while part := s.recv(65536): answer += part
            except ConnectionError: pass
            sys.stdout.buffer.write(answer)
            """
        let request = try folder.write(text, to: "request").path
        return try ChildProcess.run("/usr/bin/env", ["python3", "-c", script, path, finishing ? "1" : "0", request])
            .standardOutput
    }

    @Test func statusIsWhatTheIngestSays() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        #expect(try ControlClient(path: path).ask(.status) == ingest.status())
        #expect(ingest.asked.isEmpty)
    }

    @Test func everyVerbReachesTheIngest() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let client = ControlClient(path: path)
        let next = ArmMetadata(sample: "lysozyme", metadata: ["temperature": .number(100)])
        #expect(try client.ask(.next(next)).nextRun == next)
        #expect(try client.ask(.stop).state == .sealing)
        _ = try client.ask(.abort)
        #expect(ingest.asked == ["next", "stop", "abort"])
    }

    @Test func theLargestMetadataPass() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let fields = (0..<15).map { ("k\($0)", ArmMetadata.Value.text(String(repeating: "é", count: 2000))) }
        let next = ArmMetadata(metadata: Dictionary(uniqueKeysWithValues: fields))
        #expect(try ControlClient(path: path).ask(.next(next)).nextRun == next)
    }

    @Test func aRefusalKeepsItsWords() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        ingest.refuseNext(
            RunModelError(
                .badTemplate, "no name can be made", at: "name", got: "'{x}'", expected: "{sample}", remedy: "change it"))
        let error = #expect(throws: ControlError.self) { try ControlClient(path: path).ask(.next(ArmMetadata(name: "{x}"))) }
        #expect(error?.code == .refused)
        #expect(error?.exitStatus == .refused)
        #expect(error?.description == "no name can be made (name): got '{x}', expected {sample}. change it")
    }

    @Test(arguments: [
        ("nonsense\n", "badRequest"), ("{\"verb\":\"sing\"}\n", "badRequest"), ("\n", "badRequest"), ("[]\n", "badRequest"),
        ("{\"verb\":\"next\"}\n", "badRequest"), ("{\"verb\":\"next\",\"body\":{\"sampel\":\"x\"}}\n", "badArmMetadata"),
        (String(repeating: "x", count: 70_000), "badRequest"),
        ("{\"verb\":\"next\",\"body\":{\"metadata\":{\"a\":" + String(repeating: "[", count: 60_000) + "\n", "badRequest"),
    ])
    func aLineThatIsNoRequestIsRefusedAndTheServerGoesOn(_ line: String, _ code: String) throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let answer = try exchange(line)
        #expect(answer.hasPrefix("{\"error\":{\"code\":\"\(code)\""), "\(answer.prefix(200))")
        #expect(answer.hasSuffix("\"ok\":false}\n"))
        #expect(ingest.asked.isEmpty)
        #expect(try ControlClient(path: path).ask(.status).state == .armed)
    }

    @Test func aClientThatGoesAwayInTheMiddleIsForgotten() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        #expect(try exchange("{\"verb\":\"st", finishing: true) == "")
        #expect(try ControlClient(path: path).ask(.status).state == .armed)
    }

    @Test func aSilentClientKeepsNobodyWaiting() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let silent = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        #expect(Self.connect(silent, path) == 0)
        #expect(try ControlClient(path: path).ask(.status).state == .armed)
    }

    @Test func theSocketIsForOwnerAndGroupAndGoesWithTheServer() throws {
        let server = try ControlServer(at: path, control: ingest)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o660)
        server.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aSecondServerIsRefusedAndTheFirstGoesOn() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let error = #expect(throws: ControlError.self) { try ControlServer(at: path, control: ingest) }
        #expect(error?.code == .alreadyListening)
        #expect(try ControlClient(path: path).ask(.status).state == .armed)
    }

    @Test func aSocketThatADeadProcessLeftIsTakenOver() throws {
        let script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
        _ = try ChildProcess.run("/usr/bin/env", ["python3", "-c", script, path])
        let dead = #expect(throws: ControlError.self) { try ControlClient(path: path).ask(.status) }
        #expect(dead?.code == .nobodyListens)
        #expect(dead?.got == "a file that a dead process left")
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        #expect(try ControlClient(path: path).ask(.status).state == .armed)
    }

    /// Whoever sees the file can connect: it has its name only when somebody listens.
    @Test func aSocketThatIsThereAnswers() throws {
        let path = path
        let refusals = Mutex(0)
        let isOver = Mutex(false)
        let ended = DispatchSemaphore(value: 0)
        Thread {
            while !isOver.withLock({ $0 }) {
                let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
                let status = Self.connect(descriptor, path) == 0 ? 0 : errno
                close(descriptor)
                if status == ECONNREFUSED { refusals.withLock { $0 += 1 } }
            }
            ended.signal()
        }.start()
        // The file goes before the server: one that is ending refuses.
        for _ in 0..<200 {
            let server = try ControlServer(at: path, control: ingest)
            try FileManager.default.removeItem(atPath: path)
            server.stop()
        }
        isOver.withLock { $0 = true }
        ended.wait()
        #expect(refusals.withLock { $0 } == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        try folder.write("precious", to: "ctl")
        let error = #expect(throws: ControlError.self) { try ControlServer(at: path, control: ingest) }
        #expect(error?.code == .socketUnusable)
        #expect(try String(contentsOf: folder.file("ctl"), encoding: .utf8) == "precious")
    }

    @Test func withoutAnIngestTheErrorNamesItsRemedy() {
        let error = #expect(throws: ControlError.self) { try ControlClient(path: path).ask(.status) }
        #expect(error?.code == .nobodyListens)
        #expect(error?.exitStatus == .environment)
        #expect(error?.remedy?.contains("--socket \(path)") == true)
    }

    @Test(arguments: [String(repeating: "x", count: 200), "/missing/folder/ctl"])
    func anImpossiblePathIsRefused(_ path: String) {
        let error = #expect(throws: ControlError.self) { try ControlServer(at: path, control: ingest) }
        #expect(error?.code == .socketUnusable)
    }

    private static func connect(_ descriptor: Int32, _ path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
