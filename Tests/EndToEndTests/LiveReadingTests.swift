import Foundation
import TestSupport
import Testing

/// Plain readers of a run that the real program is recording: h5py without SWMR, which knows nothing of the writer.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct LiveReadingTests {
    static let opens = 5000
    static let script = PackageRoot.file("Tests/Judges/read_live.py")

    /// What `read_live.py` found.
    struct Findings: Decodable {
        let opens: Int
        let frames: Int
        let masked: Int
        /// How often the number of frames was another one than before.
        let lengths: Int
        /// Frames of the longest file; with `lock`, data files.
        let longest: Int
        let errors: [String]
    }

    /// Records frames of known pixels without an end until all readers have, then stops the recorder and has it seal.
    ///
    /// - Parameters:
    ///   - readers: arguments of `read_live.py` behind the folder, one for each reader; the recorder is stopped when the first is done.
    ///   - word: what the first says on standard error when it has seen enough, if it looks on until the seal.
    static func record(
        readers: [[String]], playing: [String] = [], ingest: [String] = [], stopAt word: String? = nil
    ) throws -> (Recorded, [Findings]) {
        let folder = try TemporaryFolder("live")
        let source = folder.file("source.h5").path
        try TestPython.run(script: script, ["make", source])
        let player = try Player(source, ["--stamp", "--frames", "1000000"] + playing)
        let recorder = try Rehearsal.startIngest(from: player.address, ["--flush", "0.01"] + ingest, in: folder)
        let children = try readers.map { try start($0, folder.file("runs").path) }
        if let word { try children[0].waitFor(word, seconds: 600) } else { _ = try children[0].wait(seconds: 600) }
        recorder.signal(SIGTERM)
        let output = try recorder.wait()
        let findings = try children.map { child in
            let said = try child.wait()
            guard said.status == 0 else { throw ChildFailure(description: said.standardError) }
            return try JSONDecoder().decode(Findings.self, from: Data(said.standardOutput.utf8))
        }
        return (Recorded(folder: folder, output: output, player: player), findings)
    }

    private static func start(_ arguments: [String], _ runs: String) throws -> ChildProcess {
        guard let python = TestPython.path else { throw ChildFailure(description: TestPython.absence) }
        // As a user's h5py comes: it takes HDF5's locks, which the tests switch off for themselves.
        return try ChildProcess(
            python, [script.path, arguments[0], runs] + arguments.dropFirst(), environment: ["HDF5_USE_FILE_LOCKING": "TRUE"])
    }

    /// Nothing that came is lost or wrong because somebody looked.
    private func expectEverythingStored(_ recorded: Recorded) throws -> Counts {
        let sealed = try recorded.sealed()
        #expect(sealed.frames.written == sealed.frames.received)
        #expect(sealed.frames.invalid == 0 && sealed.frames.lost_here == 0)
        #expect(try FaisceauProgram.run(["verify", sealed.run]).status == 0)
        return sealed.frames
    }

    @Test func plainOpensWhileRecordingFindWholeFramesOnly() throws {
        let late = "100,101,4000,4001,4002"
        let (recorded, found) = try Self.record(
            readers: [
                ["open", "--opens", "\(Self.opens)", "--lengths", "\(Self.opens / 10)", "--late", late],
                ["keep", "--late", late],
            ],
            playing: ["--rate", "2000", "--fault", "drop:100,4000", "--fault", "reorder:4001"],
            ingest: ["--frames-per-file", "3000"])
        let opener = found[0]
        #expect(opener.errors == [])
        #expect(opener.opens >= Self.opens)
        #expect(opener.frames > Self.opens)
        // It grew under the reader's eyes, at most of its looks at the newest file.
        #expect(opener.lengths > Self.opens / 10)
        let keeper = found[1]
        #expect(keeper.errors == [])
        #expect(keeper.lengths == 1)
        #expect(keeper.frames >= 4 * keeper.longest)
        let counts = try expectEverythingStored(recorded)
        #expect(counts.received >= opener.longest - 2)
        #expect(counts.reordered <= 1)
    }

    /// The example of `schemas/ledger_follower.py`: no HDF5 between the ledger and the pixels, and no wait for a flush.
    @Test func aFollowerOfTheLedgerSeesEveryFrameWhole() throws {
        let (recorded, found) = try Self.record(
            readers: [["follow"]], playing: ["--rate", "500"], ingest: ["--frames-per-file", "1000"])
        #expect(found[0].errors == [])
        #expect(found[0].frames == 1000 && found[0].longest == 1000)
        // The file was full and sealed long before the run was: all of it was seen while recording.
        #expect(found[0].lengths == 1000)
        #expect(try expectEverythingStored(recorded).received >= 1000)
    }

    @Test func aReadersLocksNeitherBlockNorFailTheWriter() throws {
        let (recorded, found) = try Self.record(
            readers: [["lock", "--opens", "150"]], playing: ["--rate", "1000"], ingest: ["--frames-per-file", "10"],
            stopAt: "enough")
        #expect(found[0].errors == [])
        // Data files and the master file, each locked while it was written.
        #expect(found[0].opens >= 150)
        #expect(found[0].longest > 50)
        let counts = try expectEverythingStored(recorded)
        // Each but the newest was full when the next one was begun.
        #expect(counts.received >= 10 * (found[0].longest - 2))
        #expect(!recorded.output.standardError.contains("writing failed"))
    }
}
