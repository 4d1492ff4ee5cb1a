import Foundation
import TestSupport
import Testing

/// `FAISCEAU_ISA` as users set it: a level that is not there ends the command, one that is there gives the same numbers.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct InstructionLevelTests {
    private static let levels = ["scalar", "v2", "v3", "v4", "v4x"]
    /// Known from the system, not from the program. On a processor that has all of them only the names that nobody has are tried.
    private static let absent = levels.filter { !ProcessorFlags.has($0) }

    /// Recorded once for all tests of this suite.
    private static let recorded: Result<Recorded, any Error> = Result {
        atexit {
            if let folder = try? InstructionLevelTests.recorded.get().folder.url {
                try? FileManager.default.removeItem(at: folder)
            }
        }
        return try Rehearsal.record("synthetic:96x128:rings", playing: ["--frames", "20", "--seed", "9"])
    }

    private func reduce(_ level: String?, _ folder: TemporaryFolder) throws -> ChildOutput {
        let configuration = try folder.write(
            "bins: {count: 60, unit: 2th_deg}\nsplitting: full\noutput: {text: true, plots: false}\n", to: "reduce.yaml")
        return try FaisceauProgram.run(
            [
                "reduce", "azimuthal", Self.recorded.get().sealed().run, "--config", configuration.path, "--out",
                folder.file(level ?? "default").path, "--table-cache", "none",
            ], environment: level.map { ["FAISCEAU_ISA": $0] } ?? ["FAISCEAU_ISA": ""])
    }

    /// The average in 64 bits and every frame in 32, as text: shortest forms that are read back as the same numbers.
    private func table(_ level: String?, _ folder: TemporaryFolder) throws -> [Substring] {
        let made = folder.file(level ?? "default")
        let files = try FileManager.default.subpathsOfDirectory(atPath: made.path)
            .filter { $0.hasSuffix(".csv") || $0.hasSuffix(".dat") }.sorted()
        #expect(files.count == 2)
        return try files.flatMap { file in
            try String(contentsOf: made.appendingPathComponent(file), encoding: .utf8)
                .split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        }
    }

    @Test(arguments: ["avx9", "V2"] + absent) func aLevelThatIsNotThereEndsTheCommandWithItsName(_ level: String) throws {
        let folder = try TemporaryFolder("isa")
        let output = try reduce(level, folder)
        #expect(output.status == 1, "\(output.standardError)")
        #expect(output.standardError.contains("FAISCEAU_ISA"), "\(output.standardError)")
        #expect(output.standardError.contains(level))
        #expect(!FileManager.default.fileExists(atPath: folder.file(level).path), "nothing is made")
    }

    @Test(arguments: ["avx9"] + absent) func aRecordingIsNotBegunWithALevelThatIsNotThere(_ level: String) throws {
        let folder = try TemporaryFolder("isa")
        let ingest = try Rehearsal.startIngest(
            from: "tcp://127.0.0.1:1", [], environment: ["FAISCEAU_ISA": level], in: folder)
        let output = try ingest.wait(seconds: 60)
        #expect(output.status == 1, "\(output.standardError)")
        #expect(output.standardError.contains("FAISCEAU_ISA"), "\(output.standardError)")
    }

    @Test func everyLevelOfThisProcessorGivesTheSameNumbers() throws {
        let folder = try TemporaryFolder("isa")
        #expect(try reduce(nil, folder).status == 0)
        let wanted = try table(nil, folder)
        // A header and twenty frames, and sixty bins of the average.
        #expect(wanted.count == 81)
        for level in Self.levels where !Self.absent.contains(level) {
            let output = try reduce(level, folder)
            #expect(output.status == 0, "\(output.standardError)")
            #expect(try table(level, folder) == wanted, "\(level)")
        }
    }
}
