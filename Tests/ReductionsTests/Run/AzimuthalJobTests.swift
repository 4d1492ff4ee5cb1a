import Diagnostics
import Foundation
import FrameImages
import NeXus
import Plots
import Reductions
import RunModel
import ScatteringGeometry
import TestSupport
import Testing

/// One input to one sealed derived run.
@Suite("A job of azimuthal reduction")
struct AzimuthalJobTests {
    @Test func leavesASealedRunWhoseRowsAreTheReference() throws {
        let jobs = try JobFolder(damaged: false)
        let job = try jobs.job("out", "output: {text: true}\n")
        var progress: [Int] = []
        let outcome = try job.run(progress: { progress.append($0.done) })
        #expect(outcome.verdict == .complete)
        #expect(outcome.resumedAt == 0)
        #expect(progress.last == JobFolder.count && progress == progress.sorted())
        #expect(
            try jobs.names("out") == [
                "manifest.sha256", "run.json", "sample_azimuthal.csv", "sample_azimuthal.dat", "sample_azimuthal.h5",
                "sample_azimuthal_curve.svg", "sample_azimuthal_map.svg", "thumbnail.png",
            ])
        #expect(outcome.master == jobs.run("out").path + "/sample_azimuthal.h5")
        #expect(outcome.plots.map { URL(fileURLWithPath: $0).lastPathComponent }.count == 2)

        let result = try ReductionReader(outcome.master)
        let plan = try AzimuthalPlan(job.configuration, for: try FrameStore(path: jobs.input.path))
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial)
        let reference = ReferenceReduction(normalisation: try PixelNormalisation().factors(plan.geometry))
        for (frame, row) in try result.sums(0..<JobFolder.count).enumerated() {
            let wanted = try reference.reduce(jobs.input.frames[frame], with: matrix)
            for (values, expected) in [
                (row.signal, wanted.signal), (row.norm, wanted.norm), (row.variance, wanted.variance), (row.count, wanted.count),
            ] {
                let scale = max(1, expected.max() ?? 0)
                #expect(
                    values.count == 50 && zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-12 * scale }, "frame \(frame)")
            }
        }
        #expect(try result.frameNumbers() == Array(0..<JobFolder.count))
        #expect(try NeXusValidator.checkFile(outcome.master, rules: .nxcanSAS()).map(\.description) == [])
    }

    @Test func theResultAndItsSummaryHaveOneIdentifier() throws {
        let jobs = try JobFolder(damaged: false)
        let outcome = try jobs.job("out").run()
        let summary = try jobs.summary("out")
        #expect("\(summary.pid)" == outcome.pid)
        #expect(try ReductionReader(outcome.master).identifier == outcome.pid)
        #expect(outcome.pid.hasPrefix("urn:uuid:"))
        #expect(summary.ending == .derived && summary.master == "sample_azimuthal.h5")
        #expect(summary.derivation?.inputs.map(\.path) == [jobs.input.path])
        #expect(summary.software.version == "0.1.0")
        let roles = Dictionary(uniqueKeysWithValues: summary.files.map { ($0.path, $0.role) })
        #expect(
            roles == [
                "sample_azimuthal.h5": .master, "sample_azimuthal_curve.svg": .image, "sample_azimuthal_map.svg": .image,
                "thumbnail.png": .thumbnail,
            ])
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSummaryObeysItsSchema() throws {
        let jobs = try JobFolder()
        _ = try jobs.job("out").run()
        try SchemaJudge.judge(
            schema: "schemas/run.schema.json", documents: [jobs.run("out").appendingPathComponent("run.json")],
            refusing: ["d['files'][0]['role'] = 'curve'", "del d['pid']", "d['derivation']['inputs'][0]['path'] = ''"])
    }

    @Test func theManifestHasEveryFileAndIsAccepted() throws {
        let jobs = try JobFolder()
        _ = try jobs.job("out", "output: {text: true}\n").run()
        let folder = jobs.run("out")
        let manifest = try Manifest(text: String(contentsOf: folder.appendingPathComponent("manifest.sha256"), encoding: .utf8))
        #expect(manifest.lines.map(\.path) == (try jobs.names("out")).filter { $0 != "manifest.sha256" })
        let program = try #require(ChildProcess.find("sha256sum"))
        let judged = try ChildProcess.run(program, ["--check", "--strict", "manifest.sha256"], in: folder.path)
        #expect(judged.status == 0, "\(judged.standardOutput)\(judged.standardError)")
        let curve = folder.appendingPathComponent("sample_azimuthal.h5")
        try (Data(contentsOf: curve) + Data([0])).write(to: curve)
        #expect(try ChildProcess.run(program, ["--check", "--strict", "manifest.sha256"], in: folder.path).status != 0)
    }

    @Test func aDerivedRunIsNoInputAndAResultInTheWayIsNamed() throws {
        let jobs = try JobFolder(damaged: false)
        _ = try jobs.job("out").run()
        let derived = #expect(throws: ReductionError.self) { try InputRun(path: jobs.run("out").path) }
        #expect(derived?.code == .inputInvalid && derived?.got == "azimuthal integration")
        #expect(derived?.remedy == "It was made from \(jobs.input.path)")
        let alone = jobs.folder.file("copy.h5").path
        try FileManager.default.copyItem(atPath: jobs.run("out").path + "/sample_azimuthal.h5", toPath: alone)
        for path in [jobs.run("out").path + "/sample_azimuthal.h5", alone] {
            let file = #expect(throws: ReductionError.self) { try InputRun(path: path) }
            #expect(file?.code == .inputInvalid && file?.got == "azimuthal integration" && file?.place == path)
            #expect(file?.remedy == "It was made from \(jobs.input.path)")
        }
        let above = #expect(throws: ReductionError.self) { try InputRun(path: jobs.folder.file("out").path) }
        #expect(above?.remedy == "There are runs in it: give those")
        let second = #expect(throws: ReductionError.self) { try jobs.job("out").run() }
        #expect(second?.code == .outputExists)
        #expect(second?.got?.hasPrefix("one of \(jobs.input.path), sealed 2027-01-15T08:00:00") == true, "\(second?.got ?? "")")
    }

    @Test func aFileInPlaceOfTheFolderIsToldInTheSystemsWords() throws {
        let jobs = try JobFolder(damaged: false)
        try jobs.folder.write("", to: "out")
        let error = #expect(throws: ReductionError.self) { try jobs.job("out").run() }
        #expect(error?.code == .writeFailed)
        #expect(error?.got == "Not a directory")
    }

    @Test func framesWithoutAResultAreNamedWithTheirReasons() throws {
        let jobs = try JobFolder()
        let outcome = try jobs.job("out").run()
        let summary = try jobs.summary("out")
        #expect(outcome.verdict == .partial && summary.verdict == .partial)
        #expect(summary.missingFrames == [[3, 4]])
        #expect(summary.invalidFrames.map(\.frame) == [JobFolder.corrupt])
        #expect(summary.invalidFrames.first?.reason.contains("block") == true)
        #expect(summary.frames == FrameCounts(expected: 100, received: 98, written: 97, lostDetector: 2, invalid: 1))
        let result = try ReductionReader(outcome.master)
        #expect(try result.averagedFrames() == 97)
        #expect(try result.problems()[3] == "not in the input")
        #expect(try result.problems()[JobFolder.corrupt].contains("block"))
        #expect(try result.statuses().filter { $0 == .failed }.count == 3)
    }

    @Test(arguments: ["", "cake: {count: 9}\n"]) func theThumbnailIsTheMapWithoutAxes(yaml: String) throws {
        let jobs = try JobFolder(damaged: false)
        _ = try jobs.job("out", yaml).run()
        let bytes = try Data(contentsOf: jobs.run("out").appendingPathComponent("thumbnail.png"))
        #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        #expect(Array(bytes[16..<24]) == [0, 0, 1, 104, 0, 0, 0, 240])
        #expect(bytes.count < 90_000)
        let result = try ReductionReader(jobs.run("out").appendingPathComponent("sample_azimuthal.h5").path)
        let picture = try #require(try ReductionPlots.thumbnail(of: result))
        #expect(try Data(picture.encoded()) == bytes)
        #expect(Set(picture.bytes).count > 50)
        // The picture that the plot has, one colour a cell.
        let map = try ReductionPlots.map(of: result)
        let cells = try map.picture(slow: map.grid.rows, fast: map.grid.columns)
        for (y, x) in [(0, 0), (100, 200), (239, 359)] {
            let cell = (239 - y) * map.grid.rows / 240
            let wanted = cells.bytes[(map.grid.rows - 1 - cell) * map.grid.columns + x * map.grid.columns / 360]
            #expect(picture.bytes[y * 360 + x] == wanted)
        }
    }

    @Test func oneCurveHasNoThumbnailAndWithoutPlotsThereIsNone() throws {
        let jobs = try JobFolder(damaged: false)
        _ = try jobs.job("one", "frames: {count: 1}\n").run()
        #expect(
            try jobs.names("one") == ["manifest.sha256", "run.json", "sample_azimuthal.h5", "sample_azimuthal_curve.svg"])
        _ = try jobs.job("bare", "output: {plots: false}\n").run()
        #expect(try jobs.names("bare") == ["manifest.sha256", "run.json", "sample_azimuthal.h5"])
    }

    @Test func theErrorsOfTheAverageAreTheSpreadOfAllPixels() throws {
        let jobs = try JobFolder(damaged: false)
        let job = try jobs.job("out", "errors: {model: azimuthal}\n")
        let result = try ReductionReader(try job.run().master)
        let rows = try result.sums(0..<JobFolder.count)
        var merged = rows[0]
        for row in rows.dropFirst() { try merged.merge(row) }
        let average = try result.average()
        let wanted = merged.standardError()
        #expect(average.intensity.contains { $0.isFinite })
        for (error, expected) in zip(average.errors ?? [], wanted) {
            #expect(error.isNaN && expected.isNaN || abs(error - expected) <= 1e-11 * expected)
        }
        // Frames are three times as bright as others: variances that are only added would be too small.
        let added = (0..<50).map { bin in rows.map { $0.variance[bin] }.reduce(0, +) }
        let total = try result.total()
        #expect((0..<50).contains { total.variance[$0] > 1.2 * added[$0] })
    }
}
