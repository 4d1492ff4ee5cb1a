import CPeers
import ChunkFile
import FrameIngest
import Foundation

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
        let pages = WarmPages(folder: folder, bytes: bytesPerRun, message: size)
        for round in 0...rounds {
            let run = try record(frames, pages)
            ours.add(run.sample, round: round)
            if round > 0 { seals.append(run.sealing) }
            writing.add(try pull(frames, to: folder + "/peer.bin", pages), round: round)
            bare.add(try pull(frames, to: nil, pages), round: round)
        }
        let sizeText = "\(size / 1024) KiB"
        let seal = "our seal, not in the rate: \(Int((seals.median * 1000).rounded())) ms; \(pages.note)"
        return [
            Comparison(
                subject: "loopback ZeroMQ, V2 messages of \(sizeText), to a file", unit: "GB/s", ours: ours, peer: writing,
                goal: .ratio(0.85, aim: 0.95), note: seal),
            Comparison(
                subject: "loopback ZeroMQ, V2 messages of \(sizeText), against receiving alone", unit: "GB/s", ours: ours,
                peer: bare, goal: .none),
        ]
    }

    private func pull(_ frames: Int, to path: String?, _ pages: WarmPages) throws -> Sample {
        let pusher = try Pusher(frames: frames, pages: pages)
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

    /// In a process of its own, as `ingest` is: the allocator's settings hold only where no thread was before them.
    private func record(_ frames: Int, _ pages: WarmPages) throws -> (sample: Sample, sealing: Double) {
        let report = try Recorder.inChild(
            try Pusher(frames: frames, pages: pages), folder: folder, poolBytes: StreamReceiver.Options().poolBytes)
        let gigabytes = Double(report.bytesStored) / 1e9
        return (
            Sample(rate: gigabytes / report.seconds, processorSeconds: report.processorSeconds / gigabytes),
            report.lastFrameToSealed_s
        )
    }
}
