import ControlSocket
import Diagnostics
import Foundation
import RunModel
import TestSupport
import Testing

/// The command against a real socket with a scripted ingest behind it.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct CtlCommandTests {
    let folder: TemporaryFolder
    let ingest: ScriptedIngest
    var path: String { folder.path + "/ctl" }

    init() throws {
        folder = try TemporaryFolder("ctl")
        ingest = ScriptedIngest(try .waiting())
    }

    @Test func statusIsReadAtAGlance() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        ingest.change { $0.problem = "a \u{1B}[31mred\nline\u{9B}0m" }
        let output = try FaisceauProgram.run(["ctl", "--socket", path, "status"])
        #expect(output.status == 0)
        #expect(
            output.standardOutput.hasPrefix("armed  for 3 s\nproblem    a  [31mred line 0m\nfrom       tcp://172.31.1.1:31001\n"))
        #expect(output.standardOutput.contains("\nnext       /data/mx/20261121_7\n"))
    }

    @Test func withJSONItIsOneObjectWithTheWholeStatus() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let output = try FaisceauProgram.run(["ctl", "status", "--json"], environment: ["FAISCEAU_SOCKET": path])
        #expect(output.standardOutput.hasPrefix(#"{"event":"status","status":{"#))
        #expect(output.standardOutput.hasSuffix(#""exit_code":0}"# + "\n"))
        #expect(output.standardOutput.contains(#""next_path":"/data/mx/20261121_7""#))
    }

    @Test func theNextRunIsAnnouncedFromAFile() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let file = try folder.write(#"{"sample":"lysozyme","metadata":{"loop":"0.2 mm"}}"#, to: "next.json")
        let output = try FaisceauProgram.run(["ctl", "next", file.path, "--socket", path])
        #expect(output.status == 0)
        #expect(output.standardOutput.contains("announced  sample lysozyme; loop\n"))
        #expect(ingest.status().nextRun == ArmMetadata(sample: "lysozyme", metadata: ["loop": .text("0.2 mm")]))
    }

    @Test(arguments: [
        (["next", "FILE"], 2), (["next", "/nothing/there"], 2), (["next"], 1), (["stop", "FILE"], 1), (["sing"], 1),
    ])
    func whatIsWrongIsSaidBeforeAnybodyIsAsked(_ arguments: [String], _ status: Int) throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        let file = try folder.write(#"{"sampel":"lysozyme"}"#, to: "next.json")
        let output = try FaisceauProgram.run(["ctl", "--socket", path] + arguments.map { $0 == "FILE" ? file.path : $0 })
        #expect(Int(output.status) == status, "\(output.standardError)")
        #expect(ingest.asked.isEmpty)
    }

    @Test func aRefusalEndsWithFour() throws {
        let server = try ControlServer(at: path, control: ingest)
        defer { server.stop() }
        ingest.refuseNext(RunModelError(.badTemplate, "no name can be made", at: "name"))
        let file = try folder.write(#"{"name":"{x}"}"#, to: "next.json")
        let output = try FaisceauProgram.run(["ctl", "--socket", path, "next", file.path])
        #expect(output.status == 4)
        #expect(output.standardError.contains("no name can be made"))
    }

    @Test func withoutAnIngestItEndsWithOne() throws {
        let output = try FaisceauProgram.run(["ctl", "--socket", path, "stop", "--json"])
        #expect(output.status == 1)
        #expect(output.standardOutput.contains(#""code":"nobodyListens""#))
    }
}
