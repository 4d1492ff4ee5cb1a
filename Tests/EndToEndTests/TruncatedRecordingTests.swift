import Foundation
import TestSupport
import Testing

/// A real Stream V1 series of an EIGER2 9M whose publisher cut every frame to 20,000 bytes.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: SharedData.has("stream/eiger2_9m_v1_truncated.cbors"), "\(SharedData.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "cbor2"), "\(TestPython.absence)"))
struct TruncatedRecordingTests {
    @Test func cutFramesFailTheRunAndTheHeaderIsKept() throws {
        let recording = try #require(SharedData.url("stream/eiger2_9m_v1_truncated.cbors"))
        let recorded = try Rehearsal.record(recording.path)
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "failed")
        #expect(sealed.frames == Counts(expected: 3, received: 3, written: 0, invalid: 3))
        #expect(run.invalid_frames.map(\.frame) == [0, 1, 2])
        #expect(run.dataFiles.isEmpty)
        #expect(run.notes.contains("pixel mask: 20000 of 40553184 bytes came"))
        let stream = "/entry/instrument/detector/stream"
        let values = try HDF5View.values(
            sealed.master, ["\(stream)/header", "\(stream)/header_appendix", "/entry/instrument/beam/incident_energy"])
        #expect(values["\(stream)/header"]?.text?.contains("\"detector_number\":\"E-18-0132\"") == true)
        #expect(values["\(stream)/header_appendix"]?.text?.contains("\"col_id\": 128579") == true)
        #expect(try FaisceauProgram.run(["verify", sealed.run]).status == 0)
    }

    @Test func aMaskThatCameCutIsNotReplacedByAnInventedOne() throws {
        let recording = try #require(SharedData.url("stream/eiger2_9m_v1_truncated.cbors"))
        let recorded = try Rehearsal.record(recording.path)
        let said: [String] = try HDF5View.answer(
            """
            found = []
            def look(name, node):
                if name.endswith("pixel_mask") and isinstance(node, h5py.Dataset):
                    found.append(str(node.attrs.get("description", "")))
            h5py.File(sys.argv[1]).visititems(look)
            print(json.dumps(found))
            """, [try recorded.sealed().master])
        #expect(!said.contains { $0.contains("sent no mask") }, "\(said)")
    }

    @Test func aRunIsArmedBeforeItsFirstFrame() throws {
        let recording = try #require(SharedData.url("stream/eiger2_9m_v1_truncated.cbors"))
        let times = try Rehearsal.record(recording.path).run().times
        // Nanoseconds with the same number of digits: text in order is time in order.
        #expect(times.armed <= times.first_frame ?? "")
        #expect(times.first_frame ?? "" <= times.last_frame ?? "")
        #expect(times.last_frame ?? "" <= times.sealed)
    }

    @Test func aGoodFrameAmongThemIsStoredByteForByte() throws {
        let recording = try #require(SharedData.url("stream/eiger2_9m_v1_truncated.cbors"))
        let folder = try TemporaryFolder("e2e")
        let copy = folder.file("with-a-good-one.cbors")
        let good = try OtherSources.addGoodFrame(to: recording, as: copy)
        #expect(good.frame == 3)
        let recorded = try Rehearsal.record(copy.path, in: folder)
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames.written == 1)
        #expect(sealed.frames.invalid == 3)
        let data = try #require(try recorded.run().dataFiles.first)
        let digests = try HDF5View.chunkDigests(sealed.run + "/" + data.path)
        #expect(digests.count == 4)
        #expect(digests.last == good.digest)
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.map(\.counts) == [0, 0, 0, good.counts])
        #expect(frames.prefix(3).allSatisfy { $0.smallest == Int(UInt32.max) })
        let valid = "/entry/instrument/detector/frame_record/valid"
        #expect(try HDF5View.values(sealed.master, [valid])[valid]?.numbers == [0, 0, 0, 1])
    }
}
