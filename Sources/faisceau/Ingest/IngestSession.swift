import ChunkFile
import CommandLineSupport
import Diagnostics
import Foundation
import FrameIngest
import Frames
import JSON
import RunModel
import RunPipeline

/// Joins socket, receiver, acquisition and services, for one series or for all that come, and tells the terminal and the script what
/// happens.
struct IngestSession {
    let settings: IngestSettings
    let console: Console

    func run() throws -> CommandOutcome {
        _ = try InstructionLevel.chosen()
        // One that an earlier ingest left would have the detector armed too soon.
        removeReadyFile()
        let report = try Preflight(outputFolder: settings.plan.outputFolder, fileSystem: settings.plan.fileSystem)
            .run(poolBytes: settings.receiver.poolBytes)
        for warning in report.warnings { console.message(warning, .warning) }
        var plan = settings.plan
        plan.outputFolder = report.outputFolder

        MemoryTuning.keepLargeBlocks()
        OpenFileLimit.raise()
        let socket = try PullSocket(connectingTo: settings.address)
        let receiver = try StreamReceiver(socket: socket, options: settings.receiver)
        let switchboard = IngestSwitchboard(
            plan: plan, from: settings.address, counters: { receiver.counters }, sendOrder: { receiver.sendOrder() })
        let services = try IngestServices(settings, outputFolder: plan.outputFolder, switchboard: switchboard, console: console)
        var interrupts: Interrupts?
        defer {
            services.stop()
            // Last: who does not want to wait for on-seal commands must be heard until they have ended.
            interrupts?.cancel()
        }
        try waitForDetector(socket)
        interrupts = Interrupts {
            services.sayStopping()
            services.endWaiting()
            receiver.stop()
        }
        defer { removeReadyFile() }
        let events = receiver.start()
        try sayReady(report)
        services.sayReady("waiting for a series from \(settings.address)")

        let lines = RunProgressLines(on: console)
        let acquisition = Acquisition(
            plan: plan, events: events, switchboard: switchboard, logger: console.makeLogger("ingest"), progress: lines.show,
            tell: { [console, settings] event in
                services.tell(event)
                if settings.isForever, event.event == .sealed { Self.say(SealedRunLine(run: event), console) }
            })
        defer { receiver.stop() }
        let outcome = try settings.isForever ? recordForever(acquisition, switchboard) : recordOne(acquisition, services)
        lines.finish()
        return outcome
    }

    private func recordOne(_ acquisition: Acquisition, _ services: IngestServices) throws -> CommandOutcome {
        guard let sealed = try acquisition.recordSeries() else {
            return CommandOutcome(.done, event: "stopped", ["reason": "stopped before a series began"])
        }
        services.sayStopping()
        let line = SealedRunLine(run: sealed.event(.sealed, at: acquisition.plan.clock.now()))
        console.message(line.sentence, line.level)
        try sealed.writeManifest()
        services.tell(sealed.event(.manifest, at: acquisition.plan.clock.now()))
        return CommandOutcome(sealed.exitStatus, event: "sealed", line.fields)
    }

    /// An orderly stop is a success, whatever the verdicts: they are per run.
    private func recordForever(_ acquisition: Acquisition, _ switchboard: IngestSwitchboard) throws -> CommandOutcome {
        try acquisition.recordForever()
        let totals = switchboard.status().totals
        return CommandOutcome(
            .done, event: "stopped",
            [
                "runs": .object([
                    "complete": .integer(Int64(totals.runs.complete)), "partial": .integer(Int64(totals.runs.partial)),
                    "failed": .integer(Int64(totals.runs.failed)),
                ])
            ])
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

    /// Nothing but a file: a device by that name is somebody else's.
    private func removeReadyFile() {
        guard let file = settings.readyFile,
            let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return }
        try? FileManager.default.removeItem(atPath: file)
    }

    /// With `--forever` each sealed run has an object of its own on standard output, as it comes.
    private static func say(_ line: SealedRunLine, _ console: Console) {
        console.message(line.sentence, line.level)
        guard console.format.json else { return }
        var object: JSONObject = ["event": "sealed"]
        object.merge(line.fields)
        console.result(object)
    }
}
