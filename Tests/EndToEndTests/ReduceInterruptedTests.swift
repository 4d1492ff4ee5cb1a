import Foundation
import TestSupport
import Testing

/// `faisceau reduce azimuthal` that somebody stops, or kills, with a part of the frames done, and that is continued.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct ReduceInterruptedTests {
    /// More than two checkpoints apart (`ReductionFile.flushRows`).
    static let frames = 2500
    static let recorded: Result<Recorded, any Error> = Result {
        atexit {
            if let folder = try? ReduceInterruptedTests.recorded.get().folder.url {
                try? FileManager.default.removeItem(at: folder)
            }
        }
        return try Rehearsal.record(
            "synthetic:128x256:rings", playing: ["--frames", "\(frames)", "--seed", "5"], seconds: 180)
    }

    /// Slow enough for a frame that there is a middle, and with a row large enough that it is seen on the disk soon.
    private static let yaml = """
        bins: {count: 300, unit: 2th_deg}
        splitting: bbox
        clipping: {cutoff: 3, cycles: 5}
        """

    private func start(
        _ input: String, _ out: String, _ folder: TemporaryFolder, _ flags: [String] = []
    ) throws -> ChildProcess {
        let configuration = try folder.write(Self.yaml, to: "reduce.yaml")
        return try FaisceauProgram.start(
            ["reduce", "azimuthal", input, "--out", folder.file(out).path, "--config", configuration.path, "--workers", "1"]
                + flags)
    }

    /// Lets the process run a little at a time until the unfinished result has more than so many rows, as a reader of HDF5 sees them; then
    /// sends the signal. While it is looked at the process stands still, so that it cannot come to its end meanwhile.
    /// - Returns: the rows that were seen.
    private func signal(_ number: Int32, _ process: ChildProcess, once rows: Int, in partial: String) throws -> Int {
        try HDF5View.answer(
            """
            import os, signal, time
            pid, number, rows, path = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
            seen = 0
            while seen <= rows:
                time.sleep(0.02)
                os.kill(pid, signal.SIGSTOP)
                if os.path.exists(path):
                    try:
                        with h5py.File(path, locking=False) as f:
                            seen = int((f["/entry/frames/frame_status"][()] != 0).sum())
                    except (OSError, KeyError):
                        pass  # It is being made.
                if seen > rows: os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)
            print(seen)
            """, ["\(process.processID)", "\(number)", "\(rows)", partial])
    }

    /// The paths of what differs between two files: values, attributes, or whether it is there.
    private func differences(_ one: String, _ other: String) throws -> [String] {
        try HDF5View.answer(
            """
            def content(path):
                found = {}
                with h5py.File(path) as f:
                    def take(name, thing):
                        value = thing[()] if isinstance(thing, h5py.Dataset) else None
                        array = np.asarray(value)
                        plain = array.tolist() if array.dtype.kind == "O" else array.tobytes()
                        attributes = {k: np.asarray(v).tolist() for k, v in thing.attrs.items()}
                        found[name] = (str(array.dtype), array.shape, plain, repr(sorted(attributes.items())))
                    f.visititems(take)
                return found
            a, b = content(sys.argv[1]), content(sys.argv[2])
            print(json.dumps(sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))))
            """, [one, other])
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func whatWasStoppedInTheMiddleGoesOnToTheSameResult(_ number: Int32) throws {
        let input = try Self.recorded.get().sealed().run
        let folder = try TemporaryFolder("interrupted")
        let name = URL(fileURLWithPath: input).lastPathComponent + "_azimuthal"
        func result(_ out: String) -> String { folder.file("\(out)/\(name)/\(name).h5").path }
        let whole = try start(input, "whole", folder).wait(seconds: 300)
        #expect(whole.status == 0, "\(whole.standardError)")

        let process = try start(input, "parts", folder)
        // A kill leaves what the last checkpoint has: one is behind the first thousand rows.
        let seen = try signal(number, process, once: number == SIGKILL ? 1000 : 1, in: result("parts") + ".partial")
        let stopped = try process.wait(seconds: 120)
        #expect((1..<Self.frames).contains(seen))
        #expect(FileManager.default.fileExists(atPath: result("parts") + ".partial"))
        #expect(!FileManager.default.fileExists(atPath: result("parts")))
        #expect(!FileManager.default.fileExists(atPath: folder.file("parts/\(name)/run.json").path))
        if number == SIGKILL {
            #expect(stopped.status == 128 + SIGKILL)
        } else {
            #expect(stopped.status == 3, "\(stopped.standardError)")
            #expect(stopped.standardOutput.hasPrefix("stopped after "), "\(stopped.standardOutput)")
            #expect(stopped.standardOutput.contains("go on with --resume (\(result("parts")).partial)"))
        }
        // By chance it is not begun again, nor taken for finished.
        let again = try start(input, "parts", folder).wait(seconds: 120)
        #expect(again.status == 4)
        #expect(again.standardError.contains("Continue it with --resume"), "\(again.standardError)")

        let resumed = try start(input, "parts", folder, ["--resume"]).wait(seconds: 300)
        #expect(resumed.status == 0, "\(resumed.standardError)")
        let before = resumed.standardOutput.split(separator: ", ").first { $0.contains(" of them before") }
        let count = try #require(before.flatMap { Int($0.prefix { $0.isNumber }) }, "\(resumed.standardOutput)")
        #expect((1..<Self.frames).contains(count))
        #expect(resumed.standardOutput.contains("complete: \(Self.frames) of \(Self.frames) frames, \(count) of them before"))
        #expect(
            try differences(result("whole"), result("parts")) == [
                "entry/end_time", "entry/entry_identifier", "entry/identifier_run", "entry/process/date",
                "entry/start_time",
            ])
        let files = try ["whole", "parts"].map {
            try FileManager.default.contentsOfDirectory(atPath: folder.file("\($0)/\(name)").path).sorted()
        }
        #expect(files[0] == files[1])
        let digests = try ChildProcess.run("sha256sum", ["-c", "manifest.sha256"], in: folder.file("parts/\(name)").path)
        #expect(digests.status == 0, "\(digests.standardError)")
    }
}
