import Foundation
import TestSupport
import Testing

/// `faisceau reduce azimuthal` over several inputs, of which some cannot be reduced.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
struct ReduceSeveralTests {
    private static func record(_ detector: String) -> Result<Recorded, any Error> {
        Result { try Rehearsal.record("synthetic:\(detector):rings", playing: ["--frames", "3", "--seed", "5"]) }
    }
    /// Named alike, in folders of their own; the second detector has another shape.
    static let recorded = record("64x128")
    static let recordedOther = record("64x96")

    struct Answer: Decodable {
        struct One: Decodable {
            let input: String
            let verdict: String?
            let master: String?
            let error: FailedLine.Failure?
        }
        let event: String
        let runs: [One]
        let done: Int
        let refused: Int
        let not_finished: Int
        let error: FailedLine.Failure?
        let exit_code: Int32
    }

    /// Two runs of different detectors, a copy of the first under another name, and a mask for the first's.
    private struct Inputs {
        let folder: TemporaryFolder
        let good: String
        let alsoGood: String
        let otherShape: String

        init() throws {
            folder = try TemporaryFolder("several")
            good = try ReduceSeveralTests.recorded.get().sealed().run
            otherShape = folder.file("other.h5").path
            alsoGood = folder.file("copy.h5").path
            // Frames alone: what they need else is in the configuration.
            let other = try ReduceSeveralTests.recordedOther.get().sealed().master
            let first = try ReduceSeveralTests.recorded.get().sealed().master
            for (from, to) in [(other, otherShape), (first, alsoGood)] {
                try TestPython.run(
                    """
                    import sys, h5py, hdf5plugin
                    with h5py.File(sys.argv[1]) as f, h5py.File(sys.argv[2], "w") as out:
                        out["/entry/data/data"] = f["/entry/data/frames"][()]
                    """, [from, to])
            }
            try TestPython.run(
                "import sys, numpy; numpy.save(sys.argv[1], numpy.zeros((64, 128), 'u1'))", [folder.file("mask.npy").path])
            try folder.write(
                """
                geometry: {distance: 60 mm, beam_center: [50 px, 30 px], pixel_size: 172 um, wavelength: 1 angstrom}
                mask: {detector: false, files: mask.npy}
                output: {plots: false}
                """, to: "reduce.yaml")
        }

        func reduce(_ inputs: [String], _ flags: [String] = []) throws -> ChildOutput {
            try FaisceauProgram.run(
                ["reduce", "azimuthal"] + inputs
                    + ["--out", folder.file("reduced").path, "--config", folder.file("reduce.yaml").path] + flags)
        }

        var made: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder.file("reduced").path)) ?? []).sorted()
        }
    }

    @Test func oneThatIsRefusedDoesNotKeepTheOthersFromBeingReduced() throws {
        let inputs = try Inputs()
        let text = try inputs.folder.write("no frames", to: "text.h5").path
        let given = [
            "/nowhere/run_7", inputs.good, text, inputs.folder.path, inputs.otherShape, inputs.good, inputs.alsoGood,
        ]
        let output = try inputs.reduce(given, ["--json"])
        #expect(output.status == 3, "\(output.standardError)")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8))
        #expect(answer.event == "sealed" && answer.exit_code == 3 && answer.error == nil)
        #expect(answer.done == 2 && answer.refused == 5 && answer.not_finished == 0)
        #expect(answer.runs.map(\.input) == given)
        #expect(answer.runs.map(\.verdict) == [nil, "complete", nil, nil, nil, nil, "complete"])
        #expect(
            answer.runs.map { $0.error?.code } == [
                "inputMissing", nil, "inputInvalid", "inputMissing", "inputInvalid", "outputExists", nil,
            ])
        #expect(answer.runs[4].error?.got?.contains("64 x 128") == true)
        #expect(answer.runs[4].error?.expected == "64 x 96")
        // Of which input the result is that stands in the way.
        #expect(answer.runs[5].error?.got?.contains(inputs.good) == true)
        // Each refusal is told whole where people look, and which input it was.
        #expect(output.standardError.components(separatedBy: "error: ").count == 6, "\(output.standardError)")
        for (number, path) in given.enumerated() {
            #expect(output.standardError.contains("input \(number + 1)/7  \(path)"))
        }
        for run in answer.runs where run.verdict != nil {
            #expect(FileManager.default.fileExists(atPath: run.master ?? ""))
        }
        // No folder of one that was refused.
        #expect(inputs.made == ["copy_azimuthal", "lysozyme_1_azimuthal"])
    }

    @Test func theLastWordsCountWhatWasDoneAndNameWhatWasRefused() throws {
        let inputs = try Inputs()
        let output = try inputs.reduce(["/nowhere/run_7", inputs.good])
        #expect(output.status == 3)
        let lines = output.standardOutput.split(separator: "\n").map(String.init)
        #expect(
            lines.suffix(2) == [
                "1 of 2 inputs done, 1 refused", "refused    /nowhere/run_7: There is no such run or file",
            ], "\(output.standardOutput)")
    }

    @Test func whenAllAreRefusedTheFirstOneSaysHowItEnds() throws {
        let inputs = try Inputs()
        let output = try inputs.reduce(["/nowhere/run_7", inputs.otherShape], ["--json"])
        #expect(output.status == 2)
        let answer = try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8))
        #expect(answer.event == "failed" && answer.exit_code == 2)
        #expect(answer.error?.code == "inputMissing")
        #expect(answer.done == 0 && answer.refused == 2)
        #expect(inputs.made == [])
        // A single one is no list.
        let single = try inputs.reduce([inputs.otherShape], ["--json"])
        let failed = try JSONDecoder().decode(FailedLine.self, from: Data(single.standardOutput.utf8))
        #expect(single.status == 2 && failed.event == "failed" && failed.error.code == "inputInvalid")
    }

    @Test func allInputsReducedIsZero() throws {
        let inputs = try Inputs()
        let output = try inputs.reduce([inputs.good, inputs.alsoGood], ["--json"])
        #expect(output.status == 0, "\(output.standardError)")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8))
        #expect(answer.event == "sealed" && answer.done == 2 && answer.refused == 0)
    }

    /// The same command again, with `--resume`: what is there stays, what is missing is made.
    @Test func manyThatWereStoppedGoOnWithoutThoseThatAreFinished() throws {
        let inputs = try Inputs()
        #expect(try inputs.reduce([inputs.good]).status == 0)
        let file = inputs.folder.file("reduced/lysozyme_1_azimuthal/lysozyme_1_azimuthal.h5")
        let bytes = try Data(contentsOf: file)
        let output = try inputs.reduce([inputs.good, inputs.alsoGood], ["--resume"])
        #expect(output.status == 0, "\(output.standardError)")
        #expect(output.standardOutput.contains("complete: 3 of 3 frames; finished before"), "\(output.standardOutput)")
        #expect(output.standardOutput.hasSuffix("2 of 2 inputs done, 0 refused\n"))
        #expect(try Data(contentsOf: file) == bytes)
        // Without it nothing is taken for done.
        #expect(try inputs.reduce([inputs.good, inputs.alsoGood]).status == 4)
    }

    @Test(arguments: [
        "bins: {cuont: 3}", "mask: {files: nowhere.edf}", "geometry: {poni: nowhere.poni}", "corrections: {flat: nowhere.tif}",
        "corrections: {monitor: {file: nowhere.npy}}",
    ])
    func aBadConfigurationIsOneErrorAndNothingIsTried(_ yaml: String) throws {
        let inputs = try Inputs()
        try inputs.folder.write(yaml, to: "reduce.yaml")
        let output = try inputs.reduce([inputs.good, inputs.alsoGood, "/nowhere"], ["--json"])
        #expect(output.status == 2)
        let failed = try JSONDecoder().decode(FailedLine.self, from: Data(output.standardOutput.utf8))
        #expect(failed.event == "failed")
        #expect(output.standardError.components(separatedBy: "error: ").count == 2, "\(output.standardError)")
        #expect(!output.standardError.contains("input 1/3"))
        #expect(inputs.made == [])
    }

    @Test func aDerivedRunIsNotTakenForFrames() throws {
        let inputs = try Inputs()
        #expect(try inputs.reduce([inputs.good]).status == 0)
        let derived = inputs.folder.file("reduced/lysozyme_1_azimuthal").path
        let output = try inputs.reduce([derived], ["--json"])
        #expect(output.status == 2)
        let failed = try JSONDecoder().decode(FailedLine.self, from: Data(output.standardOutput.utf8))
        #expect(failed.error.code == "inputInvalid")
        #expect(failed.error.next?.contains(inputs.good) == true)
        #expect(inputs.made == ["lysozyme_1_azimuthal"])
        // Its folder holds runs, and is none.
        let above = try inputs.reduce([inputs.folder.file("reduced").path])
        #expect(above.status == 2)
        #expect(above.standardError.contains("There are runs in it: give those"), "\(above.standardError)")
    }
}
