import Foundation
import TestSupport
import Testing

/// schemathesis asks a running `faisceau serve` all that schemas/openapi.yaml describes: each answer must be one of those that it tells of, what is
/// wrong must be refused, and nothing may fail.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct InterfaceJudgeTests {
    @Test(.enabled(if: TestPython.isAvailable("schemathesis", "requests"), "\(TestPython.absence)"))
    func everyAnswerIsAsItIsDescribed() throws {
        let folder = try TemporaryFolder("judged")
        let data = folder.url.resolvingSymlinksInPath().appendingPathComponent("data").path
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try folder.write(
            """
            facility: {name: Example Facility, timezone: Europe/Paris, contact: data@example.org, domain: data.example.org}
            clock: {trust: system}
            listen: 127.0.0.1:0
            files: {roots: [{path: "\(data)", account: host}]}

            """, to: "facility.yaml")
        let environment = [
            "FAISCEAU_CATALOGUE": folder.file("catalogue.sqlite").path, "FAISCEAU_FACILITY": folder.file("facility.yaml").path,
        ]
        _ = try FaisceauProgram.run(
            ["user", "add", "host", "--role", "ingestor", "--role", "curator", "--role", "custodian", "--group", "team-a"],
            environment: environment)
        let told = try FaisceauProgram.run(
            ["user", "token", "new", "host", "--label", "judge"] + ["read", "ingest", "decide"].flatMap { ["--scope", $0] }
                + ["--json"], environment: environment)
        let object = try JSONSerialization.jsonObject(with: Data(told.standardOutput.utf8)) as? [String: Any]
        let token = try #require(object?["token"] as? String, "\(told.standardError)")
        let process = try FaisceauProgram.start(["serve", "--json", "--log-format", "json"], environment: environment)
        defer { process.signal(SIGKILL) }
        try process.waitFor("\"serving\"")
        let line = try #require(process.standardError.split(separator: "\n").first { $0.contains("\"serving\"") })
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let address = try #require(event["address"] as? String)
        let output = try TestPython.run(
            script: PackageRoot.file("Tests/Judges/judge_openapi.py"),
            [String(address.dropLast()), token, "team-a", data], seconds: 900)
        #expect(output.standardOutput.contains("== version-3"))
        let log = process.standardError
        #expect(!log.contains("not answered") && !log.contains(token))
    }
}
