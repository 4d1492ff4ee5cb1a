import ChunkFile
import CommandLineSupport
import Diagnostics
import FrameIngest
import Foundation
import Frames
import RunModel
import RunPipeline

/// Joins socket, receiver and acquisition for one series, and tells the terminal and the script what happens.
struct IngestSession {
    let settings: IngestSettings
    let console: Console

    func run() throws -> CommandOutcome {
        _ = try InstructionLevel.chosen()
        let logger = console.makeLogger("ingest")
        let report = try Preflight(outputFolder: settings.plan.outputFolder, fileSystem: settings.plan.fileSystem)
            .run(poolBytes: settings.receiver.poolBytes)
        for warning in report.warnings { console.message(warning, .warning) }
        var plan = settings.plan
        plan.outputFolder = report.outputFolder

        MemoryTuning.keepLargeBlocks()
        let socket = try PullSocket(connectingTo: settings.address)
        try waitForDetector(socket)
        let receiver = try StreamReceiver(socket: socket, options: settings.receiver)
        let interrupts = Interrupts { receiver.stop() }
        defer { interrupts.cancel() }
        let events = receiver.start()
        try sayReady(report)

        let progress = ProgressLine("recording", on: console)
        let acquisition = Acquisition(plan: plan, events: events, logger: logger) { state in
            progress.update(
                ProgressState(
                    done: state.framesReceived, total: state.framesExpected, bytes: state.bytesStored,
                    lost: state.missingSoFar + state.invalid))
        }
        let sealed = try acquisition.recordSeries()
        progress.finish()
        receiver.stop()
        guard let sealed else {
            return CommandOutcome(.done, event: "stopped", ["reason": "stopped before a series began"])
        }
        say(sealed)
        try sealed.writeManifest()
        return outcome(sealed)
    }

    private func waitForDetector(_ socket: PullSocket) throws {
        let deadline = ContinuousClock.now + .seconds(settings.connectTimeout_s)
        var said = false
        while !socket.waitUntilConnected(timeout_ms: 250) {
            guard ContinuousClock.now < deadline else {
                throw IngestError(
                    .nobodyListens, "nobody accepted the connection", at: settings.address,
                    got: "silence for \(Int(settings.connectTimeout_s)) s", expected: "a detector's stream interface",
                    remedy: "check the address, and that the stream is enabled (SIMPLON: stream/config/mode)")
            }
            if !said { console.message("waiting for \(settings.address) to accept the connection") }
            said = true
        }
    }

    /// `ready` comes only after everything that can be checked before arming has been.
    private func sayReady(_ report: Preflight.Report) throws {
        if let file = settings.readyFile {
            do { try Data("ready\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic) } catch {
                throw CommandLineError(.outputFailed, "the ready file cannot be written", at: file, cause: error)
            }
        }
        console.event(
            "ready", .info,
            [
                "from": .string(settings.address), "out": .string(report.outputFolder),
                "file_system": .string(report.fileSystemType), "free_bytes": .integer(Int64(report.freeBytes)),
            ])
    }

    private func say(_ sealed: SealedRun) {
        let counts = sealed.summary.frames
        var text =
            "\(sealed.summary.verdict.rawValue): \(counts.written) of \(counts.expected.map(String.init) ?? "?") frames in \(sealed.folder.path)"
        if counts.lostDetector > 0 { text += ", \(counts.lostDetector) never came" }
        if counts.lostHere > 0 { text += ", \(counts.lostHere) lost here" }
        if counts.invalid > 0 { text += ", \(counts.invalid) invalid" }
        console.message(text, sealed.summary.verdict == .complete ? .info : .warning)
    }

    private func outcome(_ sealed: SealedRun) -> CommandOutcome {
        let counts = sealed.summary.frames
        let frames: JSONObject = [
            "expected": JSONValue(counts.expected), "received": .integer(Int64(counts.received)),
            "written": .integer(Int64(counts.written)), "lost_detector": .integer(Int64(counts.lostDetector)),
            "lost_here": .integer(Int64(counts.lostHere)), "duplicate": .integer(Int64(counts.duplicate)),
            "reordered": .integer(Int64(counts.reordered)), "invalid": .integer(Int64(counts.invalid)),
        ]
        return CommandOutcome(
            sealed.exitStatus, event: "sealed",
            [
                "run": .string(sealed.folder.path), "master": .string(sealed.folder.master),
                "verdict": .string(sealed.summary.verdict.rawValue), "frames": .object(frames),
                "pid": .string("\(sealed.summary.pid)"),
                "bytes": .integer(Int64(sealed.bytesStored)), "sealing_seconds": .number(sealed.sealingSeconds),
            ])
    }
}
