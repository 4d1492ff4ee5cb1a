import EmbargoClock

/// Who is told. The caller knows the addresses; a notice for several goes to all of them once.
public enum NoticeAudience: String, Sendable, Hashable, Codable, CaseIterable {
    /// The experimental team; of proprietary data, whoever paid.
    case team
    /// Who decides for the data at present (`EmbargoRecord.rightHolder`).
    case rightHolders
    case curators
    case beamlineStaff
}

/// Whether an extension can still be asked.
public enum ExtensionChance: Sendable, Hashable {
    /// Until the end of this day.
    case until(LocalDate)
    /// One is asked, and nobody has decided.
    case pending
    /// As many were granted as the policy knows.
    case exhausted
    case tooLate
}

/// What only curators read of a purge.
public struct PurgeGrounds: Sendable, Hashable {
    public let reason: String
    public let citations: [String]
}

/// What is told. Days are those of the facility's calendar.
public enum NoticeKind: Sendable, Hashable {
    // Of `EmbargoNotice`.
    case sessionCloses(plannedEnd: LocalDate)
    /// - Parameters:
    ///   - release: the day on which an early release opens the data already, if nobody objects.
    ///   - isHeld: a hold keeps them closed whatever the day.
    case endsSoon(opens: LocalDate, daysLeft: Int, chance: ExtensionChance, release: LocalDate?, isHeld: Bool)
    case decisionPending(opens: LocalDate, reason: String)
    case decisionOverdue(graceEnds: LocalDate, reason: String)
    case requestLapsed(opened: LocalDate)
    case objectionsUntil(lastDay: LocalDate, opens: LocalDate)
    case objectionUndecided(reasons: [String])
    case holdReviewDue(HoldKind, hold: Int, on: LocalDate, reason: String)
    case openingToRecord(opened: LocalDate)

    // Of events.
    case opened(on: LocalDate, licence: String, access: OpenAccess)
    case extensionGranted(opens: LocalDate)
    case extensionRefused(opens: LocalDate, reason: String)
    /// A curator has corrected the end from which the clocks are counted.
    case endCorrected(opened: LocalDate, opens: LocalDate, reason: String)
    /// The facility goes by another policy, which moves the opening.
    case policyChanged(opened: LocalDate, opens: LocalDate, reason: String)
    /// The reason is for curators.
    case holdSet(HoldKind, closesData: Bool, review: LocalDate, reason: String?)
    /// `opens`: the day from which the data are open now; absent where something else keeps them closed, or they were not closed by it.
    case holdLifted(HoldKind, opens: LocalDate?)
    case withdrawn(reason: String)
    case purgeNotice(from: LocalDate, grounds: PurgeGrounds?)
    case purgeCancelled
}

/// One thing to tell, to whom, and its key.
public struct Notice: Sendable, Hashable {
    public let key: NoticeKey
    public let kind: NoticeKind
    public let audiences: [NoticeAudience]
    /// The zone in which its days are counted.
    public let zone: String
    /// Whether all of them may read the short record, in which the public title stands.
    public let mayNameTitle: Bool

    /// Whether something has gone wrong that somebody must put right.
    public var isAlarm: Bool {
        switch kind {
        case .decisionOverdue, .requestLapsed, .openingToRecord: true
        default: false
        }
    }
}

/// What is to be told now.
public struct DueNotices: Sendable, Hashable {
    /// To send. The caller keeps the key of each when it is delivered.
    public let due: [Notice]
    /// Missed, and told by a later one or by what has happened since: to keep as if they were sent.
    public let passed: [NoticeKey]
}
