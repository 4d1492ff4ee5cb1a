import Foundation
import TestSupport
import Testing

/// Disks that are full or may not be written.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: MemoryDisk.canMount, "\(MemoryDisk.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct DiskTests {
    @Test func aReadOnlyDiskIsRefusedBeforeReady() throws {
        let recorded = try MemoryDisk.record(mount: "ro", source: "synthetic:32x64:rings", playing: ["--frames", "2"])
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.error.what == "nothing can be made in the output folder")
        #expect(failed.error.next?.contains("faisceau doctor --out") == true)
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func aDiskWithoutSpaceForAnyRunIsRefusedBeforeReady() throws {
        let recorded = try MemoryDisk.record(mount: "size=8m", source: "synthetic:32x64:rings", playing: ["--frames", "2"])
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.code == "noSpace")
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func aSeriesThatCannotFitIsRefusedBeforeItsFirstFrame() throws {
        let recorded = try MemoryDisk.record(
            mount: "size=24m", source: "synthetic:512x1024:rings", playing: ["--frames", "1000"])
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.error.code == "noSpace")
        #expect(failed.error.expected?.contains("1000 frames of 1048576 bytes") == true)
    }

    @Test func aDiskThatFillsUpKeepsWhatWasAcknowledged() throws {
        let recorded = try MemoryDisk.record(
            mount: "size=24m", source: "synthetic:512x1024:rings:encoding=none:distinct=4",
            playing: ["--frames", "40", "--stamp"], ingest: ["--compress", "none", "--name", "full"])
        // Said when it happened, and by the exit status; never by a crash.
        #expect(recorded.events.contains { $0.event.contains("what was acknowledged before is safe") })
        #expect(recorded.events.compactMap(\.reason).contains { $0.contains("No space left on device") })
        #expect([1, 3].contains(recorded.status), "status \(recorded.status)")
        let kept = recorded.folder.file("kept/full").path
        let data = kept + "/full_data_000001.h5"
        let frames = try HDF5View.frames(data, at: "/entry/data/data")
        #expect(frames.count >= 10 && frames.count < 40)
        #expect(frames.map(\.stamp) == Array(0..<frames.count))
        let inspected = try FaisceauProgram.run(["inspect", kept, "--json"])
        #expect(inspected.standardOutput.contains("\"chunks\":\(frames.count)"))
        if recorded.status == 3 {
            #expect(try recorded.sealed().frames.written == frames.count)
            #expect(try recorded.sealed().frames.lost_here == 40 - frames.count)
        } else {
            #expect(try recorded.failed().error.next?.contains("free space") == true)
        }
    }
}
