import Foundation
import TestSupport
import Testing

/// What the recorder says of frames that did not come, the reduction of the run knows.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct ReduceLostFramesTests {
    private static let yaml = """
        geometry: {distance: 60 mm, beam_center: [50 px, 30 px], pixel_size: 172 um, wavelength: 1 angstrom}
        bins: {count: 20}

        """

    private func reduce(_ input: String, _ folder: TemporaryFolder, _ flags: [String] = []) throws -> ChildOutput {
        let configuration = try folder.write(Self.yaml, to: "reduce.yaml")
        return try FaisceauProgram.start(
            [
                "reduce", "azimuthal", input, "--out", folder.file("reduced").path, "--config", configuration.path,
                "--table-cache", "none",
            ] + flags
        ).wait(seconds: 120)
    }

    @Test func framesThatWereLostInTransmissionAreMissingInTheResult() throws {
        let recorded = try FaultySeries.record("drop:3,17")
        let sealed = try recorded.sealed()
        let folder = try TemporaryFolder("reduce")
        let output = try reduce(sealed.run, folder)
        #expect(output.status == 3, "\(output.standardError)")
        let name = URL(fileURLWithPath: sealed.run).lastPathComponent + "_azimuthal"
        let run = try RunFile(folder: folder.file("reduced/\(name)").path)
        #expect(run.verdict == "partial")
        #expect(run.missing_frames == [[3, 3], [17, 17]])
        #expect(run.frames == Counts(expected: 20, received: 18, written: 18, lost_detector: 2))
    }

    @Test func aRunWhoseRecordingWasCutShortIsRefusedWithWhatToDo() throws {
        let recorded = try FaultySeries.record("drop:3")
        let sealed = try recorded.sealed()
        let folder = try TemporaryFolder("reduce")
        let copy = folder.file("cut").path
        try FileManager.default.copyItem(atPath: sealed.run, toPath: copy)
        try FileManager.default.removeItem(atPath: copy + "/run.json")
        try folder.write("{}", to: "cut/armed.json")
        let output = try reduce(copy, folder)
        #expect(output.status == 2)
        #expect(output.standardError.contains("--live") && output.standardError.contains("faisceau recover"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("reduced").path))
    }
}
