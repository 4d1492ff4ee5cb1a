import BeamlineMetadata
import CPeers
import ChunkFile
import FrameIngest
import Foundation
import Frames
import Logging
import RunModel
import RunPipeline

/// A V2 series over ZeroMQ on the loopback device into a run, against C loops that receive the same messages.
///
/// Timed from the first image to the end message, when everything before it is written; what closes the file (our seal, the C
/// loop's ftruncate) is left out, and our seal printed apart.
struct Loopback {
    let folder: String
    let bytesPerRun: Int
    private static let space = SpaceOptions.standard

    func compare(rounds: Int) throws -> [Comparison] {
        MemoryTuning.keepLargeBlocks()
        let size = try SeriesMessages(frames: 1).image.count
        let frames = max(1, bytesPerRun / size)
        var ours = Figures(
            "receiver, acquisition, run folder", threads: "receiver, writer, libzmq, preview (2 packers asleep)")
        var writing = Figures("C: PULL, pwrite", threads: "1 thread, libzmq")
        var bare = Figures("C: bare PULL", threads: "1 thread, libzmq")
        var seals: [Double] = []
        for round in 0...rounds {
            let run = try record(frames)
            ours.add(run.sample, round: round)
            if round > 0 { seals.append(run.sealing) }
            writing.add(try pull(frames, to: folder + "/peer.bin"), round: round)
            bare.add(try pull(frames, to: nil), round: round)
        }
        let sizeText = "\(size / 1024) KiB"
        let seal = "our seal, not in the rate: \(Int((seals.median * 1000).rounded())) ms"
        return [
            Comparison(
                subject: "loopback ZeroMQ, V2 messages of \(sizeText), to a file", unit: "GB/s", ours: ours, peer: writing,
                goal: .ratio(0.7), note: seal),
            Comparison(
                subject: "loopback ZeroMQ, V2 messages of \(sizeText), against receiving alone", unit: "GB/s", ours: ours,
                peer: bare, goal: .none),
        ]
    }

    private func pull(_ frames: Int, to path: String?) throws -> Sample {
        let pusher = try Pusher(frames: frames)
        var (messages, bytes) = (0, 0)
        let watch = Stopwatch()
        let seconds = peer_pull(pusher.address, path, 64 << 10, Self.space.preallocationStep, &messages, &bytes)
        if let path { unlink(path) }
        try pusher.waitUntilDone()
        guard seconds > 0, messages == frames else {
            throw BenchError("the C loop received \(messages) of \(frames) messages (result \(seconds))")
        }
        return watch.sample(amount: Double(bytes) / 1e9, wallSeconds: seconds)
    }

    private func record(_ frames: Int) throws -> (sample: Sample, sealing: Double) {
        let output = folder + "/runs"
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: output) }
        let pusher = try Pusher(frames: frames)
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: pusher.address))
        var plan = IngestPlan(
            outputFolder: output, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("bench_{series}"),
            version: "bench")
        plan.space = Self.space
        var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let watch = Stopwatch()
        var ended: (time_ns: Int64, processorSeconds: Double)?
        let acquisition = Acquisition(plan: plan, events: receiver.start(), logger: logger) { state in
            // Reported once, when the end message has been taken and before anything is sealed.
            if state.state == .sealing { ended = (systemTime_ns(), watch.processorSeconds) }
        }
        let sealed = try acquisition.recordSeries()
        receiver.stop()
        try pusher.waitUntilDone()
        guard let sealed, let ended, let first = sealed.summary.times.firstFrame, sealed.summary.frames.written == frames
        else {
            throw BenchError("the run has \(sealed?.summary.frames.written ?? 0) of \(frames) frames")
        }
        let gigabytes = Double(sealed.bytesStored) / 1e9
        let sample = Sample(
            rate: gigabytes / (Double(ended.time_ns - first.unixNanoseconds) / 1e9),
            processorSeconds: ended.processorSeconds / gigabytes)
        return (sample, sealed.sealingSeconds)
    }
}
