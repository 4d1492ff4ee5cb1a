import FrameIngest
import RunModel

/// Numbers for a progress line, taken a few times a second.
public struct AcquisitionProgress: Sendable {
    public let run: String
    public let state: RunState
    public let framesReceived: Int
    public let framesExpected: Int?
    public let bytesStored: Int
    public let missingSoFar: Int
    public let invalid: Int
    /// From the receipt of the first frame to that of the last.
    public let recordingSeconds: Double

    init(_ recorder: RunRecorder, _ state: RunState) {
        let counts = recorder.counts
        run = recorder.folder.name
        self.state = state
        framesReceived = counts.received
        framesExpected = counts.expected
        bytesStored = recorder.bytesStored
        missingSoFar = recorder.missingSoFar
        invalid = counts.invalid
        let times = recorder.times
        recordingSeconds = times.firstReceived.flatMap { first in times.lastReceived.map { $0.seconds(since: first) } } ?? 0
    }
}

extension RunRecorder {
    /// Numbers below the highest that came which have not come themselves; they still may.
    var missingSoFar: Int { max(0, tracker.received.highest + 1 - tracker.received.count) }
}
