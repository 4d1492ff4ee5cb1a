import Foundation
import TestSupport
import Testing

/// Where a setting is heard from: flag, then environment, then the beamline's file. Seen on the run that was made, not on what was parsed.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct SettingsTests {
    /// Frames in each data file of a series of twelve.
    static func split(_ flags: [String] = [], _ environment: [String: String] = [:], yaml: String? = nil) throws -> [Int?] {
        let beamline = Rehearsal.beamline + "\n" + (yaml.map { "ingest: {\($0)}" } ?? "")
        let recorded = try Rehearsal.record(
            "synthetic:32x64:rings", playing: ["--frames", "12"], ingest: flags, beamline: beamline, environment: environment)
        #expect(recorded.status == 0)
        return try recorded.run().dataFiles.map(\.frames)
    }

    @Test func theBeamlineFileIsHeardWhenNobodyElseSpeaks() throws {
        #expect(try Self.split(yaml: "frames_per_file: 5") == [5, 5, 2])
    }

    @Test func theEnvironmentGoesBeforeTheBeamlineFile() throws {
        #expect(try Self.split([], ["FAISCEAU_FRAMES_PER_FILE": "7"], yaml: "frames_per_file: 5") == [7, 5])
    }

    @Test func aFlagGoesBeforeTheEnvironmentAndTheBeamlineFile() throws {
        #expect(
            try Self.split(["--frames-per-file", "4"], ["FAISCEAU_FRAMES_PER_FILE": "7"], yaml: "frames_per_file: 5") == [
                4, 4, 4,
            ])
    }

    @Test func anEmptyVariableIsNotSet() throws {
        #expect(try Self.split([], ["FAISCEAU_FRAMES_PER_FILE": ""], yaml: "frames_per_file: 5") == [5, 5, 2])
    }

    @Test func oneFileForAllFramesIsHeardFromTheBeamlineFile() throws {
        #expect(try Self.split(yaml: "frames_per_file: 5, single_file: true") == [12])
        #expect(try Self.split(yaml: "frames_per_file: 5, single_file: false") == [5, 5, 2])
    }

    @Test func oneFileForAllFramesIsHeardFromTheEnvironmentBeforeTheBeamlineFile() throws {
        let environment = ["FAISCEAU_SINGLE_FILE": "true"]
        #expect(try Self.split([], environment, yaml: "frames_per_file: 5, single_file: false") == [12])
        #expect(try Self.split([], ["FAISCEAU_SINGLE_FILE": "no"], yaml: "frames_per_file: 5, single_file: true") == [5, 5, 2])
    }

    @Test func oneFileForAllFramesIsHeardFromTheFlagBeforeTheOthers() throws {
        #expect(try Self.split(["--single-file"], ["FAISCEAU_SINGLE_FILE": "no"], yaml: "frames_per_file: 5") == [12])
    }

    /// The frame past the default begins the second file.
    @Test func aDataFileHoldsTenThousandFramesUnlessAskedOtherwise() throws {
        let recorded = try Rehearsal.record("synthetic:16x32:rings:distinct=1", playing: ["--frames", "10001"])
        #expect(recorded.status == 0)
        let files = try recorded.run().dataFiles
        #expect(files.map(\.path) == ["lysozyme_1_data_000001.h5", "lysozyme_1_data_000002.h5"])
        #expect(files.map(\.frames) == [10_000, 1] && files.map(\.first_frame) == [0, 10_000])
    }

    @Test func theEnvironmentAloneIsEnoughToRecord() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:32x64:rings", ["--frames", "3"])
        let output = try FaisceauProgram.run(
            ["ingest", "stream", "--json"],
            environment: [
                "FAISCEAU_FROM": player.address, "FAISCEAU_OUT": folder.path, "FAISCEAU_NAME": "by-environment",
            ])
        let sealed = try Recorded(folder: folder, output: output, player: player).sealed()
        #expect(output.status == 0)
        #expect(sealed.run == folder.file("by-environment").path)
        #expect(sealed.frames == Counts(expected: 3, received: 3, written: 3))
    }

    @Test func theBeamlineFileAloneIsEnoughToRecord() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:32x64:rings", ["--frames", "3"])
        let file = try folder.write(
            "run: {name: by-file}\ningest: {from: \"\(player.address)\", out: \"\(folder.path)\"}\n", to: "beamline.yaml")
        let output = try FaisceauProgram.run(["ingest", "stream", "--json", "--beamline", file.path])
        #expect(output.status == 0)
        #expect(try Recorded(folder: folder, output: output, player: player).sealed().run == folder.file("by-file").path)
    }

    /// A setting that is there but cannot be used is the operator's mistake in the environment (1), the file's in YAML (2).
    @Test(arguments: [
        (["FAISCEAU_FRAMES_PER_FILE": "many"], "", Int32(1), "FAISCEAU_FRAMES_PER_FILE"),
        ([:], "ingest: {frames_per_file: many}", 2, "frames_per_file"),
    ])
    func aWrongSettingIsRefusedWhereItStands(environment: [String: String], yaml: String, status: Int32, named: String) throws {
        let folder = try TemporaryFolder("e2e")
        let ingest = try Rehearsal.startIngest(
            from: RefusalTests.nobody, beamline: Rehearsal.beamline + "\n" + yaml, environment: environment, in: folder)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        #expect(recorded.status == status)
        let error = try recorded.failed().error
        #expect(error.got == "many")
        #expect(error.where?.contains(named) == true)
    }
}
