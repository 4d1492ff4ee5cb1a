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
}
