import Diagnostics
import Foundation
import HDF5
import NeXus
import Reductions
import RunModel
import TestSupport
import Testing

/// A result holds all that it takes to make it again, and says by which files it was made.
@Suite struct ProvenanceTests {
    private static let yaml = """
        geometry: {poni: calibration/a.poni}
        bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}
        mask: {files: mask.npy}
        corrections: {flat: calibration/flat.npy, dark: {file: dark.h5, dataset: /dark}, dark_variance: spread.npy}
        errors: {model: poisson-exact}
        azimuth: {sectors: [{from: 0 deg, to: 200 deg}]}

        """

    private static func writeFiles(_ folder: TemporaryFolder) throws {
        try folder.write(
            """
            poni_version: 2.1
            Detector: Detector
            Detector_config: {"pixel1": 0.000172, "pixel2": 0.000172, "max_shape": [40, 56], "orientation": 3}
            Distance: 0.06
            Poni1: 0.003
            Poni2: 0.004
            Rot1: 0
            Rot2: 0
            Rot3: 0
            Wavelength: 1e-10

            """, to: "beamline/calibration/a.poni")
        try folder.write(WireFiles.npy(WireFiles.pattern(3).map { $0 ? 1 : 0 }), to: "beamline/mask.npy")
        try folder.write(WireFiles.npy(WireFiles.numbers(1, seed: 3)), to: "beamline/calibration/flat.npy")
        try folder.write(WireFiles.npy(WireFiles.numbers(0.5, seed: 4)), to: "beamline/spread.npy")
        try WireFiles.hdf5(
            WireFiles.numbers(2, seed: 5), shape: [40, 56], "dark", in: folder.file("beamline/dark.h5").path)
        try folder.write(yaml, to: "beamline/saxs.yaml")
    }

    private func job(_ jobs: JobFolder, _ configuration: String, _ out: String, resumes: Bool = false) throws -> AzimuthalJob {
        var job = AzimuthalJob(
            input: try InputRun(path: jobs.input.path), configuration: try AzimuthalConfiguration(contentsOf: configuration),
            out: jobs.folder.file(out).path, version: "0.1.0")
        job.resumes = resumes
        job.clock = ManualClock(JobFolder.start)
        return job
    }

    /// One text, or several, of the process.
    private func texts(_ name: String, of master: String) throws -> [String] {
        switch try HDF5File.open(master).root.dataset("/entry/process/\(name)").value() {
        case .string(let text): return [text]
        case .strings(let texts, _): return texts
        default: return []
        }
    }

    @Test func whatTheResultHoldsMakesItAgainByteForByte() throws {
        let jobs = try JobFolder()
        try Self.writeFiles(jobs.folder)
        let configuration = jobs.folder.file("beamline/saxs.yaml").path
        let first = try job(jobs, configuration, "first").run()
        // Nothing but the result is left of the command.
        try FileManager.default.removeItem(atPath: configuration)
        let place = try #require(try texts("configuration/file_name", of: first.master).first)
        let text = try #require(try texts("configuration/data", of: first.master).first)
        #expect(place == configuration)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
        let input = try #require(try texts("inputs/path", of: first.master).first)
        var again = AzimuthalJob(
            input: try InputRun(path: input), configuration: try AzimuthalConfiguration(contentsOf: place),
            out: jobs.folder.file("second").path, version: "0.1.0")
        again.clock = ManualClock(JobFolder.start)
        _ = try again.run()
        #expect(try jobs.resultWithoutIdentifier("first") == jobs.resultWithoutIdentifier("second"))
    }

    @Test func everyFileThatIsNamedHasItsDigest() throws {
        let jobs = try JobFolder(damaged: false)
        try Self.writeFiles(jobs.folder)
        let outcome = try job(jobs, jobs.folder.file("beamline/saxs.yaml").path, "out").run()
        let names = ["calibration/a.poni", "mask.npy", "dark.h5", "spread.npy", "calibration/flat.npy"]
        let paths = names.map { jobs.folder.file("beamline/\($0)").path }
        #expect(try texts("files/path", of: outcome.master) == paths)
        #expect(
            try texts("files/role", of: outcome.master) == ["geometry (PONI)", "mask", "dark", "dark's variance", "flat field"])
        let program = try #require(ChildProcess.find("sha256sum"))
        let sums = try ChildProcess.run(program, paths).standardOutput.split(separator: "\n").map { String($0.prefix(64)) }
        #expect(try texts("files/sha256", of: outcome.master) == sums)
        #expect(Set(sums).count == 5)
        #expect(try NeXusValidator.checkFile(outcome.master, rules: .nxcanSAS()).map(\.description) == [])
    }

    @Test func aConfigurationWithoutFilesHasNone() throws {
        let jobs = try JobFolder(damaged: false)
        let outcome = try jobs.job("out").run()
        #expect(try HDF5File.open(outcome.master).root.group("/entry/process").hasLink("files") == false)
    }

    @Test func aFileThatWasChangedMeanwhileEndsWhatWouldGoOn() throws {
        let jobs = try JobFolder()
        try Self.writeFiles(jobs.folder)
        let configuration = jobs.folder.file("beamline/saxs.yaml").path
        var pieces = 0
        let begun = try job(jobs, configuration, "out").run(isCancelled: {
            pieces += 1
            return pieces > 1
        })
        #expect(begun.verdict == nil)
        let mask = try Data(contentsOf: jobs.folder.file("beamline/mask.npy"))
        try jobs.folder.write(WireFiles.npy(WireFiles.pattern(5).map { $0 ? 1 : 0 }), to: "beamline/mask.npy")
        let error = #expect(throws: ReductionFileError.self) {
            try job(jobs, configuration, "out", resumes: true).run()
        }
        #expect(error?.code == .descriptionDiffers)
        #expect(error?.expected?.contains("file: mask, sha256 ") == true, "\(error?.expected ?? "none")")
        try mask.write(to: jobs.folder.file("beamline/mask.npy"))
        let ended = try job(jobs, configuration, "out", resumes: true).run()
        #expect(ended.resumedAt > 0 && ended.verdict != nil)
        #expect(try job(jobs, configuration, "out").finishedBefore() != nil)
        try jobs.folder.write(WireFiles.npy(WireFiles.pattern(5).map { $0 ? 1 : 0 }), to: "beamline/mask.npy")
        #expect(try job(jobs, configuration, "out").finishedBefore() == nil, "it is not what this mask would make")
    }
}
