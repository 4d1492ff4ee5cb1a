import Foundation
import Frames
import NeXus
import TestSupport
import Testing

/// Whole runs on disk, opened by the programs of others (Tests/Judges/judge_readers.py says which, and what each must see).
@Suite(.enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct NXmxReadersTests {
    /// Who must have read every frame of a run: the truth that was written beside it, and the reader that all have.
    private static let all: Set<Substring> = ["frames", "h5py"]

    /// Names of the readers that say PASS. One that says FAIL is thrown with its reason; one that is not installed says neither.
    private func readers(of description: NXmxDescription, _ label: String) throws -> Set<Substring> {
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
        let lines = answer.standardOutput.split(separator: "\n")
        return Set(lines.filter { $0.hasPrefix("PASS ") }.map { $0.dropFirst(5).prefix { $0 != ":" && $0 != " " } })
    }

    @Test func twoChannelsInTwoFilesEachWithAnOmegaScanAndALostFrame() throws {
        #expect(try readers(of: ExampleRun.description(), "two-channels").isSuperset(of: Self.all))
    }

    @Test(arguments: [PixelType.uint8, .uint16, .uint32]) func oneFileOfEachPixelType(_ type: PixelType) throws {
        #expect(
            try readers(of: ExampleRun.description(files: [7], channels: ["threshold_1"], pixelType: type), "one-file-\(type)")
                .isSuperset(of: Self.all))
    }

    @Test func stillsWithoutAGoniometerOfAStreamWithoutChannels() throws {
        var description = try ExampleRun.description(files: [3, 3, 1], channels: [nil])
        description.sample.axes = []
        #expect(try readers(of: description, "stills").isSuperset(of: Self.all))
    }

    @Test func stillsOnAGoniometerThatStandsStill() throws {
        var description = try ExampleRun.description(files: [7], channels: ["default"])
        description.sample.axes = [.init(name: "omega", direction: .init(-1, 0, 0), positions: .fixed(42))]
        #expect(try readers(of: description, "still-axis").isSuperset(of: Self.all))
    }

    /// A million frames have as many files; beyond eight links HDF5 keeps them in another form.
    @Test func aHundredFiles() throws {
        #expect(
            try readers(
                of: ExampleRun.description(files: [Int](repeating: 2, count: 99) + [1], channels: ["threshold_1"]),
                "hundred-files"
            ).isSuperset(of: Self.all))
    }

    @Test func aStreamWithoutAMask() throws {
        var description = try ExampleRun.description(channels: [nil])
        description.channels[0].pixelMask = nil
        #expect(try readers(of: description, "no-mask").isSuperset(of: Self.all))
    }

    @Test func aSingleFrame() throws {
        var description = try ExampleRun.description(files: [1], channels: ["threshold_1"])
        description.frames.valid = [true]
        #expect(try readers(of: description, "single-frame").isSuperset(of: Self.all))
    }
}
