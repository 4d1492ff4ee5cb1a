import EmbargoClock

/// Where a run's clocks stand. Computed by the embargo's state machine, stored and compared here, never computed here: a database does
/// not add years.
public struct RunAccess: Sendable, Hashable {
    public var state: AccessState
    /// When the embargo ends by the rule, UTC seconds; nil where there is no clock.
    public var opensAt: Int64?
    /// From when on the bytes may be read, UTC seconds; nil for never (held, collecting, proprietary, withdrawn).
    public var closedUntil: Int64?
    /// Who reads all of it while it is not open.
    public var readers: RunReaders
    /// Whether everyone may read the short record.
    public var isListed: Bool
    /// Whether open is for whoever is registered at the facility: by the policy under which it opens, not by today's.
    public var isForRegistered: Bool
    /// The entry of the clocks' chain that this follows from: its number and its digest.
    public var clock: String?

    public init(
        state: AccessState, opensAt: Int64? = nil, closedUntil: Int64? = nil, readers: RunReaders? = nil, isListed: Bool? = nil,
        isForRegistered: Bool = false, clock: String? = nil
    ) {
        self.state = state
        self.opensAt = opensAt
        self.closedUntil = closedUntil
        self.readers = readers ?? RunReaders(plain: state)
        self.isListed = isListed ?? (state != .collecting && state != .proprietary)
        self.isForRegistered = isForRegistered
        self.clock = clock
    }

    /// As the last entry of a chain left it, at the time of that entry: what time alone changes later, comparing `closedUntil` tells, and
    /// no caller's clock is asked.
    /// - Returns: with it, whether the chain says that the data have opened.
    static func of(_ record: EmbargoRecord, clock: String) -> (RunAccess, opened: Bool) {
        let status = record.status(at: record.entries.last?.at ?? .earliest)
        var access = RunAccess(
            state: AccessState(status.state), opensAt: status.dates.opening?.opens.at.wholeSeconds,
            readers: RunReaders(status.readers.metadata), isListed: status.readers.shortRecord == .everyone,
            isForRegistered: record.openingPolicy.access == .registered, clock: clock)
        if case .instant(let instant) = status.dates.closedUntil { access.closedUntil = instant.wholeSeconds }
        return (access, access.state == .open || access.state == .purged && status.openedAt != nil)
    }

    /// "Never" as the column holds it, so that one comparison decides.
    static let never = Int64.max
}

extension RunReaders {
    /// What is open is read by the comparison of times, and by those who read it before.
    init(_ audience: Audience) {
        switch audience {
        case .nobody: self = .nobody
        case .payer, .team: self = .team
        case .teamAndBeamlineStaff: self = .teamAndStaff
        case .teamSharedAndStaff, .registered, .everyone: self = .teamSharedAndStaff
        }
    }

    /// Of a state that no hold lies over.
    init(plain state: AccessState) {
        switch state {
        case .withdrawn: self = .nobody
        case .proprietary: self = .team
        case .collecting: self = .teamAndStaff
        case .embargoed, .extensionPending, .held, .open, .purged: self = .teamSharedAndStaff
        }
    }
}

extension AccessState {
    public init(_ state: EmbargoState) {
        switch state {
        case .collecting: self = .collecting
        case .embargoed: self = .embargoed
        case .extensionPending: self = .extensionPending
        case .held: self = .held
        case .open: self = .open
        case .proprietary: self = .proprietary
        case .withdrawn: self = .withdrawn
        case .purged: self = .purged
        }
    }
}

extension Instant {
    /// The first whole second that is not before it: what is compared in seconds never opens a part of a second early.
    var wholeSeconds: Int64 { millisecondsSince1970 % 1000 > 0 ? secondsSince1970 + 1 : secondsSince1970 }
}
