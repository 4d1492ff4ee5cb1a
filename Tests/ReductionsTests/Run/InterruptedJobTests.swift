import ChunkFile
import Diagnostics
import Foundation
import Reductions
import RunModel
import TestFileSystems
import TestSupport
import Testing

@Suite("A job that was interrupted")
struct InterruptedJobTests {
    private static let yaml = "output: {text: true}\n"

    @Test(arguments: ["", "errors: {model: azimuthal}\n"])
    func isResumedToTheSameResultAsOneThatWasNot(yaml: String) throws {
        let jobs = try JobFolder()
        _ = try jobs.job("whole", yaml).run()
        let first = try jobs.job("parts", yaml).run(isCancelled: { true })
        #expect(first.verdict == nil)
        #expect((16..<JobFolder.count).contains(first.frames.received + first.frames.lostDetector))
        #expect(first.master.hasSuffix(".h5.partial"))
        #expect(try jobs.names("parts") == ["begun.json", "sample_azimuthal.h5.partial"])

        let second = try jobs.job("parts", yaml, resumes: true).run()
        #expect(second.resumedAt >= 16 && second.resumedAt < JobFolder.count)
        #expect(second.pid == first.pid)
        #expect(second.verdict == .partial)
        #expect(try jobs.resultWithoutIdentifier("parts") == jobs.resultWithoutIdentifier("whole"))
        // Frames that were done before are told of too.
        let (summary, whole) = (try jobs.summary("parts"), try jobs.summary("whole"))
        #expect(summary.missingFrames == [[3, 4]] && summary.missingFrames == whole.missingFrames)
        #expect(summary.invalidFrames == whole.invalidFrames)
        #expect(summary.frames == whole.frames)
        #expect(try jobs.names("parts") == jobs.names("whole"))
    }

    /// Reasons that name the file: longer than a row has room for.
    @Test func tellsLongReasonsAsOneThatWasNotInterrupted() throws {
        let folder = try TemporaryFolder(String(repeating: "lång", count: 40))
        let input = try FrameFile(folder, "sample.h5", count: JobFolder.count, encoding: nil)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: input.path))
        // Where deflated chunks begin.
        var (start, count) = (bytes.startIndex, 0)
        while count < 8, let found = bytes.range(of: Data([0x78, 0x5E]), in: start..<bytes.endIndex) {
            for byte in found.upperBound + 100..<found.upperBound + 120 { bytes[byte] ^= 0x5A }
            (start, count) = (found.upperBound + 200, count + 1)
        }
        try bytes.write(to: URL(fileURLWithPath: input.path))
        func job(_ out: String, resumes: Bool = false) throws -> AzimuthalJob {
            var job = AzimuthalJob(
                input: try InputRun(path: input.path),
                configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml"),
                out: folder.file(out).path, version: "0.1.0")
            (job.workers, job.resumes) = (1, resumes)
            return job
        }
        func losses(_ outcome: AzimuthalJob.Outcome) throws -> [RunSummary.InvalidFrame] {
            try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: outcome.folder + "/run.json"))).invalidFrames
        }
        let whole = try losses(job("whole").run())
        let begun = try job("parts").run(isCancelled: { true })
        #expect(begun.verdict == nil)
        let ended = try job("parts", resumes: true).run()
        #expect(ended.resumedAt >= 8)
        let parts = try losses(ended)
        #expect(whole.count > 2 && whole.contains { $0.reason.utf8.count > 150 }, "\(whole.first?.reason ?? "none")")
        #expect(parts == whole)
        #expect(begun.firstProblem == ended.firstProblem && begun.firstProblem != nil)
    }

    @Test func isNotBegunAgainByChance() throws {
        let jobs = try JobFolder()
        _ = try jobs.job("out").run(isCancelled: { true })
        let before = try Data(contentsOf: jobs.run("out").appendingPathComponent("sample_azimuthal.h5.partial"))
        let error = #expect(throws: ReductionFileError.self) { try jobs.job("out").run() }
        #expect(error?.code == .unfinishedExists)
        #expect(error?.remedy?.contains("--resume") == true)
        #expect(try Data(contentsOf: jobs.run("out").appendingPathComponent("sample_azimuthal.h5.partial")) == before)
        let other = #expect(throws: ReductionFileError.self) { try jobs.job("out", "splitting: full\n", resumes: true).run() }
        #expect(other?.code == .descriptionDiffers)
        #expect(try jobs.job("out", resumes: true).run().verdict == .partial)
    }

    @Test(arguments: [false, true]) func aFinishedResultIsNotOverwritten(resumes: Bool) throws {
        let jobs = try JobFolder()
        _ = try jobs.job("out").run()
        let files = try jobs.names("out").map { try Data(contentsOf: jobs.run("out").appendingPathComponent($0)) }
        let error = #expect(throws: ReductionError.self) { try jobs.job("out", resumes: resumes).run() }
        #expect(error?.code == .outputExists)
        #expect(try jobs.names("out").map { try Data(contentsOf: jobs.run("out").appendingPathComponent($0)) } == files)
    }

    @Test func whatWasFinishedBeforeIsKnownByInputConfigurationAndProgram() throws {
        let jobs = try JobFolder()
        #expect(try jobs.job("out").finishedBefore()?.pid == nil)
        _ = try jobs.job("out").run(isCancelled: { true })
        #expect(try jobs.job("out").finishedBefore()?.pid == nil, "begun, not finished")
        let outcome = try jobs.job("out", resumes: true).run()
        let before = try #require(try jobs.job("out").finishedBefore())
        #expect(before.wasFinished && before.master == outcome.master && before.pid == outcome.pid)
        #expect(before.verdict == .partial && before.frames == outcome.frames && before.resumedAt == JobFolder.count)
        #expect(Set(before.plots) == Set(outcome.plots) && before.firstProblem == outcome.firstProblem)
        #expect(before.firstProblem?.contains("block") == true)
        #expect(try jobs.job("out", "splitting: full\n").finishedBefore()?.pid == nil, "another configuration")
        let other = AzimuthalJob(
            input: try InputRun(path: jobs.input.path), configuration: try jobs.job("out").configuration,
            out: jobs.folder.file("out").path, version: "0.2.0")
        #expect(other.finishedBefore()?.pid == nil, "another program")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: jobs.input.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([0]))
        try handle.close()
        #expect(try jobs.job("out").finishedBefore()?.pid == nil, "another input of the same name")
    }

    @Test func keepsTheIdentifierOfItsFileAlsoWhenTheNoteOfItIsLost() throws {
        let jobs = try JobFolder()
        let first = try jobs.job("out").run(isCancelled: { true })
        try FileManager.default.removeItem(at: jobs.run("out").appendingPathComponent("begun.json"))
        let second = try jobs.job("out", resumes: true).run()
        #expect(second.pid == first.pid)
        #expect("\(try jobs.summary("out").pid)" == first.pid)
        #expect(try ReductionReader(second.master).identifier == first.pid)
    }

    /// Fewer frames than a checkpoint is due after, and slow ones: what was done is kept all the same.
    @Test func aKilledJobOfSlowFramesLosesNoMoreThanTheLast20Seconds() throws {
        let jobs = try JobFolder(damaged: false)
        func resumedAt(secondsAPiece: Double, _ out: String) throws -> Int {
            let disk = FaultyFileSystem()
            let clock = ManualClock(JobFolder.start)
            var job = try jobs.job(out, "", disk)
            job.clock = clock
            #expect(throws: (any Error).self) {
                try job.run(progress: { progress in
                    clock.advance(seconds: secondsAPiece)
                    // Nothing reaches the disk any more, as after a kill.
                    if progress.done >= 64 { disk.change { $0.livesFor = 0 } }
                })
            }
            return try jobs.job(out, resumes: true).run().resumedAt
        }
        // Pieces of sixteen frames: two are done when the time is over, and dead is the disk at the fourth.
        #expect(try resumedAt(secondsAPiece: 11, "slow") == 32)
        #expect(try resumedAt(secondsAPiece: 1, "fast") == 0)
        // A clock that was set back stops nothing.
        #expect(try resumedAt(secondsAPiece: -11, "back") == 32)
    }

    @Test func resumingWhatWasNeverBegunBeginsIt() throws {
        let jobs = try JobFolder()
        let outcome = try jobs.job("out", resumes: true).run()
        #expect(outcome.resumedAt == 0 && outcome.verdict == .partial)
    }

    /// Every call that changes something fails once, from the folder's first file to run.json; a disk is full from there on; or the process is
    /// killed. Whatever is left goes on to the same result.
    @Test(arguments: ["one error", "full disk", "killed"]) func goesOnAfterAnyCallThatFailed(fault: String) throws {
        let jobs = try JobFolder(inMemory: true)
        let counting = FaultyFileSystem()
        _ = try jobs.job("whole", Self.yaml, counting).run()
        let wanted = try jobs.resultWithoutIdentifier("whole")
        let names = try jobs.names("whole")
        #expect(counting.changes > 50)
        var (failures, sealed) = (0, 0)
        var resumedAt: Set<Int> = []
        for call in 1...counting.changes {
            let out = "\(call)"
            let disk = FaultyFileSystem(fault == "killed" ? .init(livesFor: call - 1, diesHalfway: true) : .init())
            disk.change { faults in
                if fault == "one error" { faults.failsAt = call }
                if fault == "full disk" { (faults.errorNumber, faults.failsFrom) = (ENOSPC, call - 1) }
            }
            do {
                _ = try jobs.job(out, Self.yaml, disk).run()
            } catch {
                failures += 1
                if fault == "full disk" { #expect("\(error)".contains("No space left"), "call \(call): \(error)") }
                if FileManager.default.fileExists(atPath: jobs.run(out).path + "/run.json") {
                    // Only that the name is on the disk could not be said.
                    #expect("\(error)".contains("is sealed"), "call \(call): \(error)")
                    sealed += 1
                } else {
                    resumedAt.insert(try jobs.job(out, Self.yaml, resumes: true).run().resumedAt)
                }
            }
            #expect(try jobs.resultWithoutIdentifier(out) == wanted, "call \(call)")
            #expect(try jobs.names(out).filter { $0 != "begun.json" } == names, "call \(call)")
            try FileManager.default.removeItem(at: jobs.folder.file(out))
        }
        #expect(failures > 40 && sealed == 1)
        #expect(resumedAt == [0, JobFolder.count])
    }
}
