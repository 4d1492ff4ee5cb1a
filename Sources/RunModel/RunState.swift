import Diagnostics

/// The life of a run. Every arrow is one legal move:
///
///     armed ──► recording ◄──► stalled
///       │           │             │
///       └───────────┴──► sealing ◄┘ ──► sealed
///
/// A recovered run is a sealed one with a note (``RunSummary/recovery``), so it is no state of its own.
public enum RunState: String, Sendable, Codable, CaseIterable {
    /// The folder, the identifier and the skeleton files exist; no frame has come.
    case armed
    /// Frames come.
    case recording
    /// No frame for longer than the stall limit; an alarm, not an end.
    case stalled
    /// The last frame has come; indices, NeXus rules and run.json are being written.
    case sealing
    /// run.json exists. Nothing changes any more.
    case sealed

    /// The states that may follow.
    public var successors: Set<RunState> {
        switch self {
        case .armed: [.recording, .sealing]
        case .recording: [.stalled, .sealing]
        case .stalled: [.recording, .sealing]
        case .sealing: [.sealed]
        case .sealed: []
        }
    }

    /// Moves on.
    /// - Throws: `illegalMove`, naming both states and what would be legal.
    public mutating func move(to next: RunState) throws(RunModelError) {
        guard successors.contains(next) else {
            let legal = RunState.allCases.filter(successors.contains).map(\.rawValue).joined(separator: " or ")
            throw RunModelError(
                .illegalMove, "A run that is \(rawValue) cannot become \(next.rawValue)", got: next.rawValue,
                expected: legal.isEmpty ? "nothing: a sealed run does not change" : legal)
        }
        self = next
    }
}
