import Foundation
import Frames
import NeXus
import TestSupport
import Testing

/// Whole runs on disk, opened by the programs of others (Tests/Judges/judge_readers.py says which, and what each must see).
@Suite(.enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct NXmxReadersTests {
    private func judge(_ description: NXmxDescription, _ label: String) throws {
        let folder = try TemporaryFolder(label)
        let sums = try ExampleRun.write(description, to: folder.url)
        try folder.write("\(sums)", to: "sums.json")
        // Another folder than the one it was written in: links must be relative.
        let moved = folder.file("moved")
        try FileManager.default.createDirectory(at: moved, withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".h5") {
            try FileManager.default.moveItem(at: folder.file(file), to: moved.appendingPathComponent(file))
        }
        // The heavy judges (DIALS, neggia) read the same runs: `make judges` has them kept.
        if let kept = ProcessInfo.processInfo.environment["FAISCEAU_KEEP_RUNS"] {
            try FileManager.default.copyItem(atPath: moved.path, toPath: "\(kept)/\(label)")
            try FileManager.default.copyItem(at: folder.file("sums.json"), to: URL(fileURLWithPath: "\(kept)/\(label)/sums.json"))
        }
        let answer = try TestPython.run(
            script: PackageRoot.file("Tests/Judges/judge_readers.py"),
            [moved.path, "--frames", "\(description.frames.count)", "--sums", folder.file("sums.json").path])
        #expect(answer.standardOutput.contains("PASS h5py"), "\(answer.standardOutput)")
    }

    @Test func twoChannelsInTwoFilesEachWithAnOmegaScanAndALostFrame() throws {
        try judge(ExampleRun.description(), "two-channels")
    }

    @Test(arguments: [PixelType.uint8, .uint16, .uint32]) func oneFileOfEachPixelType(_ type: PixelType) throws {
        try judge(ExampleRun.description(files: [7], channels: ["threshold_1"], pixelType: type), "one-file-\(type)")
    }

    @Test func stillsWithoutAGoniometerOfAStreamWithoutChannels() throws {
        var description = try ExampleRun.description(files: [3, 3, 1], channels: [nil])
        description.sample.axes = []
        try judge(description, "stills")
    }

    @Test func stillsOnAGoniometerThatStandsStill() throws {
        var description = try ExampleRun.description(files: [7], channels: ["default"])
        description.sample.axes = [.init(name: "omega", direction: .init(-1, 0, 0), positions: .fixed(42))]
        try judge(description, "still-axis")
    }

    /// A million frames have as many files; beyond eight links HDF5 keeps them in another form.
    @Test func aHundredFiles() throws {
        try judge(ExampleRun.description(files: [Int](repeating: 2, count: 99) + [1], channels: ["threshold_1"]), "hundred-files")
    }

    @Test func aStreamWithoutAMask() throws {
        var description = try ExampleRun.description(channels: [nil])
        description.channels[0].pixelMask = nil
        try judge(description, "no-mask")
    }

    @Test func aSingleFrame() throws {
        var description = try ExampleRun.description(files: [1], channels: ["threshold_1"])
        description.frames.valid = [true]
        try judge(description, "single-frame")
    }
}
