import Foundation
import TestSupport
import Testing

/// F14, F15: messages that no detector would send, metadata that are too long or want out of the data folder.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct HostileMessageTests {
    /// Plays twenty frames without an end, waits until the good ones are acknowledged, and gives the most memory that it took; then SIGTERM.
    static func memory(_ faults: [String], version: String = "v2", good: Int = 20) throws -> (bytes: Int, recorded: Recorded) {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, ["--protocol", version] + FaultySeries.flags(faults + ["no-end"]))
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        try LedgerView.wait(for: good, ofRun: folder.file("runs/lysozyme_1").path)
        let bytes = try ingest.highestMemory()
        ingest.signal(SIGTERM)
        return (bytes, Recorded(folder: folder, output: try ingest.wait(), player: player))
    }

    @Test(
        "F14: a hostile message is refused, costs no memory, and the series goes on",
        arguments: [("badcbor", "v2"), ("deep", "v2"), ("hugelen", "v2"), ("pickle", "v2")]
            + [("badcbor", "v1"), ("deep", "v1"), ("hugelen", "v1"), ("pickle", "v1")])
    func aHostileMessageIsRefused(fault: String, version: String) throws {
        let quiet = try Self.memory([], version: version).bytes
        // In front of every frame but the first.
        let frames = (1..<20).map(String.init).joined(separator: ",")
        let (bytes, recorded) = try Self.memory(["\(fault):\(frames)"], version: version)
        #expect(bytes - quiet < 256 << 20, "\((bytes - quiet) >> 20) MiB more")
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 20, refused_messages: 19))
        #expect(try recorded.run().frames == sealed.frames)
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
        // Said while it happened, and in the run; not nineteen times in the log of a night.
        let refused = recorded.events.filter { $0.event == "message refused" }
        #expect((1...10).contains(refused.count) && refused.allSatisfy { $0.reason?.isEmpty == false })
        let notes = try recorded.run().notes
        #expect(notes.contains { $0.hasPrefix("message refused") || $0.contains("refused") }, "\(notes)")
    }

    @Test("F14: a payload that says it holds a petabyte is refused without asking for the memory", arguments: ["v1", "v2"])
    func aBombIsRefused(version: String) throws {
        let quiet = try Self.memory([], version: version).bytes
        let (bytes, recorded) = try Self.memory(["bomb:4,5,6"], version: version, good: 17)
        #expect(bytes - quiet < 256 << 20, "\((bytes - quiet) >> 20) MiB more")
        #expect(recorded.status == 3)
        #expect(try recorded.run().invalid_frames.map(\.frame) == [4, 5, 6])
        #expect(try recorded.sealed().frames.written == 17)
    }

    @Test("F14: frames of indefinite lengths are read")
    func indefiniteLengthsAreRead() throws {
        let recorded = try FaultySeries.record("indef:4,5")
        #expect(recorded.status == 0)
        #expect(try HDF5View.frames(try recorded.sealed().master).map(\.stamp) == Array(0..<20))
    }

    @Test("F15: a mebibyte of user data is kept whole", arguments: ["v1", "v2"])
    func longUserDataAreKeptWhole(version: String) throws {
        let recorded = try Rehearsal.record(
            "synthetic:64x128:rings", playing: ["--protocol", version] + FaultySeries.flags(["big-user:1024"]))
        #expect(recorded.status == 0)
        let path = "/entry/instrument/detector/stream/header_appendix"
        let text = try HDF5View.values(try recorded.sealed().master, [path])[path]?.text
        #expect(text?.count(where: { $0 == "x" }) == 1 << 20)
        #expect(try recorded.sealed().frames.written == 20)
    }

    @Test("F15: user data beyond the limit are refused by name and cost neither memory nor the process", arguments: ["v1", "v2"])
    func userDataBeyondTheLimitAreRefusedByName(version: String) throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:64x128:rings", ["--protocol", version] + FaultySeries.flags(["big-user:40000"]))
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        try ingest.waitFor("refused")
        let bytes = try ingest.highestMemory()
        ingest.signal(SIGTERM)
        let output = try ingest.wait()
        // The message itself is 40 MB, and is in memory; its values are not.
        #expect(bytes < 512 << 20, "\(bytes >> 20) MiB")
        #expect([0, 3].contains(output.status))
        #expect(
            EventLine.all(in: output.standardError).compactMap(\.reason).contains {
                $0.contains("limit") || $0.contains("at most")
            })
    }

    @Test("F15: names that are paths lead nowhere out of the data folder", arguments: ["v1", "v2"])
    func namesThatArePathsLeadNowhere(version: String) throws {
        let folder = try TemporaryFolder("e2e")
        // The name is made of everything that the stream may say.
        let recorded = try Rehearsal.record(
            "synthetic:64x128:rings", playing: ["--protocol", version] + FaultySeries.flags(["evil-name"]),
            ingest: ["--name", "{proposal}_{sample}_{series}"], in: folder)
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        let runs = folder.file("runs").path
        #expect((sealed.run as NSString).deletingLastPathComponent == runs)
        let made = try FileManager.default.contentsOfDirectory(atPath: runs)
        #expect(made == [(sealed.run as NSString).lastPathComponent])
        #expect(!made[0].hasPrefix("."))
        #expect(
            made[0].unicodeScalars.allSatisfy { $0.isASCII && $0.value > 32 && !"/\\$()'\"".unicodeScalars.contains($0) },
            "\(made)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["beamline.yaml", "runs"])
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
    }
}
