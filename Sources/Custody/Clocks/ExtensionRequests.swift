import EmbargoClock

/// What became of a request for a year more, as the chain of decisions tells it.
public struct ExtensionRequest: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case pending, granted, refused, withdrawn
        /// The data opened before it was decided.
        case lapsed
    }

    /// Its place among the requests, from 1.
    public let number: Int
    public let reason: String
    public let askedAt: Instant
    /// As the chain names persons.
    public let askedBy: String
    public fileprivate(set) var outcome = Outcome.pending
    public fileprivate(set) var decidedAt: Instant?
    /// Of a refusal, or of who took it back.
    public fileprivate(set) var decisionReason: String?
}

extension EmbargoRecord {
    /// All requests for an extension, the first one first; one at a time is pending.
    public func extensionRequests(at now: Instant) -> [ExtensionRequest] {
        var requests: [ExtensionRequest] = []
        func decide(_ outcome: ExtensionRequest.Outcome, _ at: Instant?, _ reason: String? = nil) {
            guard let last = requests.indices.last, requests[last].outcome == .pending else { return }
            (requests[last].outcome, requests[last].decidedAt, requests[last].decisionReason) = (outcome, at, reason)
        }
        for entry in entries {
            switch entry.event {
            case .extensionAsked(let reason, _):
                requests.append(
                    ExtensionRequest(number: requests.count + 1, reason: reason, askedAt: entry.at, askedBy: entry.by.person))
            case .extensionGranted: decide(.granted, entry.at)
            case .extensionRefused(let reason): decide(.refused, entry.at, reason)
            case .extensionWithdrawn(let reason): decide(.withdrawn, entry.at, reason)
            default: break
            }
        }
        switch status(at: now).state {
        case .open, .withdrawn, .purged: decide(.lapsed, nil)
        default: break
        }
        return requests
    }
}
