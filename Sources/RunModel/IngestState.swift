/// What an ingest process does at this moment; the life of one run is ``RunState``.
public enum IngestState: String, Sendable, Codable, CaseIterable {
    /// Connected, and waiting for a series.
    case armed
    /// Frames come.
    case recording
    /// A series has begun and no frame has come for longer than the stall limit: an alarm, not an end.
    case stalled
    /// The last frame has come; indexes, master file and run.json are being written.
    case sealing
    /// The process lives, but cannot record: ``IngestStatus/problem`` says why.
    case failed
    /// It was asked to end, and records no more.
    case stopped
}
