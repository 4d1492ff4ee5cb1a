import Diagnostics

/// What a sealed run is worth, by its frames alone.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// Every frame that was announced is there.
    case complete
    /// Some frames are missing or invalid; the others are there.
    case partial
    /// No frame could be stored.
    case failed

    /// How the command that sealed the run ends.
    public var exitStatus: ExitStatus { self == .complete ? .done : .framesMissing }
}
