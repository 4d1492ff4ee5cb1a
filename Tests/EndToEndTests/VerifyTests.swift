import Foundation
import TestSupport
import Testing

/// Runs that are not any more what was sealed: each change is found by `verify`, named, and ends with 5.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct VerifyTests {
    struct Verified: Decodable {
        let event: String
        let problems: [String]
        let exit_code: Int32
    }

    static func verify(_ run: String) throws -> Verified {
        let output = try FaisceauProgram.run(["verify", run, "--json"])
        let verified = try JSONDecoder().decode(Verified.self, from: Data(output.standardOutput.utf8))
        #expect(output.status == verified.exit_code)
        return verified
    }

    /// Records ten frames, has `change` spoil something below the run's folder, and asks.
    static func verify(afterwards change: (_ run: URL) throws -> Void) throws -> Verified {
        let recorded = try Rehearsal.record("synthetic:64x128:rings", playing: ["--frames", "10"])
        let run = try recorded.sealed().run
        #expect(try verify(run).problems == [])
        try change(URL(fileURLWithPath: run))
        return try verify(run)
    }

    /// Turns one bit; a sealed file has no right to write.
    static func turnABit(of file: URL, at offset: Int) throws {
        var bytes = try Data(contentsOf: file)
        bytes[offset] ^= 1
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try bytes.write(to: file)
    }

    @Test(arguments: [
        ("lysozyme_1_data_000001.h5", 5000), ("lysozyme_1_master.h5", 5000), ("ledger/lysozyme_1_data_000001.ledger", 4200),
        ("thumbnail.png", 100),
    ])
    func aBitThatTurnedIsFoundInItsFile(file: String, offset: Int) throws {
        let verified = try Self.verify { run in try Self.turnABit(of: run.appendingPathComponent(file), at: offset) }
        #expect(verified.exit_code == 5)
        let name = (file as NSString).lastPathComponent
        #expect(verified.problems.contains { $0.contains(name) }, "\(verified.problems)")
    }

    @Test(arguments: ["lysozyme_1_data_000001.h5", "lysozyme_1_master.h5", "ledger/lysozyme_1_data_000001.ledger"])
    func aFileThatIsGoneIsNamed(file: String) throws {
        let verified = try Self.verify { run in try FileManager.default.removeItem(at: run.appendingPathComponent(file)) }
        #expect(verified.exit_code == 5)
        let name = (file as NSString).lastPathComponent
        #expect(verified.problems.contains { $0.contains(name) }, "\(verified.problems)")
    }

    @Test(arguments: ["verify", "inspect"])
    func whatIsNoRunEndsWithTwo(command: String) throws {
        let folder = try TemporaryFolder("e2e")
        for path in [folder.file("nothing").path, folder.path] {
            let output = try FaisceauProgram.run([command, path, "--json"])
            #expect(output.status == 2, "\(path)")
            let failed = try JSONDecoder().decode(FailedLine.self, from: Data(output.standardOutput.utf8))
            #expect(failed.error.where == path)
        }
    }
}
