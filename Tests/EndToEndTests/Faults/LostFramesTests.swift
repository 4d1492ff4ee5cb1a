import Foundation
import TestSupport
import Testing

/// F6, F7, F8, F12: frames that do not come, come twice, out of order, or in another number than announced.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct LostFramesTests {
    @Test("F6: dropped frames are named, masked and flagged, and those alone")
    func droppedFramesAreNamedMaskedAndFlagged() throws {
        let recorded = try FaultySeries.record("drop:3,17")
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames == Counts(expected: 20, received: 18, written: 18, lost_detector: 2))
        #expect(run.missing_frames == [[3, 3], [17, 17]])
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.map(\.stamp) == (0..<20).map { [3, 17].contains($0) ? nil : $0 })
        #expect([frames[3], frames[17]].allSatisfy { $0.counts == 0 && $0.smallest == 65_535 })
        let record = "/entry/instrument/detector/frame_record"
        let paths = ["\(record)/valid", "\(record)/missing", "\(record)/missing_count", "/entry/instrument/detector/start_time"]
        let values = try HDF5View.values(sealed.master, paths)
        #expect(values[paths[0]]?.numbers == (0..<20).map { [3, 17].contains($0) ? 0 : 1 })
        #expect(values[paths[1]]?.numbers == [3, 17])
        #expect(values[paths[2]]?.number == 2)
        #expect(values[paths[3]]?.numbers?.enumerated().filter { $0.element == nil }.map(\.offset) == [3, 17])
    }

    @Test("F7: a frame that comes twice is stored once")
    func aFrameThatComesTwiceIsStoredOnce() throws {
        let recorded = try FaultySeries.record("dup:5,11")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.verdict == "complete")
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 20, duplicate: 2))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
        #expect(!(try recorded.run().notes.contains { $0.contains("other content") }))
    }

    @Test("F7: a frame that comes again with other pixels is a conflict: the first is kept, and it is said")
    func aFrameThatComesAgainWithOtherPixelsIsAConflict() throws {
        let recorded = try FaultySeries.record("dup-differs:5")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 20, duplicate: 1))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
        let notes = try recorded.run().notes
        #expect(notes.contains { $0.contains("other content") && $0.hasSuffix("5") }, "\(notes)")
    }

    @Test("F8: frames out of order are stored at their numbers, byte for byte")
    func framesOutOfOrderAreStoredAtTheirNumbers() throws {
        let (folder, ordered) = (try TemporaryFolder("e2e"), try FaultySeries.record())
        let recorded = try FaultySeries.record("reorder:6,13")
        withExtendedLifetime(folder) {}
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 20, reordered: 2))
        let data = "/lysozyme_1_data_000001.h5"
        let digests = try HDF5View.chunkDigests(sealed.run + data)
        #expect(digests == (try HDF5View.chunkDigests(ordered.sealed().run + data)))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
    }

    @Test("F12: more frames than announced are all stored, and that is said")
    func moreFramesThanAnnouncedAreAllStored() throws {
        let recorded = try FaultySeries.record("more:3")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.frames == Counts(expected: 20, received: 23, written: 23))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<23))
    }

    @Test("F12: fewer frames than announced are a partial run")
    func fewerFramesThanAnnouncedAreAPartialRun() throws {
        let recorded = try FaultySeries.record("fewer:3")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 17, written: 17, lost_detector: 3))
        #expect(try recorded.run().missing_frames == [[17, 19]])
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<17))
    }

    @Test("F6, F12: the master counts missing frames as run.json does")
    func theMasterCountsMissingFramesAsRunJSONDoes() throws {
        let recorded = try FaultySeries.record("fewer:3", "drop:2")
        let path = "/entry/instrument/detector/frame_record/missing_count"
        #expect(try recorded.run().missing_frames == [[2, 2], [17, 19]])
        let missing = try HDF5View.values(try recorded.sealed().master, [path])[path]?.number
        #expect(missing == 4)
    }
}
