import BeamlineMetadata
import DetectorWire
import FrameIngest
import Identifiers
import Logging
import RunModel

/// What is told while a series is recorded: events, the log, progress, and the status.
extension Acquisition {
    func sayArmed(_ recorder: RunRecorder) {
        switchboard.opens(recorder.abort)
        progress(AcquisitionProgress(recorder, .armed))
        tell(recorder.event(.armed))
        if recorder.lateOf == nil { switchboard.recordsAgain() }
        switchboard.folderChanged()
        tally.saysOtherProtocol = true
        publish()
    }

    /// While it lasts, the connection is the operator's problem, whatever else is; ZeroMQ tries again by itself.
    func sayConnected(_ isConnected: Bool, _ problem: String?) {
        switchboard.say(.connection, problem)
        switchboard.update { $0.isConnected = isConnected }
    }

    /// What comes is lost here: that is no recording.
    func sayWriteFailure(_ recorder: RunRecorder) {
        if let failure = recorder.writeFailure { switchboard.say(.writing, "writing failed: \(failure)") }
    }

    func sayFirstFrame(_ image: ImageMessage, _ recorder: RunRecorder) {
        var event = recorder.event(.firstFrame)
        event.frame = Int(image.frame)
        tell(event)
    }

    func sayStalled(_ recorder: RunRecorder, _ seconds: Double) {
        logger.warning(
            "nothing has come for a while: is the detector waiting for triggers, or did the stream break?",
            metadata: ["seconds": "\(Int(seconds))", "run": "\(recorder.folder.path)"])
        var event = recorder.event(.stalled)
        event.seconds = seconds
        tell(event)
        switchboard.say(.stall, "nothing has come for \(Int(seconds)) s")
    }

    func sayResumed(_ recorder: RunRecorder) {
        logger.info("frames come again", metadata: ["run": "\(recorder.folder.path)"])
        tell(recorder.event(.resumed))
        switchboard.say(.stall, nil)
    }

    /// With `--forever`: the series is lost, the process is not.
    func sayNoRun(_ start: StartMessage, _ error: any Error, _ problem: IngestProblems.Kind) {
        logger.error(
            "no run could be made; the frames of this series are not recorded, the next series will be tried",
            metadata: ["series": "\(start.seriesID)", "reason": "\(error)"])
        var event = RunEvent(.failed, at: plan.clock.now())
        event.series = start.seriesID
        event.seriesUniqueID = start.uniqueID
        event.reason = "no run could be made: \(error)"
        tell(event)
        tally.seriesWithoutRun += 1
        switchboard.say(problem, event.reason)
        publish()
    }

    /// With `--forever`: nothing of such a stream can be recorded, which is said once until a series can be; each message is counted.
    func sayOtherProtocol(_ error: any Error) {
        guard tally.saysOtherProtocol else { return }
        tally.saysOtherProtocol = false
        logger.error("the detector's messages are refused; no series is recorded", metadata: ["reason": "\(error)"])
        var event = RunEvent(.failed, at: plan.clock.now())
        event.reason = "\(error)"
        tell(event)
        switchboard.say(.otherProtocol, event.reason)
        publish()
    }

    /// Makes the status of this instant known; a few times a second.
    func publish(_ ending: IngestState? = nil) {
        let recorder = current?.recorder
        if let recorder { progress(AcquisitionProgress(recorder, rules.isStalled ? .stalled : .recording)) }
        if let recorder { sayWriteFailure(recorder) }
        let state = ending ?? presentState
        let run = recorder?.status
        let totals = tally.totals(with: recorder)
        switchboard.update { status in
            status.state = state
            status.run = run
            // Counted by the threads that seal.
            let (runs, unsealed) = (status.totals.runs, status.totals.runsUnsealed)
            status.totals = totals
            (status.totals.runs, status.totals.runsUnsealed) = (runs, unsealed)
        }
    }

    private var presentState: IngestState {
        if let recorder = current?.recorder {
            if recorder.writeFailure != nil { return .failed }
            return rules.isStalled ? .stalled : .recording
        }
        // A process that could not record stays so until it can again, also while it seals what came before.
        if switchboard.cannotRecord { return .failed }
        return sealing.pending > 0 ? .sealing : .armed
    }
}

extension RunRecorder {
    func event(_ kind: RunEvent.Kind) -> RunEvent {
        var event = RunEvent(kind, at: plan.clock.now())
        event.run = folder.path
        event.master = folder.master
        event.pid = identifier
        event.series = header.start.seriesID
        event.seriesUniqueID = header.start.uniqueID
        event.lateOf = lateOf
        event.proposal = plan.beamline.proposalIdentifier
        event.sample = plan.beamline.sampleName
        return event
    }

    /// Of a run that is open: what was announced and has not come yet is not lost. Only the end of the series makes it so.
    var status: IngestStatus.RunStatus {
        var counts = counts
        counts.lostDetector = missingSoFar
        return IngestStatus.RunStatus(
            name: folder.name, path: folder.path, pid: identifier, series: header.start.seriesID, frames: counts,
            bytesStored: bytesStored, armed: began, firstFrame: times.firstReceived, lastFrame: times.lastReceived,
            missingSoFar: missingSoFar)
    }
}
