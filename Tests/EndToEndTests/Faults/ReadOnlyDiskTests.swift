import Foundation
import TestSupport
import Testing

/// F3: a disk that may not be written any more, amid a run and between two.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct ReadOnlyDiskTests {
    private static let source = "synthetic:256x512:rings:distinct=4"

    @Test(
        "F3: a disk that becomes read-only amid a run keeps what was acknowledged, and the run is recovered when it takes bytes again",
        .enabled(if: ReadOnlyDisk.canLoop, "\(ReadOnlyDisk.absenceOfLoop)"), arguments: ["1", "2"])
    func aDiskThatBecomesReadOnlyKeepsWhatWasAcknowledged(writers: String) throws {
        let folder = try TemporaryFolder("readonly")
        let player = try Player(Self.source, ["--frames", "160", "--rate", "40", "--stamp"])
        let disk = try ReadOnlyDisk(
            .failing, from: player.address,
            ["--name", "run", "--fsync", "0.1", "--writers", writers, "--frames-per-file", "16"], in: folder)
        // A second more, and what had come by then is on the disk, whatever becomes of the page cache.
        let synced = try disk.control.wait(for: "recording") { ($0.run?.frames.written ?? 0) >= 20 }.run?.frames.written ?? 0
        usleep(1_000_000)
        try disk.becomeReadOnly()
        let failed = try disk.control.wait(for: "failed")
        #expect(failed.problem?.contains("writing failed") == true)
        // The first that is refused is told of the journal, what comes after it of the disk.
        #expect(failed.problem?.contains("see the kernel log") == true, "\(failed.problem ?? "")")
        _ = try player.played()
        let output = try disk.process.wait(seconds: 120)
        #expect(output.status == 1)
        let said = try JSONDecoder().decode(FailedLine.self, from: Data(output.standardOutput.utf8)).error
        #expect(said.got == "Read-only file system (EROFS)" && said.where?.hasPrefix(folder.path) == true)
        #expect(said.next == "The file system is mounted read-only; see the kernel log")
        #expect(output.standardError.contains("what was acknowledged is in its folder and can be recovered"))

        // Every acknowledged frame is there for readers, also while nothing can be written.
        let seen = try LedgerView.records(ofRun: disk.seen + "/run").filter { !$0.isMasked }
        #expect(seen.count >= 20 && seen.count < 160)
        #expect(seen.allSatisfy { $0.isIntact && $0.stamp == $0.frame })
        let run = try RunFile(folder: disk.recovered + "/run")
        #expect(run.verdict == "partial")
        #expect(run.frames.written >= synced && run.frames.written <= seen.count)
        let records = try LedgerView.records(ofRun: disk.recovered + "/run").filter { !$0.isMasked }
        #expect(records.count == run.frames.written)
        #expect(records.allSatisfy { $0.isIntact && $0.stamp == $0.frame })
        #expect(try FaisceauProgram.run(["verify", disk.recovered + "/run", "--decode"]).status == 0)
        // Copied from the disk while it was read-only, all of them are recovered.
        let copied = try FaisceauProgram.run(["recover", disk.seen + "/run", "--json"])
        #expect(copied.status == 3, "\(copied.standardError)")
        #expect(try RunFile(folder: disk.seen + "/run").frames.written == seen.count)
    }

    @Test(
        "F3: a disk that is remounted read-only between two runs gets no run, which is said, and runs again when it may be written",
        .enabled(if: MemoryDisk.canMount, "\(MemoryDisk.absence)"))
    func aDiskThatIsReadOnlyBetweenTwoRuns() throws {
        let folder = try TemporaryFolder("readonly")
        let first = try Player(Self.source, ["--frames", "5", "--stamp"])
        let disk = try ReadOnlyDisk(.between, from: first.address, ["--forever", "--name", "run_{series}"], in: folder)
        _ = try first.played()
        try EventLine.wait(for: "manifest", ofRun: "run_1", from: disk.process)
        try disk.becomeReadOnly()
        func play(_ series: Int) throws {
            let player = try Player(
                Self.source, ["--frames", "5", "--series", "\(series)", "--stamp"], bind: first.address)
            _ = try player.played()
        }
        try play(2)
        let failed = try disk.control.wait(for: "failed")
        #expect(failed.problem?.contains("no run could be made") == true, "\(failed.problem ?? "")")
        #expect(failed.problem?.contains("read-only") == true, "\(failed.problem ?? "")")
        try disk.becomeWritable()
        try play(3)
        try EventLine.wait(for: "sealed", ofRun: "run_3", from: disk.process)
        #expect(try disk.control.wait(for: "armed").problem?.contains("run") != true)
        disk.process.signal(SIGTERM)
        #expect(try disk.process.wait().status == 0)
        for series in [1, 3] {
            let run = disk.recovered + "/run_\(series)"
            #expect(try RunFile(folder: run).frames == Counts(expected: 5, received: 5, written: 5))
            #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0)
        }
        #expect(!FileManager.default.fileExists(atPath: disk.recovered + "/run_2"))
    }
}
