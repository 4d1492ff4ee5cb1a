import CommandLineSupport
import RunModel
import RunPipeline

/// One progress line a run: begun with its first frame, so that waiting for the detector does not count, and taken away when the run is
/// closed. Used by the writer's thread.
final class RunProgressLines {
    private let console: Console
    private var open: (run: String, line: ProgressLine)?

    init(on console: Console) {
        self.console = console
    }

    func show(_ progress: AcquisitionProgress) {
        if let open, open.run != progress.run { finish() }
        guard progress.framesReceived > 0 else { return }
        if open == nil {
            let clock = ContinuousClock()
            let began = clock.now - .seconds(progress.recordingSeconds)
            open = (progress.run, ProgressLine("recording", on: console) { clock.now - began })
        }
        open?.line.update(
            ProgressState(
                done: progress.framesReceived, total: progress.framesExpected, bytes: progress.bytesStored,
                lost: progress.missingSoFar + progress.invalid))
        if progress.state == .sealing { finish() }
    }

    func finish() {
        open?.line.finish()
        open = nil
    }
}
