import Foundation
import TestSupport
import Testing

/// What stops ingest before a run begins: each with its message, its remedy and its exit code.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct RefusalTests {
    /// A loopback port on which nobody listens.
    static let nobody = "tcp://127.0.0.1:1"

    static func ingest(_ arguments: String...) throws -> Recorded {
        let folder = try TemporaryFolder("e2e")
        let output = try FaisceauProgram.run(["ingest", "stream"] + arguments + ["--json"], in: folder.path)
        return Recorded(folder: folder, output: output, player: nil)
    }

    @Test func anAddressWhereNobodyListensIsNamed() throws {
        let recorded = try Self.ingest("--from", Self.nobody, "--out", ".", "--connect-timeout", "1")
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.event == "failed")
        #expect(failed.exit_code == 1)
        #expect(failed.error.where == Self.nobody)
        #expect(failed.error.next?.contains("check the address") == true)
        #expect(recorded.output.standardError.contains(Self.nobody))
    }

    @Test func anAddressThatIsNoneIsRefusedAtOnce() throws {
        let recorded = try Self.ingest("--from", "detector", "--out", ".")
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.expected == "tcp://HOST:PORT")
    }

    @Test func aHostThatDoesNotExistIsSaidToBeUnknown() throws {
        let recorded = try Self.ingest("--from", "tcp://no-such-host.invalid:9999", "--out", ".", "--connect-timeout", "1")
        #expect(recorded.status == 1)
        let code = try recorded.failed().error.code
        #expect(code == "badAddress")
    }

    @Test(.enabled(if: TestPython.path != nil, "\(TestPython.absence)"))
    func aSocketThatIsNoZeroMQIsNotReady() throws {
        let (server, address) = try OtherSources.webServer()
        let folder = try TemporaryFolder("e2e")
        let ingest = try Rehearsal.startIngest(from: address, ["--connect-timeout", "1"], in: folder)
        let output = try ingest.wait()
        #expect(output.status == 1)
        #expect(!EventLine.all(in: output.standardError).contains { $0.event == "ready" })
        withExtendedLifetime(server) {}
    }

    @Test(
        .enabled(if: TestPython.isAvailable("cbor2"), "\(TestPython.absence)"),
        arguments: [
            "[[b'hello'], [b'world']]", "[[bytes(1000)]]",
        ])
    func aSocketThatSpeaksNoDECTRISIsRefused(messages: String) throws {
        let (process, address) = try OtherSources.push(messages)
        let folder = try TemporaryFolder("e2e")
        let output = try Rehearsal.startIngest(from: address, in: folder).wait()
        withExtendedLifetime(process) {}
        let failed = try Recorded(folder: folder, output: output, player: nil).failed()
        #expect(output.status == 1)
        #expect(failed.error.code == "unknownProtocol")
        #expect(failed.error.expected?.contains("Stream V2") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("runs").path) == [])
    }

    /// A detector set to one stream format, an ingest told of the other: it would wait for ever.
    @Test(arguments: [("v2", "v1"), ("v1", "v2")])
    func aStreamOfAnotherProtocolThanWasAskedForFailsAtItsFirstMessage(sent: String, asked: String) throws {
        let recorded = try Rehearsal.record(
            "synthetic:32x64:rings", playing: ["--frames", "3", "--protocol", sent], ingest: ["--protocol", asked])
        let failed = try recorded.failed()
        #expect(recorded.status == 1 && failed.exit_code == 1)
        #expect(failed.error.code == "otherProtocol")
        #expect(failed.error.got?.contains(sent.uppercased()) == true)
        #expect(failed.error.expected?.contains("--protocol \(asked)") == true)
        #expect(failed.error.next?.contains("--protocol auto") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: recorded.folder.file("runs").path) == [])
    }

    @Test(.enabled(if: TestPython.isAvailable("cbor2"), "\(TestPython.absence)"))
    func messagesOfAnUnknownTypeAreSaid() throws {
        let (process, address) = try OtherSources.push("[[b'{\"htype\":\"something-1.0\"}']]")
        let folder = try TemporaryFolder("e2e")
        let ingest = try Rehearsal.startIngest(from: address, in: folder)
        try ingest.waitFor("\"event\":\"ready\"")
        try ingest.waitFor("something-1.0")
        #expect(ingest.standardError.contains("message of another kind, between series"))
        withExtendedLifetime(process) {}
    }

    @Test func aFolderThatIsMissingIsNamedWithTheCommandThatMakesIt() throws {
        let recorded = try Self.ingest("--from", Self.nobody, "--out", "missing")
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.error.what == "the output folder does not exist")
        #expect(failed.error.next?.hasPrefix("make it first: mkdir -p ") == true)
    }

    @Test func aFileIsNoOutputFolder() throws {
        let folder = try TemporaryFolder("e2e")
        let file = try folder.write("x", to: "a-file")
        let recorded = try Self.ingest("--from", Self.nobody, "--out", file.path)
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.where == file.path)
    }

    /// Without the capabilities of root, which may write everywhere.
    @Test(.enabled(if: getuid() != 0 || ChildProcess.find("setpriv") != nil, "needs setpriv, or not to be root"))
    func aFolderThatMayNotBeWrittenIsNamedWithItsRemedy() throws {
        let folder = try TemporaryFolder("e2e")
        let closed = folder.file("closed")
        try FileManager.default.createDirectory(at: closed, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: closed.path)
        let player = try Player("synthetic:32x64:rings", ["--frames", "2"])
        let program = try #require(FaisceauProgram.path)
        let ingest = [
            program, "ingest", "stream", "--from", player.address, "--out", closed.path, "--json", "--log-format", "json",
        ]
        let command = getuid() == 0 ? ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] + ingest : ingest
        let output = try ChildProcess.run(command[0], Array(command.dropFirst()), environment: ["NO_COLOR": "1"])
        let recorded = Recorded(folder: folder, output: output, player: player)
        #expect(recorded.status == 1)
        let error = try recorded.failed().error
        #expect(error.where == closed.path)
        #expect(error.what == "nothing can be made in the output folder")
        #expect(error.next?.contains("faisceau doctor --out") == true)
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func anUnknownFlagIsAUsageErrorWithAHint() throws {
        let recorded = try Self.ingest("--form", "tcp://127.0.0.1:9999")
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.code == "usage")
        #expect(recorded.output.standardError.contains("--from"))
    }

    @Test(arguments: [("sample: [\n", "not YAML"), ("smaple: {name: x}\n", "sample"), ("detector: {distance: 351}\n", "351")])
    func anInvalidBeamlineFileEndsWithTwo(yaml: String, named: String) throws {
        let folder = try TemporaryFolder("e2e")
        let file = try folder.write(yaml, to: "beamline.yaml")
        let recorded = try Self.ingest("--from", Self.nobody, "--out", ".", "--beamline", file.path)
        #expect(recorded.status == 2)
        #expect(recorded.output.standardError.contains(named))
        #expect(try recorded.failed().error.where?.contains("beamline.yaml") == true)
    }

    @Test func anExistingRunIsLeftAloneAndTheNewOneIsNumbered() throws {
        let folder = try TemporaryFolder("e2e")
        let first = try Rehearsal.record("synthetic:32x64:rings", playing: ["--frames", "2"], in: folder).sealed()
        let before = try Data(contentsOf: URL(fileURLWithPath: first.run + "/manifest.sha256"))
        let second = try Rehearsal.record("synthetic:32x64:rings", playing: ["--frames", "2"], in: folder).sealed()
        #expect(first.run.hasSuffix("/lysozyme_1"))
        #expect(second.run.hasSuffix("/lysozyme_1_2"))
        #expect(second.master.hasSuffix("/lysozyme_1_2_master.h5"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: first.run + "/manifest.sha256")) == before)
        #expect(try FaisceauProgram.run(["verify", first.run]).status == 0)
    }
}
