import Foundation
import TestSupport
import Testing

/// Servers that share one file, and servers that are killed.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServedBadDayTests {
    /// A catalogue with an ingestor, and servers of it.
    private struct Desk {
        let folder: TemporaryFolder
        let token: String
        let environment: [String: String]

        init() throws {
            folder = try TemporaryFolder("bad-days")
            try folder.write("clock: {trust: system}\nlisten: 127.0.0.1:0\n", to: "facility.yaml")
            environment = [
                "FAISCEAU_CATALOGUE": folder.file("catalogue.sqlite").path,
                "FAISCEAU_FACILITY": folder.file("facility.yaml").path,
            ]
            _ = try FaisceauProgram.run(
                ["user", "add", "host", "--role", "ingestor", "--group", "team-a"], environment: environment)
            let told = try FaisceauProgram.run(
                ["user", "token", "new", "host", "--label", "test", "--scope", "read", "--scope", "ingest", "--json"],
                environment: environment)
            let object = try JSONSerialization.jsonObject(with: Data(told.standardOutput.utf8)) as? [String: Any]
            token = try #require(object?["token"] as? String, "\(told.standardError)")
        }

        func serve() throws -> (process: ChildProcess, port: Int) {
            let process = try FaisceauProgram.start(["serve", "--json", "--log-format", "json"], environment: environment)
            try process.waitFor("\"serving\"")
            let line = try #require(process.standardError.split(separator: "\n").first { $0.contains("\"serving\"") })
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let address = try #require((event["address"] as? String).flatMap { URL(string: $0) })
            return (process, try #require(address.port))
        }

        func body(_ name: String) -> String {
            #"{"type":"raw","ownerGroup":"team-a","contactEmail":"a@example.net","sourceFolder":"/data/"# + name
                + #"","creationTime":"2026-05-08T12:00:00Z","datasetName":""# + name + "\"}"
        }

        func describe(_ name: String, at port: Int) throws -> PlainHTTP.Answer {
            let body = body(name)
            return try PlainHTTP(port: port).send(
                "POST /api/v4/datasets HTTP/1.1\r\n",
                headers: ["Authorization": "Bearer \(token)", "Content-Length": "\(body.utf8.count)"], body: body)
        }

        func count(at port: Int) throws -> String {
            try PlainHTTP(port: port).get("/api/v4/datasets/count", headers: ["Authorization": "Bearer \(token)"]).text
        }
    }

    @Test func twoServersOfOneFileKnowTheSameAndLoseNothing() async throws {
        let desk = try Desk()
        let (first, second) = (try desk.serve(), try desk.serve())
        defer { for server in [first, second] { server.process.signal(SIGKILL) } }
        let ports = [first.port, second.port]
        // Both write at once; one that finds the file busy says when to come again.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let port = ports[number % 2]
                    for _ in 0..<50 {
                        let answer = try desk.describe("run-\(number)", at: port)
                        if answer.status == 201 { return }
                        guard answer.status == 503, answer.headers["retry-after"] == "1" else {
                            throw ChildFailure(description: "\(answer.status) \(answer.text)")
                        }
                    }
                    throw ChildFailure(description: "busy to the end")
                }
            }
            try await group.waitForAll()
        }
        for server in [first, second] { #expect(try desk.count(at: server.port) == "{\"count\":24}") }
        let check = try FaisceauProgram.run(["catalogue", "check"], environment: desk.environment)
        #expect(check.status == 0, "\(check.standardError)")
    }

    @Test func aServerThatIsKilledDuringAnUploadLeavesNothingHalf() throws {
        let desk = try Desk()
        let first = try desk.serve()
        #expect(try desk.describe("whole", at: first.port).status == 201)
        let body = desk.body("half")
        // It has begun, and does not go on.
        let upload = try LoopbackSocket(port: first.port)
        let isSent = upload.send(
            "POST /api/v4/datasets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(desk.token)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body.dropLast(10))
        #expect(isSent)
        defer { withExtendedLifetime(upload) {} }
        // The server has it, by whatever else it answers then.
        #expect(try desk.count(at: first.port) == "{\"count\":1}")
        first.process.signal(SIGKILL)
        _ = try first.process.wait()
        let second = try desk.serve()
        defer { second.process.signal(SIGKILL) }
        #expect(try desk.count(at: second.port) == "{\"count\":1}")
        #expect(try desk.describe("half", at: second.port).status == 201)
        let check = try FaisceauProgram.run(["catalogue", "check"], environment: desk.environment)
        #expect(check.status == 0, "\(check.standardError)")
    }
}
