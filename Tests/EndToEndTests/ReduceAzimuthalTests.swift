import Foundation
import TestSupport
import Testing

/// `faisceau reduce azimuthal` as users call it, on a run that was recorded from a stream.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "jsonschema"), "\(TestPython.absence)"))
struct ReduceAzimuthalTests {
    static let frames = 24
    /// Recorded once for all tests of this suite.
    static let recorded: Result<Recorded, any Error> = Result {
        atexit {
            if let folder = try? ReduceAzimuthalTests.recorded.get().folder.url {
                try? FileManager.default.removeItem(at: folder)
            }
        }
        return try Rehearsal.record("synthetic:eiger2-1m:bragg", playing: ["--frames", "\(frames)", "--seed", "5"])
    }

    struct Answer: Decodable {
        let event: String
        let run: String
        let master: String
        let verdict: String?
        let frames: Counts
        let plots: [String]
        let exit_code: Int32
    }

    private func reduce(
        _ input: String, _ folder: TemporaryFolder, _ yaml: String = "", _ flags: [String] = []
    ) throws -> (output: ChildOutput, answer: Answer?) {
        let configuration = try folder.write(yaml, to: "reduce.yaml")
        let output = try FaisceauProgram.start(
            [
                "reduce", "azimuthal", input, "--out", folder.file("reduced").path, "--config", configuration.path, "--json",
                "--table-cache", folder.file("tables").path,
            ] + flags
        ).wait(seconds: 120)
        return (output, try? JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8)))
    }

    @Test(
        .enabled(if: TestPython.isAvailable("pyFAI"), "\(TestPython.absence)"), arguments: ["none", "bbox", "full"])
    func everyCurveIsThatOfPyFAI(_ splitting: String) throws {
        let sealed = try Self.recorded.get().sealed()
        let folder = try TemporaryFolder("reduce")
        let (output, answer) = try reduce(
            sealed.run, folder, "bins: {count: 500, from: 1, to: 20, ends: pyFAI}\nsplitting: \(splitting)\n")
        let result = try #require(answer, "\(output.standardError)")
        #expect(output.status == 0)
        #expect(result.verdict == "complete")
        #expect(result.frames == Counts(expected: Self.frames, received: Self.frames, written: Self.frames))
        let judged = try TestPython.run(
            script: PackageRoot.file("Tests/Judges/judge_azimuthal.py"), [result.master, sealed.master], seconds: 300)
        #expect(judged.standardOutput.contains("\"frames\": 5"))
    }

    @Test func theDerivedRunIsARun() throws {
        let sealed = try Self.recorded.get().sealed()
        let folder = try TemporaryFolder("reduce")
        let (output, answer) = try reduce(sealed.run, folder, "bins: {count: 200}\noutput: {text: true}\n")
        let result = try #require(answer, "\(output.standardError)")
        #expect(result.event == "sealed")
        #expect(result.run == folder.file("reduced/\(URL(fileURLWithPath: sealed.run).lastPathComponent)_azimuthal").path)
        #expect(try Judges.schemaErrors(of: result.run + "/run.json", by: PackageRoot.file("schemas/run.schema.json")) == [])
        let digests = try ChildProcess.run("sha256sum", ["-c", "manifest.sha256"], in: result.run)
        #expect(digests.status == 0, "\(digests.standardError)")
        #expect(result.plots.count == 2)
        for plot in result.plots { #expect(FileManager.default.fileExists(atPath: plot)) }
        #expect(
            FileManager.default.fileExists(atPath: result.run + "/" + URL(fileURLWithPath: result.run).lastPathComponent + ".dat")
        )
        let text = try String(contentsOfFile: result.run + "/run.json", encoding: .utf8)
        #expect(text.contains(sealed.pid), "the input's identifier")
    }

    @Test func aFinishedResultIsNotOverwritten() throws {
        let sealed = try Self.recorded.get().sealed()
        let folder = try TemporaryFolder("reduce")
        let first = try reduce(sealed.run, folder)
        #expect(first.output.status == 0)
        let second = try reduce(sealed.run, folder)
        #expect(second.output.status == 4)
        #expect(second.output.standardError.contains("finished result"))
    }

    @Test(arguments: [
        ("geometry: {poni: nowhere.poni}", 2, "PONI"), ("mask: {files: nowhere.edf}", 2, "mask"),
        ("bins: {unit: q}", 2, "q_nm^-1"), ("geometry: {wavelength: 12.4 keV}", 2, "wavelength"),
        ("frames: {first: 1000}", 2, "no frames"), ("frames: {channel: 7}", 2, "channel"),
        ("frames: {dataset: /nowhere}", 2, "nowhere"),
    ])
    func mistakesAreSaidAndNothingIsMade(_ yaml: String, _ status: Int32, _ word: String) throws {
        let sealed = try Self.recorded.get().sealed()
        let folder = try TemporaryFolder("reduce")
        let (output, _) = try reduce(sealed.run, folder, yaml)
        #expect(output.status == status, "\(output.standardError)")
        #expect(output.standardError.contains(word), "\(output.standardError)")
        let made = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("reduced").path)) ?? []
        #expect(made.isEmpty, "\(made)")
    }
}
