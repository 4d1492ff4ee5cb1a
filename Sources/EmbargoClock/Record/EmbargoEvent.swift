/// The end of a run: the instant, and the local date that it makes. The date is what counts, and stays when a zone table changes.
public struct RunEnd: Sendable, Hashable, Codable {
    public let at: Instant
    public let day: LocalDate

    /// - Throws: `zoneTableEnds`.
    public init(at: Instant, in zone: TimeZoneRules) throws(EmbargoError) {
        self.at = at
        day = try zone.localDate(of: at)
    }

    /// As a store gives it back.
    package init(at: Instant, day: LocalDate) {
        self.at = at
        self.day = day
    }
}

/// What a record is of.
public enum Registration: Sendable, Hashable, Codable {
    /// A session that collects. It closes itself seven days after its planned end.
    case session(plannedEnd: Instant)
    /// A run that has no session: embargoed at once, from its own end (its creation, if it has none).
    case run(ended: RunEnd)
    /// Paid for: outside the policy, no clock.
    case proprietary
}

/// Whether the catalogue has the record of the proposal, against which a right holder is checked.
public enum ProposalRecord: String, Sendable, Hashable, Codable {
    case found
    case absent
}

public enum HoldKind: String, Sendable, Hashable, Codable {
    case legal
    case safety
    case ethics
}

/// What can happen to a record. A hold is named by the number of the entry that set it.
public enum EmbargoEvent: Sendable, Hashable, Codable {
    // The beginning.
    case registered(Registration, policy: EmbargoPolicy, zone: String)
    /// A run of the session has ended: while it collects, or a late one, which moves the anchor. A late one that moves nothing is refused
    /// (`stateForbids`): the caller asks `EmbargoRecord.movesAnchor(_:)` first, and tells nothing if it says no.
    case runEnded(RunEnd)
    case sessionClosed
    /// The user office plans otherwise, while the session collects: by the planned end it closes itself, if nobody closes it.
    case plannedEndMoved(to: Instant)
    case anchorCorrected(RunEnd, reason: String)

    // Extensions.
    /// Those who decided for the data cannot any more (the principal investigator has died).
    case rightsPassed(to: RightHolder, reason: String)
    case extensionAsked(reason: String, proposal: ProposalRecord)
    case extensionGranted
    case extensionRefused(reason: String)
    case extensionWithdrawn(reason: String)

    // Opening.
    case earlyReleaseAsked(licence: String)
    case objectionRaised(reason: String)
    /// A curator: the data stay closed.
    case objectionUpheld(reason: String)
    /// A curator: the data open when the days for objections are over.
    case objectionOverruled(reason: String)
    /// The sweep has seen that the data are open. Access does not wait for it.
    case opened
    /// The data were public elsewhere before this catalogue had them: what everyone has had cannot be closed. Of a run without a session.
    case publishedElsewhere(evidence: String)
    /// Its proposal became known after it, and is one that was paid for: it is outside the policy, and has no clock. Of a run without a session.
    case foundProprietary(reason: String)

    // Holds and withdrawal.
    case holdSet(HoldKind, reason: String, reviewOn: LocalDate)
    /// Against a purge only: the record may be open, and stays so.
    case purgeHoldSet(HoldKind, reason: String, reviewOn: LocalDate)
    case holdReviewed(hold: Int, reason: String, reviewOn: LocalDate)
    case holdLifted(hold: Int, reason: String)
    case withdrawn(reason: String, confirmedBy: Author)

    // Rules.
    case policyChanged(EmbargoPolicy, reason: String)
    /// The instants are redone with another release of the zone table. Refused (`stateForbids`) where it changes nothing: a record without a
    /// clock, or one whose dates have all passed.
    case zoneTableChanged

    // Retention.
    /// `citations`: those known, which are shown to the second person.
    case purgeProposed(reason: String, citations: [String])
    case purgeConfirmed(citationsSeen: [String])
    case purgeCancelled(reason: String)
    /// The bytes are gone. `leases`: jobs that held one when it was looked at.
    case purged(leases: Int)

    // How the stored chain names what has no label here; who reads it in twenty years should not have to guess.
    private enum RegisteredCodingKeys: String, CodingKey { case _0 = "registration", policy, zone }
    private enum RunEndedCodingKeys: String, CodingKey { case _0 = "end" }
    private enum AnchorCorrectedCodingKeys: String, CodingKey { case _0 = "end", reason }
    private enum HoldSetCodingKeys: String, CodingKey { case _0 = "kind", reason, reviewOn }
    private enum PurgeHoldSetCodingKeys: String, CodingKey { case _0 = "kind", reason, reviewOn }
    private enum PolicyChangedCodingKeys: String, CodingKey { case _0 = "policy", reason }
}

extension EmbargoEvent {
    /// The event's name in messages and histories.
    public var name: String {
        switch self {
        case .registered: "registered"
        case .runEnded: "run ended"
        case .sessionClosed: "session closed"
        case .plannedEndMoved: "planned end moved"
        case .anchorCorrected: "anchor corrected"
        case .rightsPassed: "rights passed"
        case .extensionAsked: "extension asked"
        case .extensionGranted: "extension granted"
        case .extensionRefused: "extension refused"
        case .extensionWithdrawn: "extension withdrawn"
        case .earlyReleaseAsked: "early release asked"
        case .objectionRaised: "objection raised"
        case .objectionUpheld: "objection upheld"
        case .objectionOverruled: "objection overruled"
        case .opened: "opened"
        case .publishedElsewhere: "published elsewhere"
        case .foundProprietary: "found proprietary"
        case .holdSet: "hold set"
        case .purgeHoldSet: "hold against purge set"
        case .holdReviewed: "hold reviewed"
        case .holdLifted: "hold lifted"
        case .withdrawn: "withdrawn"
        case .policyChanged: "policy changed"
        case .zoneTableChanged: "zone table changed"
        case .purgeProposed: "purge proposed"
        case .purgeConfirmed: "purge confirmed"
        case .purgeCancelled: "purge cancelled"
        case .purged: "purged"
        }
    }

    /// The text that must say something, if the event has one.
    var reason: String? {
        switch self {
        case .anchorCorrected(_, let reason), .rightsPassed(_, let reason), .extensionAsked(let reason, _),
            .extensionRefused(let reason), .extensionWithdrawn(let reason), .objectionRaised(let reason),
            .objectionUpheld(let reason), .objectionOverruled(let reason), .holdSet(_, let reason, _),
            .purgeHoldSet(_, let reason, _), .holdReviewed(_, let reason, _), .holdLifted(_, let reason),
            .withdrawn(let reason, _),
            .policyChanged(_, let reason), .publishedElsewhere(let reason), .foundProprietary(let reason),
            .purgeProposed(let reason, _), .purgeCancelled(let reason):
            reason
        case .registered, .runEnded, .sessionClosed, .plannedEndMoved, .extensionGranted, .earlyReleaseAsked, .opened,
            .zoneTableChanged,
            .purgeConfirmed, .purged:
            nil
        }
    }
}
