import Foundation
import TestSupport
import Testing

/// What somebody sees who has just built it: the demo, to its end.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct DemoTests {
    @Test func itEndsWithThePageOfARunFromAServer() throws {
        let folder = try TemporaryFolder("demo")
        let recording = PackageRoot.file("Fixtures/streams/eiger2-16m").path
        let words = ["demo", "--check", "--frames", "4", "--out", folder.file("out").path, "--recording", recording]
        let output = try FaisceauProgram.run(words, seconds: 600)
        #expect(output.status == 0, "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n").map(String.init)
        let get = try #require(lines.first { $0.contains("GET ") }, "\(output.standardOutput)")
        #expect(get.contains("http://127.0.0.1:") && get.contains("/datasets/10.5072%2F"))
        let answer = try #require(lines.first { $0.hasPrefix("  answer") })
        #expect(answer.contains("200  ") && answer.contains("demonstration"), "\(answer)")
        let again = try #require(lines.first { $0.hasPrefix("  again") })
        // The command that is printed serves this very page.
        let command = try #require(again.split(separator: " ", maxSplits: 1).last.map(String.init))
        let path = try #require(command.split(separator: " ").last.map(String.init))
        #expect(command.hasSuffix("faisceau serve --catalogue \(path)"))
        let process = try FaisceauProgram.start([
            "serve", "--catalogue", path, "--listen", "127.0.0.1:0", "--log-format", "json",
        ])
        defer { process.signal(SIGKILL) }
        try process.waitFor("\"serving\"")
        let line = try #require(process.standardError.split(separator: "\n").first { $0.contains("\"serving\"") })
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let port = try #require((event["address"] as? String).flatMap { URL(string: $0)?.port })
        let page = try #require(get.split(separator: " ").last.flatMap { URL(string: String($0)) })
        let served = try PlainHTTP(port: port).get("/datasets/" + page.absoluteString.split(separator: "/").last!)
        #expect(served.status == 200 && served.text.contains("<title>"))
    }
}
