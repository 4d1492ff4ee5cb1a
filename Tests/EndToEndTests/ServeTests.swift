import Foundation
import TestSupport
import Testing

/// `faisceau serve`, the whole program: it starts without any file, answers, and ends as it is asked.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServeTests {
    private func start(_ folder: TemporaryFolder, _ more: [String] = []) throws -> (process: ChildProcess, port: Int) {
        try folder.write("clock: {trust: system}\nlisten: 127.0.0.1:0\n", to: "facility.yaml")
        let process = try FaisceauProgram.start(
            [
                "serve", "--catalogue", folder.file("catalogue.sqlite").path, "--facility", folder.file("facility.yaml").path,
                "--json", "--log-format", "json",
            ] + more)
        try process.waitFor("\"serving\"")
        let line = try #require(
            process.standardError.split(separator: "\n").first { $0.contains("\"serving\"") })
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let address = try #require((event["address"] as? String).flatMap { URL(string: $0) })
        return (process, try #require(address.port))
    }

    @Test(arguments: [SIGTERM, SIGINT]) func itAnswersAndEndsAsItIsAsked(_ signal: Int32) throws {
        let folder = try TemporaryFolder("serve")
        let (process, port) = try start(folder)
        let http = PlainHTTP(port: port)
        #expect(try http.get("/health").text.contains("\"status\":\"ok\""))
        #expect(try http.get("/ready").status == 200)
        #expect(try http.get("/datasets/10.5072%2F000000003rj076").status == 404)
        process.signal(signal)
        let output = try process.wait()
        #expect(output.status == 0, "\(output.standardError)")
        #expect(output.standardOutput.contains("\"stopped\""), "\(output.standardOutput)")
    }

    @Test func anAddressThatIsTakenIsRefusedInWords() throws {
        let folder = try TemporaryFolder("serve")
        let (first, port) = try start(folder)
        defer { first.signal(SIGKILL) }
        let output = try FaisceauProgram.run([
            "serve", "--catalogue", folder.file("other.sqlite").path, "--listen", "127.0.0.1:\(port)",
        ])
        #expect(output.status == 1)
        #expect(output.standardError.contains("cannot listen") && output.standardError.contains("\(port)"))
    }

    // MARK: systemd

    private static let analyze = ChildProcess.find("systemd-analyze")

    @Test(.enabled(if: analyze != nil, "systemd-analyze is not installed"))
    func systemdAcceptsTheUnitAndFindsItHardened() throws {
        let folder = try TemporaryFolder("unit")
        let unit = try FaisceauProgram.run(["serve", "--print-unit"])
        #expect(unit.status == 0 && unit.standardOutput.contains("Type=notify"))
        // It insists that the program be there.
        let file = try folder.write(
            unit.standardOutput.replacing("/usr/bin/faisceau", with: "/bin/true"), to: "faisceau-serve.service")
        let analyze = try #require(Self.analyze)
        let output = try ChildProcess.run(analyze, ["verify", file.path])
        #expect(output.status == 0 && !output.standardError.contains("faisceau-serve"), "\(output.standardError)")
        // 10 is no protection at all. Older ones judge no files.
        let security = try ChildProcess.run(analyze, ["security", "--offline=true", "--threshold=20", file.path])
        if !security.standardError.contains("unrecognized option") {
            #expect(security.status == 0, "\(security.standardOutput.suffix(300))\(security.standardError)")
        }
    }

    @Test func whoStartedItIsToldWhenItServes() throws {
        let folder = try TemporaryFolder("serve")
        let name = "faisceau-serve-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // Of the abstract namespace: a zero before the name.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: [0] + Array(name.utf8)) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        #expect(bound == 0)
        try folder.write("clock: {trust: system}\nlisten: 127.0.0.1:0\n", to: "facility.yaml")
        let process = try FaisceauProgram.start(
            [
                "serve", "--catalogue", folder.file("catalogue.sqlite").path, "--facility", folder.file("facility.yaml").path,
                "--json",
            ], environment: ["NOTIFY_SOCKET": "@" + name])
        defer { process.signal(SIGKILL) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(listener, &buffer, buffer.count, 0)
        let told = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        #expect(told.hasPrefix("READY=1\nSTATUS=serving at port "), "\(told)")
    }
}
