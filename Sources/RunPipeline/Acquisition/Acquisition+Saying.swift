import BeamlineMetadata
import DetectorWire
import FrameIngest
import Identifiers
import Logging
import RunModel

/// What is told while a series is recorded: events, the log, progress, and the status.
extension Acquisition {
    func sayArmed(_ recorder: RunRecorder) {
        progress(AcquisitionProgress(recorder, .armed))
        tell(recorder.event(.armed))
        switchboard.update { $0.problem = nil }
        tally.saysOtherProtocol = true
        publish()
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
        switchboard.update { $0.problem = "nothing has come for \(Int(seconds)) s" }
    }

    func sayResumed(_ recorder: RunRecorder) {
        logger.info("frames come again", metadata: ["run": "\(recorder.folder.path)"])
        tell(recorder.event(.resumed))
        switchboard.update { $0.problem = nil }
    }

    /// With `--forever`: the series is lost, the process is not.
    func sayNoRun(_ start: StartMessage, _ error: any Error) {
        logger.error(
            "no run could be made; the frames of this series are not recorded, the next series will be tried",
            metadata: ["series": "\(start.seriesID)", "reason": "\(error)"])
        var event = RunEvent(.failed, at: plan.clock.now())
        event.series = start.seriesID
        event.seriesUniqueID = start.uniqueID
        event.reason = "no run could be made: \(error)"
        tell(event)
        switchboard.update { $0.problem = event.reason }
        publish(.failed)
    }

    /// With `--forever`: nothing of such a stream can be recorded, which is said once until a series can be; each message is counted.
    func sayOtherProtocol(_ error: any Error) {
        guard tally.saysOtherProtocol else { return }
        tally.saysOtherProtocol = false
        logger.error("the detector's messages are refused; no series is recorded", metadata: ["reason": "\(error)"])
        var event = RunEvent(.failed, at: plan.clock.now())
        event.reason = "\(error)"
        tell(event)
        switchboard.update { $0.problem = event.reason }
        publish(.failed)
    }

    /// Makes the status of this instant known; a few times a second.
    func publish(_ ending: IngestState? = nil) {
        let recorder = current?.recorder
        if let recorder { progress(AcquisitionProgress(recorder, rules.isStalled ? .stalled : .recording)) }
        let state: IngestState
        if let ending {
            state = ending
        } else if recorder != nil {
            state = rules.isStalled ? .stalled : .recording
        } else {
            state = sealing.pending > 0 ? .sealing : .armed
        }
        let run = recorder?.status
        let totals = tally.totals(with: recorder)
        switchboard.update { status in
            // A process that could not record stays so until it can again.
            let keepsFailing = status.state == .failed && state == .armed && status.problem != nil
            status.state = keepsFailing ? .failed : state
            status.run = run
            let runs = status.totals.runs
            status.totals = totals
            status.totals.runs = runs
        }
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

    var status: IngestStatus.RunStatus {
        IngestStatus.RunStatus(
            name: folder.name, path: folder.path, pid: identifier, series: header.start.seriesID, frames: counts,
            bytesStored: bytesStored, armed: began, firstFrame: times.firstReceived, lastFrame: times.lastReceived,
            missingSoFar: missingSoFar)
    }
}
