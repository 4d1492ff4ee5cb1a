/// How a command ends; the numbers are a promise to scripts (README.md, "Exit codes").
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done, or complete.
    case done = 0
    /// Usage or environment: a wrong flag, no rights, no space, no such address.
    case environment = 1
    /// Our own input is invalid (YAML, plan), or there is no such thing.
    case invalidInput = 2
    /// Done, but frames are missing or invalid, or some of several inputs were refused.
    case framesMissing = 3
    /// Refused by a rule.
    case refused = 4
    /// Verification failed.
    case verificationFailed = 5
    /// Required metadata are missing, and the caller asked to be strict.
    case metadataMissing = 6
    /// Second interrupt.
    case interrupted = 130
}
