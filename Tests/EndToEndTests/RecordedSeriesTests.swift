import Foundation
import TestSupport
import Testing

/// A real EIGER2 16M recording, replayed stamped as a series of 30 frames: what comes out, exactly.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "jsonschema"), "\(TestPython.absence)"))
struct RecordedSeriesTests {
    static let frames = 30
    static let source = Fixtures.url("streams/eiger2-16m")
    /// Recorded once for all tests of this suite.
    static let recorded: Result<Recorded, any Error> = Result {
        // A static value is never released: without this each test run would leave its frames behind.
        atexit {
            if let folder = try? RecordedSeriesTests.recorded.get().folder.url { try? FileManager.default.removeItem(at: folder) }
        }
        return try Rehearsal.record(source.path, playing: ["--frames", "\(frames)", "--stamp"])
    }

    @Test func theFinalObjectTellsRunVerdictCountsAndIdentifier() throws {
        let recorded = try Self.recorded.get()
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(recorded.output.standardOutput.split(separator: "\n").count == 1)
        #expect(sealed.event == "sealed")
        #expect(sealed.exit_code == 0)
        #expect(sealed.verdict == "complete")
        #expect(sealed.frames == Counts(expected: 30, received: 30, written: 30))
        #expect(sealed.run == recorded.folder.file("runs/lysozyme_15614").path)
        #expect(sealed.master == sealed.run + "/lysozyme_15614_master.h5")
        #expect(sealed.pid.hasPrefix("urn:uuid:"))
    }

    @Test func runJSONObeysItsSchemaAndRepeatsTheFinalObject() throws {
        let recorded = try Self.recorded.get()
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(try Judges.schemaErrors(of: sealed.run + "/run.json", by: PackageRoot.file("schemas/run.schema.json")) == [])
        #expect(run.frames == sealed.frames)
        #expect(run.pid == sealed.pid)
        #expect(run.verdict == sealed.verdict)
        #expect(run.ending == "end_message")
        #expect(run.missing_frames == [])
        #expect(run.findings == [])
        #expect(run.files.filter { $0.path.hasPrefix("/") }.isEmpty)
        for file in run.files {
            let attributes = try FileManager.default.attributesOfItem(atPath: sealed.run + "/" + file.path)
            #expect((attributes[.size] as? NSNumber)?.intValue == file.bytes, "\(file.path)")
        }
    }

    @Test func sha256sumAgreesWithTheManifest() throws {
        let run = try Self.recorded.get().sealed().run
        let output = try ChildProcess.run("sha256sum", ["-c", "manifest.sha256"], in: run)
        #expect(output.status == 0, "\(output.standardError)")
        let named = Set(output.standardOutput.split(separator: "\n").map { $0.split(separator: ":")[0] }.map(String.init))
        let present = try FileManager.default.subpathsOfDirectory(atPath: run).filter {
            $0 != "manifest.sha256" && $0 != "ledger"
        }
        #expect(named == Set(present))
    }

    @Test func valuesOfTheStreamStandAtTheirNeXusPaths() throws {
        let sealed = try Self.recorded.get().sealed()
        let detector = "/entry/instrument/detector"
        let numbers: [String: Double] = [
            "/entry/instrument/beam/incident_wavelength": 0.918381073013,
            "\(detector)/beam_center_x": 2049.3840906675064, "\(detector)/beam_center_y": 2163.621048575148,
            "\(detector)/count_time": 0.004317472232502031, "\(detector)/frame_time": 0.004317572232502031,
            "\(detector)/distance": 0.23715919962215962, "\(detector)/x_pixel_size": 7.5e-05,
            "\(detector)/y_pixel_size": 7.5e-05, "\(detector)/sensor_thickness": 0.00045,
            "\(detector)/saturation_value": 21517, "\(detector)/threshold_energy": 6750.149914699146,
            "\(detector)/frame_record/missing_count": 0, "\(detector)/detectorSpecific/nimages": 30,
        ]
        let texts = [
            "/entry/definition": "NXmx", "/entry/identifier_run": sealed.pid, "/entry/entry_identifier": sealed.pid,
            "/entry/sample/name": "lysozyme", "/entry/source/name": "Example Storage Ring",
            "/entry/instrument/name": "Beamline BL-04", "\(detector)/description": "Dectris EIGER2 Si 16M",
            "\(detector)/serial_number": "E-32-0117", "\(detector)/sensor_material": "Si",
        ]
        let values = try HDF5View.values(sealed.master, Array(numbers.keys) + Array(texts.keys))
        for (path, expected) in numbers { #expect(values[path]?.number == expected, "\(path)") }
        for (path, expected) in texts { #expect(values[path]?.text == expected, "\(path)") }
        #expect(values["/entry/identifier_run"]?.attributes["type"] == "URN")
        #expect(values["\(detector)/distance"]?.attributes["units"] == "m")
    }

    @Test func thePhotonEnergyIsTheStreamsToTheLastBit() throws {
        let path = "/entry/instrument/beam/incident_energy"
        let values = try HDF5View.values(try Self.recorded.get().sealed().master, [path])
        #expect(values[path]?.number == 13500.299829398293)
        #expect(values[path]?.attributes["units"] == "eV")
    }

    @Test func everyFrameHasItsOwnTimesAngleAndValidity() throws {
        let detector = "/entry/instrument/detector"
        let paths = [
            "\(detector)/start_time", "\(detector)/real_time", "\(detector)/frame_record/valid",
            "/entry/sample/transformations/omega",
        ]
        let values = try HDF5View.values(try Self.recorded.get().sealed().master, paths)
        let starts = try #require(values[paths[0]])
        let frameTime = 0.004317572232502031
        // The player shifts a recorded frame by whole ticks of the detector's 50 MHz clock.
        for (frame, start) in (starts.numbers ?? []).enumerated() {
            #expect(abs((start ?? -1) - Double(frame) * frameTime) <= 1e-8, "frame \(frame)")
        }
        #expect(starts.shape == [30])
        #expect(starts.attributes["start"] == "2023-10-03T17:47:49.434+02:00")
        #expect(values[paths[1]]?.numbers == Array(repeating: 215_873.0 / 50_000_000, count: 30))
        #expect(values[paths[2]]?.numbers == Array(repeating: 1, count: 30))
        let angles = (values[paths[3]]?.numbers ?? []).map { $0 ?? .nan }
        #expect(angles.count == 30)
        #expect(zip(angles, 0...).allSatisfy { abs($0 - Double($1) * 0.1) < 1e-9 })
    }

    @Test func everyFrameHasItsStampAndAllCounts() throws {
        let sealed = try Self.recorded.get().sealed()
        let frames = try HDF5View.frames(sealed.master)
        // The thirteen pixels under the stamp hold no counts in this recording: all 13,712 are behind it.
        #expect(frames == (0..<30).map { HDF5View.Frame(counts: 13_712, stamp: $0, smallest: 0) })
        let shape: [Int] = try HDF5View.answer(
            "print(json.dumps(list(h5py.File(sys.argv[1])['/entry/instrument/detector/data'].shape)))", [sealed.master])
        #expect(shape == [30, 4362, 4148])
    }

    @Test(.enabled(if: TestPython.isAvailable("fabio", "silx", "nexusformat", "pyFAI"), "\(TestPython.absence)"))
    func everyReaderSeesTheSameFrames() throws {
        let lines = try Judges.readers(try Self.recorded.get().sealed().run, frames: Self.frames)
        let passed = lines.filter { $0.hasPrefix("PASS ") }.map { $0.dropFirst(5).prefix { $0 != ":" } }.map(String.init)
        #expect(lines.filter { $0.hasPrefix("FAIL") } == [])
        #expect(passed == ["frames", "h5py", "fabio", "silx", "nexusformat", "nxcheck", "pyFAI", "h5dump"])
    }

    @Test func verifyFindsEveryChunkAsRecorded() throws {
        let run = try Self.recorded.get().sealed().run
        let output = try FaisceauProgram.run(["verify", run, "--decode", "--json"])
        #expect(output.status == 0, "\(output.standardError)")
        #expect(output.standardOutput.contains("\"decoded\":30"))
    }

    @Test func inspectShowsTheRunAndTheTreeOfItsMaster() throws {
        let sealed = try Self.recorded.get().sealed()
        let run = try FaisceauProgram.run(["inspect", sealed.run])
        #expect(run.status == 0)
        #expect(run.standardOutput.contains("30 written, 30 expected, 0 missing"))
        let tree = try FaisceauProgram.run(["inspect", sealed.master])
        #expect(tree.status == 0)
        #expect(tree.standardOutput.contains("entry  (NXentry)"))
        #expect(!tree.standardOutput.contains("HDF5Array"))
        #expect(tree.standardOutput.contains("0.918381073013"))
    }

    @Test func aRunThatWasMovedStillOpens() throws {
        let run = try Self.recorded.get().sealed().run
        let elsewhere = try TemporaryFolder("moved")
        let moved = elsewhere.file("another name").path
        try FileManager.default.copyItem(atPath: run, toPath: moved)
        let sums: [Int] = try HDF5View.answer(
            """
            f = h5py.File(sys.argv[1])
            a = f["/entry/data/frames"][29]
            print(json.dumps([int(a[a != 65535].sum()) - int(a.flat[:13].sum()), len(f["/entry/data/frames"])]))
            """, [moved + "/lysozyme_15614_master.h5"])
        #expect(sums == [13_712, 30])
        #expect(try FaisceauProgram.run(["verify", moved]).status == 0)
    }

    @Test(.enabled(if: TestPython.isAvailable("cbor2"), "\(TestPython.absence)"))
    func storedBytesAreThoseOfTheMessages() throws {
        let recorded = try Rehearsal.record(Self.source.path, playing: ["--frames", "2"])
        let sealed = try recorded.sealed()
        let source = try OtherSources.payloadDigest(Self.source.appendingPathComponent("image.cbor"))
        #expect(try HDF5View.chunkDigests(sealed.run + "/lysozyme_15614_data_000001.h5") == [source, source])
    }
}
