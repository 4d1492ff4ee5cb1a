/// Whether a run was recorded or computed.
public enum RunKind: String, Sendable, Hashable, CaseIterable {
    /// One acquisition.
    case raw
    /// One result of a reduction.
    case derived
}

/// Who may read a run, as the clocks left it; the moves between these belong to the embargo's state machine.
///
/// The numbers are stored: they never change their meaning, and a new state takes a new one.
public enum AccessState: Int, Sendable, Hashable, CaseIterable {
    /// The session is not closed.
    case collecting = 0
    case embargoed = 1
    /// As embargoed, with an extension asked for; the clock does not stop.
    case extensionPending = 2
    /// Never opens until the hold is lifted.
    case held = 3
    case open = 4
    /// Paid for: the payer's alone, no clock.
    case proprietary = 5
    /// Nobody reads; a page says why.
    case withdrawn = 6
    /// The bytes are gone, the record stays.
    case purged = 7

    /// What people write and read: `extension-pending`.
    public var word: String {
        switch self {
        case .collecting: "collecting"
        case .embargoed: "embargoed"
        case .extensionPending: "extension-pending"
        case .held: "held"
        case .open: "open"
        case .proprietary: "proprietary"
        case .withdrawn: "withdrawn"
        case .purged: "purged"
        }
    }
}

/// Who reads a run that is not open: each also those before it. The numbers are stored, and compared in the access rule.
public enum RunReaders: Int, Sendable, Hashable, CaseIterable {
    /// Withdrawn: a page says why.
    case nobody = 0
    /// The team alone: who paid for it.
    case team = 1
    /// Beamline staff and curators too, for custody.
    case teamAndStaff = 2
    /// And whoever it is shared with.
    case teamSharedAndStaff = 3
}

/// How a copy of a file stands.
public enum ReplicaState: String, Sendable, Hashable, CaseIterable {
    /// On a disk, and readable at once.
    case online
    /// On its way from a tape to a disk.
    case staging
    /// On a tape or another medium that must be fetched first.
    case offline
    /// Not found where it should lie.
    case lost
    /// There, and not what was recorded: another size, another digest.
    case damaged
}
