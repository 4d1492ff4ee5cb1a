import RunModel
import Synchronization

/// Frames and bytes a second over the last few seconds, from the statuses that happen to be looked at.
final class RateMeter: Sendable {
    struct Rate: Sendable, Equatable {
        let frames: Double
        let bytes: Double
    }

    private struct Sample: Sendable {
        let time: Timestamp
        let frames: Int
        let bytes: Int
    }

    /// Seconds: shorter, and single frames flicker; longer, and a change is seen late.
    private static let window_s = 1.0...6.0

    private let samples = Mutex<[Sample]>([])

    /// Notes this status, and gives the rate since the oldest that lies in the window. Without one, the mean of the open run; 0 between
    /// runs.
    func rate(at status: IngestStatus) -> Rate {
        let now = Sample(time: status.time, frames: status.totals.framesReceived, bytes: status.totals.bytesStored)
        let before = samples.withLock { samples -> Sample? in
            // A clock that was set back makes old samples look new.
            samples.removeAll { !(0...Self.window_s.upperBound).contains(now.time.seconds(since: $0.time)) }
            let oldest = samples.first
            if samples.last.map({ now.time.seconds(since: $0.time) >= 0.25 }) ?? true { samples.append(now) }
            return oldest
        }
        if let before, now.time.seconds(since: before.time) >= Self.window_s.lowerBound {
            let seconds = now.time.seconds(since: before.time)
            return Rate(frames: Double(now.frames - before.frames) / seconds, bytes: Double(now.bytes - before.bytes) / seconds)
        }
        guard let run = status.run, let first = run.firstFrame, let last = run.lastFrame, last > first else {
            return Rate(frames: 0, bytes: 0)
        }
        let seconds = last.seconds(since: first)
        return Rate(frames: Double(run.frames.received) / seconds, bytes: Double(run.bytesStored) / seconds)
    }
}
