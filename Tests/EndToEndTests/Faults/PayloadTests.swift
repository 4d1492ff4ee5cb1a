import Foundation
import TestSupport
import Testing

/// F13: frames whose payload, or what is said of it, is wrong.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct PayloadTests {
    @Test(
        "F13: a damaged frame is missing with its reason, and the others are whole",
        arguments: [
            ("truncate:4", "ends within one of its blocks"), ("corrupt:4", "ends within one of its blocks"),
            ("shape:4", "32 x 128"), ("dtype:4", "uint32"), ("nohdr12:4", "announces another frame size"),
            ("bomb:4", "1000000000000000 bytes"),
        ])
    func aDamagedFrameIsInvalidAndTheOthersAreWhole(fault: String, reason: String) throws {
        let recorded = try FaultySeries.record(fault)
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 19, invalid: 1))
        #expect(run.invalid_frames.map(\.frame) == [4])
        #expect(run.invalid_frames.first?.reason.contains(reason) == true, "\(run.invalid_frames.first?.reason ?? "none")")
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.map(\.stamp) == (0..<20).map { $0 == 4 ? nil : $0 })
        #expect(frames[4].smallest == 65_535)
    }

    @Test("F13: an unknown encoding is refused by name", .enabled(if: TestPython.isAvailable("cbor2"), "\(TestPython.absence)"))
    func anUnknownEncodingIsRefusedByName() throws {
        let folder = try TemporaryFolder("e2e")
        let fixture = Fixtures.url("streams/eiger2-16m").path
        // The one image of the recording, with the name of its compression changed: no frame can be stored.
        let (process, address) = try OtherSources.push(
            """
            [[open("\(fixture)/start.cbor", "rb").read()],
                [open("\(fixture)/image.cbor", "rb").read().replace(b"bslz4", b"blosc")],
                [open("\(fixture)/end.cbor", "rb").read()]]
            """)
        let output = try Rehearsal.startIngest(from: address, in: folder).wait()
        let recorded = Recorded(folder: folder, output: output, player: nil)
        withExtendedLifetime(process) {}
        #expect(recorded.status == 3)
        #expect(try recorded.sealed().verdict == "failed")
        #expect(try recorded.sealed().frames.written == 0)
        let said = recorded.events.compactMap(\.reason).first { $0.contains("blosc") }
        #expect(said?.contains("expected bslz4, lz4, bszstd or zstd") == true)
        // Who opens the run later must find the reason too.
        let run = try recorded.run()
        #expect((run.notes + run.invalid_frames.map(\.reason)).contains { $0.contains("blosc") }, "\(run.notes)")
    }
    @Test("F13: several damaged frames of both protocols are each named", arguments: ["v1", "v2"])
    func severalDamagedFramesAreEachNamed(version: String) throws {
        let recorded = try Rehearsal.record(
            "synthetic:64x128:rings",
            playing: ["--protocol", version]
                + FaultySeries.flags(["truncate:2", "corrupt:5", "shape:8", "dtype:11", "nohdr12:14", "bomb:17"]))
        let sealed = try recorded.sealed()
        let damaged = [2, 5, 8, 11, 14, 17]
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 14, invalid: 6))
        #expect(try recorded.run().invalid_frames.map(\.frame) == damaged)
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == (0..<20).map { damaged.contains($0) ? nil : $0 })
        #expect(try FaisceauProgram.run(["verify", sealed.run, "--decode"]).status == 0)
    }
}
