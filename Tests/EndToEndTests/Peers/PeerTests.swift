import Foundation
import TestSupport
import Testing

/// Detectors that we did not write: what they send is not what we think that a detector sends.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: PeerProgram.isInstalled, "\(PeerProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct PeerTests {
    /// Starts ingest on the peer's stream, and waits until the detector may be armed.
    static func ingest(
        _ peer: PeerProgram, _ version: String, _ flags: [String] = [], in folder: TemporaryFolder
    ) throws -> ChildProcess {
        let ingest = try Rehearsal.startIngest(from: try peer.address(version), flags, in: folder)
        try ingest.waitFor("\"event\":\"ready\"", seconds: 60)
        return ingest
    }

    @Test("tickit-devices: a series over Stream V1 and V2 is complete", arguments: [("v1", "legacy"), ("v2", "cbor")])
    func aSeriesOfTickitIsComplete(version: String, format: String) throws {
        let folder = try TemporaryFolder("peer")
        let peer = try PeerProgram("tickit_eiger.py", in: folder)
        // The detector's own counters are read at arm and end, and agree.
        let ingest = try Self.ingest(peer, version, ["--simplon", peer.simplonAddress], in: folder)
        try peer.simplon(
            "1.8.0", "stream/config/format=\"\(format)\"", "detector/config/trigger_mode=\"ints\"", "detector/config/nimages=6",
            "detector/config/frame_time=0.02", "detector/command/initialize", "detector/command/arm", "detector/command/trigger")
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        withExtendedLifetime(peer) {}
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(sealed.frames == Counts(expected: 6, received: 6, written: 6))
        #expect(try recorded.run().ending == "end_message")
        let notes = try recorded.run().notes
        #expect(!notes.contains { $0.contains("detector's counters") }, "\(notes)")
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.count == 6)
        // It sends one recorded frame again and again.
        #expect(frames.allSatisfy { $0.counts == frames[0].counts && $0.counts > 0 })
        if version == "v2" { #expect(frames[0].counts == 13_712) }
        #expect(try FaisceauProgram.run(["verify", sealed.run, "--decode"]).status == 0)
    }

    @Test(
        "tickit-devices: a detector that waits for its second trigger is said to stall, and what came is kept when it is disarmed"
    )
    func aDetectorThatWaitsForATriggerStalls() throws {
        let folder = try TemporaryFolder("peer")
        let peer = try PeerProgram("tickit_eiger.py", in: folder)
        let ingest = try Self.ingest(peer, "v2", ["--stall", "1", "--close-after", "120"], in: folder)
        try peer.simplon(
            "1.8.0", "stream/config/format=\"cbor\"", "detector/config/trigger_mode=\"ints\"", "detector/config/nimages=3",
            "detector/config/ntrigger=2", "detector/config/frame_time=0.02", "detector/command/initialize",
            "detector/command/arm",
            "detector/command/trigger")
        try ingest.waitFor("nothing has come for a while", seconds: 60)
        try peer.simplon("1.8.0", "detector/command/disarm")
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        withExtendedLifetime(peer) {}
        #expect(recorded.status == 3)
        let sealed = try recorded.sealed()
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames == Counts(expected: 6, received: 3, written: 3, lost_detector: 3))
        #expect(try recorded.run().ending == "end_message")
    }

    @Test(
        "libertem-dectris: a source that sends its header in pieces and no real payload is refused frame by frame, each counted")
    func aSourceWithoutRealPayloadIsRefusedFrameByFrame() throws {
        let folder = try TemporaryFolder("peer")
        let peer = try PeerProgram("dectris_sim.py", ["50"], in: folder)
        let ingest = try Rehearsal.startIngest(from: try peer.address("v1"), in: folder)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        withExtendedLifetime(peer) {}
        #expect(recorded.status == 3)
        let sealed = try recorded.sealed()
        #expect(sealed.verdict == "failed")
        #expect(sealed.frames.received == 50)
        #expect(sealed.frames.invalid == 50)
        #expect(sealed.frames.written == 0)
        let run = try recorded.run()
        #expect(run.ending == "end_message")
        #expect(run.invalid_frames.map(\.frame) == Array(0..<50))
        #expect(run.invalid_frames.allSatisfy { $0.reason.contains("announces another frame size") })
        #expect(run.notes.contains { $0.contains("htype") }, "\(run.notes)")
    }

    @Test("eiger-simulator: payloads without their header are refused frame by frame")
    func payloadsWithoutTheirHeaderAreRefusedFrameByFrame() throws {
        let folder = try TemporaryFolder("peer")
        let peer = try PeerProgram("eiger_simulator.py", [folder.path], in: folder)
        // Its stream opens when it is initialized.
        try peer.simplon(
            "1.6.0", "detector/config/nimages=8", "detector/config/count_time=0.01", "detector/command/initialize")
        let ingest = try Self.ingest(peer, "v1", in: folder)
        try peer.simplon("1.6.0", "detector/command/arm", "detector/command/trigger")
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: nil)
        withExtendedLifetime(peer) {}
        #expect(recorded.status == 3)
        let sealed = try recorded.sealed()
        #expect(sealed.verdict == "failed")
        #expect(sealed.frames == Counts(expected: 8, received: 8, written: 0, invalid: 8))
        let run = try recorded.run()
        #expect(run.invalid_frames.map(\.frame) == Array(0..<8))
        #expect(run.invalid_frames.allSatisfy { $0.reason.contains("announces another frame size") })
    }
}
