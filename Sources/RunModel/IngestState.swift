/// What an ingest process does at this moment; the life of one run is ``RunState``.
public enum IngestState: String, Sendable, Codable, CaseIterable {
    /// Waiting for a series; whether the detector is connected is ``IngestStatus/isConnected``.
    case armed
    /// Frames come.
    case recording
    /// A series has begun and no frame has come for longer than the stall limit: an alarm, not an end.
    case stalled
    /// The last frame has come; indexes, master file and run.json are being written.
    case sealing
    /// The process lives, but cannot record, or cannot write what comes: ``IngestStatus/problem`` says why. Until a run is armed again.
    case failed
    /// It was asked to end, and records no more.
    case stopped
}
