import RunCatalogue

/// Every state that a run can be in, and how it comes there.
package enum WalkedState: String, CaseIterable, Sendable {
    case collecting, embargoed, extendedOnce, extendedTwice, pending, inGrace
    case heldCollecting, heldEmbargoed, heldPending, heldInGrace
    case dueNotSwept, open, openThenWithdrawn, withdrawnEmbargoed
    case proprietary, heldProprietary, purged

    package var isOfSessionsOnly: Bool { self == .collecting || self == .heldCollecting }
    package var isProprietary: Bool { self == .proprietary || self == .heldProprietary }

    /// As lists show it, in the words of section 1.4: in the grace a request is no state any more.
    package var shown: AccessState {
        switch self {
        case .collecting: .collecting
        case .embargoed, .extendedOnce, .extendedTwice, .inGrace: .embargoed
        case .pending: .extensionPending
        case .heldCollecting, .heldEmbargoed, .heldPending, .heldInGrace, .heldProprietary: .held
        case .dueNotSwept, .open: .open
        case .openThenWithdrawn, .withdrawnEmbargoed: .withdrawn
        case .proprietary: .proprietary
        case .purged: .purged
        }
    }
}
