import BeamlineMetadata
import FrameIngest
import Foundation
import Frames
import Logging
import RunModel
import RunPipeline

/// One series from the socket to a sealed run, as `ingest stream` does it, with what can only be seen from inside.
struct Recorder {
    static let command = "record"

    struct Report: Codable {
        let frames: Int
        let bytesStored: Int
        /// From the receipt of the first image until everything is written and the end message taken.
        let seconds: Double
        /// Of the whole process until then.
        let processorSeconds: Double
        /// From the receipt of the last image to the sealed run.
        let lastFrameToSealed_s: Double
        /// From a frame's receipt to its acknowledgement.
        let latency50_s: Double
        let latency99_s: Double
        let latencyHighest_s: Double
        /// Bytes received and not acknowledged: the most there were, and the bound.
        let poolHighest: Int
        let poolLimit: Int
        /// Largest resident memory of the process so far.
        let memoryHighest: Int
    }

    /// The child's side: a process of its own, so that its memory is that of one ingest.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 3, let pool = Int(arguments[2]) else { throw BenchError("record ADDRESS FOLDER POOL_BYTES") }
        MemoryTuning.keepLargeBlocks()
        let report = try record(from: arguments[0], to: arguments[1], poolBytes: pool)
        print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    /// Starts a child that records what `pusher` sends; its runs are removed.
    static func inChild(_ pusher: Pusher, folder: String, poolBytes: Int) throws -> Report {
        let output = folder + "/runs"
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: output) }
        let data = try Child.run(Child.ownProgram, [command, pusher.address, output, "\(poolBytes)"])
        try pusher.waitUntilDone()
        return try JSONDecoder().decode(Report.self, from: data)
    }

    static func record(
        from address: String, to output: String, poolBytes: Int = StreamReceiver.Options().poolBytes
    ) throws -> Report {
        var options = StreamReceiver.Options()
        options.poolBytes = poolBytes
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: address), options: options)
        let plan = IngestPlan(
            outputFolder: output, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("bench_{series}"),
            version: "bench")
        var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let watch = Stopwatch()
        var ended: (time_ns: Int64, processorSeconds: Double)?
        let acquisition = Acquisition(plan: plan, events: receiver.start(), logger: logger) { state in
            // Reported once, when the end message has been taken and before anything is sealed.
            if state.state == .sealing { ended = (systemTime_ns(), watch.processorSeconds) }
        }
        let sealed = try acquisition.recordSeries()
        let sealed_ns = systemTime_ns()
        receiver.stop()
        guard let summary = sealed?.summary, let ended, let first = summary.times.firstFrame, let last = summary.times.lastFrame,
            summary.frames.written == summary.frames.received, summary.frames.written == summary.frames.expected
        else { throw BenchError("the run is not complete: \(sealed.map { "\($0.summary.frames)" } ?? "there is none")") }
        let latency = plan.acknowledgement.snapshot()
        return Report(
            frames: summary.frames.written, bytesStored: sealed?.bytesStored ?? 0,
            seconds: Double(ended.time_ns - first.unixNanoseconds) / 1e9, processorSeconds: ended.processorSeconds,
            lastFrameToSealed_s: Double(sealed_ns - last.unixNanoseconds) / 1e9, latency50_s: latency.quantile(0.5) ?? .nan,
            latency99_s: latency.quantile(0.99) ?? .nan, latencyHighest_s: latency.highest_s,
            poolHighest: receiver.counters.pool.highestBytes, poolLimit: receiver.counters.pool.limitBytes,
            memoryHighest: Machine.largestResidentMemory)
    }
}
