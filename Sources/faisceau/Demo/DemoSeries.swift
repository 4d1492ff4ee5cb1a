import BeamlineMetadata
import CommandLineSupport
import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import FrameIngest
import Frames
import Identifiers
import JSON
import RunModel
import RunPipeline
import Synchronization

/// What one series of the demo gave.
struct DemoResult {
    let run: SealedRun
    let report: VerificationReport
    let framesWithRightPixels: Int
    let seconds: Double

    var isGood: Bool {
        run.summary.verdict == .complete && report.problems.isEmpty && framesWithRightPixels == run.summary.frames.written
    }

    var json: JSONValue {
        [
            "run": .string(run.folder.path), "verdict": .string(run.summary.verdict.rawValue),
            "frames": .integer(Int64(run.summary.frames.written)), "seconds": .number(seconds),
            "bytes": .integer(Int64(run.bytesStored)), "problems": JSONValue(report.problems),
        ]
    }
}

/// One series of the demo: a player on a thread of its own, ingest on this one, TCP between them.
struct DemoSeries {
    let title: String
    let source: String
    let frames: Int
    let isStamped: Bool
    let name: String

    func play(into folder: String, console: Console) throws -> DemoResult {
        console.data("\n\(title)")
        var options = try SimulationOptions(source: source, address: "tcp://127.0.0.1:*")
        options.frames = frames
        options.stampsPixels = isStamped
        options.waitsForPuller = true
        let frameSource = try options.openSource()
        let player = StreamPlayer(options, source: frameSource)
        let playing = Playing(player)
        let address = try playing.start()

        var beamline = BeamlineConfiguration()
        beamline.source.name = "Demonstration (no beam)"
        beamline.beamlineName = "demo"
        beamline.sample.name = name
        beamline.pidPrefix = DemoCatalogue.prefix
        beamline.proposal = try ProposalIdentifier(DemoCatalogue.proposal)
        beamline.sessionIdentifier = DemoCatalogue.session
        let plan = IngestPlan(
            outputFolder: folder, beamline: beamline, nameTemplate: try RunNameTemplate("{sample}"), version: Faisceau.version)
        let socket = try PullSocket(connectingTo: address)
        let receiver = try StreamReceiver(socket: socket)
        let progress = ProgressLine("recording", total: frames, on: console)
        let clock = ContinuousClock()
        let begin = clock.now
        let acquisition = Acquisition(plan: plan, events: receiver.start(), logger: console.makeLogger("demo")) { state in
            progress.update(ProgressState(done: state.framesReceived, total: state.framesExpected, bytes: state.bytesStored))
        }
        let recorded = try acquisition.recordSeries()
        let seconds = (clock.now - begin) / .seconds(1)
        progress.finish(saying: false)
        receiver.stop()
        try playing.finish()
        guard let run = recorded else {
            throw PipelineError(.noSeries, "the demo's series did not come", at: source)
        }
        try run.writeManifest()
        let report = try RunVerifier(folder: run.folder.path, decodes: true).verify()
        let right = try countRightFrames(of: run, source: frameSource)
        let result = DemoResult(run: run, report: report, framesWithRightPixels: right, seconds: seconds)
        tell(result, console)
        return result
    }

    /// Frames whose stamp is their number and whose counts are those of the message they were made from.
    private func countRightFrames(of run: SealedRun, source: any FrameSource) throws -> Int {
        var expected: [Int: UInt64] = [:]
        var right = 0
        try RunFrameReader(folder: run.folder.path).forEachFrame { frame, isMasked, format, pixels in
            guard !isMasked, try FrameStamp.read(pixels, format: format) == UInt64(frame) else { return }
            let origin = frame % max(source.frameCount, 1)
            if expected[origin] == nil { expected[origin] = try DemoSums.counts(of: source, index: origin) }
            if DemoSums.counts(pixels, format) == expected[origin] { right += 1 }
        }
        return right
    }

    private func tell(_ result: DemoResult, _ console: Console) {
        let run = result.run
        let gigabytes = Double(run.bytesStored) / 1e9
        let pixels = Double(run.summary.detector.shape?.reduce(1, *) ?? 0) * Double(run.summary.frames.written)
        func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        console.data(
            """
              verdict    \(run.summary.verdict.rawValue): \(run.summary.frames.written) of \(run.summary.frames.expected ?? 0) frames, \
            \(result.report.problems.isEmpty ? "verified bit for bit" : "\(result.report.problems.count) problems")
              pixels     \(result.framesWithRightPixels) frames have their own stamp and the right sum of counts
              rate       \(text(Double(run.summary.frames.written) / result.seconds, 0)) frames/s, \
            \(text(gigabytes / result.seconds, 2)) GB/s stored, \(text(pixels / result.seconds / 1e9, 1)) Gpixel/s; sealed in \
            \(text(run.sealingSeconds, 2)) s
              run        \(run.folder.path)
              master     \(run.folder.master)
              pictures   \(run.folder.path)/thumbnail.png  mean.png  maximum.png
            """)
        for problem in result.report.problems.prefix(10) { console.message(problem, .error) }
    }
}

/// A player on a thread of its own.
private final class Playing: @unchecked Sendable {
    // @unchecked: `outcome` and `address` are written before the semaphore that guards them is signalled, and read after.
    private let player: StreamPlayer
    private var address: String?
    private var failure: (any Error)?
    private let ready = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(_ player: StreamPlayer) {
        self.player = player
    }

    /// Returns the address that was bound.
    func start() throws -> String {
        let thread = Thread { [self] in
            do {
                _ = try player.play { bound in
                    address = bound
                    ready.signal()
                }
            } catch { failure = error }
            ready.signal()
            done.signal()
        }
        thread.name = "player"
        thread.start()
        ready.wait()
        if let address { return address }
        throw failure ?? PipelineError(.noSeries, "the player did not start")
    }

    func finish() throws {
        done.wait()
        if let failure { throw failure }
    }
}
