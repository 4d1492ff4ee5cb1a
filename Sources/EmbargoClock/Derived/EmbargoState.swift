/// Where a record stands.
public indirect enum EmbargoState: Sendable, Hashable, Codable {
    /// The session is not closed.
    case collecting
    case embargoed(extensions: Int)
    /// As embargoed; the clock does not stop.
    case extensionPending(extensions: Int)
    /// Never opens until the hold is lifted. Read as the state that it would be in without.
    case held(over: EmbargoState)
    case open
    /// Outside the policy: no clock.
    case proprietary
    /// A tombstone, with its public reason.
    case withdrawn(reason: String)
    /// The bytes are gone; the page, the identifier, the metadata and the checksums stay.
    case purged
}

/// Where the second clock stands.
public enum RetentionState: Sendable, Hashable, Codable {
    /// The session is not closed.
    case notStarted
    /// Proprietary data.
    case outsidePolicy
    case kept(until: Instant)
    /// The end has passed. Nothing is deleted; someone decides.
    case dueForReview(since: Instant)
    /// A curator has proposed a purge; it may take place from `allowedFrom` on, if a second person has confirmed it.
    case purgeNotice(allowedFrom: Instant, isConfirmed: Bool)
    case purged(at: Instant)
}

/// What stays of purged data.
public enum Tombstone: String, Sendable, Hashable, Codable, CaseIterable {
    case identifier
    case landingPage
    case metadata
    case checksums
    case manifest
}

public enum Audience: String, Sendable, Hashable, Codable {
    case nobody
    case payer
    case team
    case teamAndBeamlineStaff
    /// The team, the persons it shares with, and staff for custody.
    case teamSharedAndStaff
    case registered
    case everyone
}

/// Who may read what of a record.
public struct Readers: Sendable, Hashable, Codable {
    public let bytes: Audience
    /// The full metadata: scientific metadata, file names, previews, checksums.
    public let metadata: Audience
    /// The short record of the landing page.
    public let shortRecord: Audience

    init(bytes: Audience, metadata: Audience, shortRecord: Audience) {
        self.bytes = bytes
        self.metadata = metadata
        self.shortRecord = shortRecord
    }

    /// A hold takes no reader away and adds none: what was hidden (a session that collects) is not made public by it.
    init(_ state: EmbargoState, access: OpenAccess) {
        let open: Audience = access == .everyone ? .everyone : .registered
        switch state {
        case .collecting: self.init(bytes: .teamAndBeamlineStaff, metadata: .teamAndBeamlineStaff, shortRecord: .team)
        case .embargoed, .extensionPending:
            self.init(bytes: .teamSharedAndStaff, metadata: .teamSharedAndStaff, shortRecord: .everyone)
        case .held(let state): self.init(state, access: access)
        case .open: self.init(bytes: open, metadata: open, shortRecord: .everyone)
        case .proprietary: self.init(bytes: .payer, metadata: .payer, shortRecord: .nobody)
        case .withdrawn: self.init(bytes: .nobody, metadata: .nobody, shortRecord: .everyone)
        case .purged: self.init(bytes: .nobody, metadata: open, shortRecord: .everyone)
        }
    }
}

/// What somebody should be told.
public enum EmbargoNotice: Sendable, Hashable, Codable {
    /// To beamline staff: the planned end of the session is a week ago, and it may close by itself.
    case sessionCloses
    /// To the team: the embargo ends then.
    case endsSoon(Instant)
    /// To curators: a request waits (the entry's number).
    case decisionPending(request: Int)
    /// To curators, an alarm: the embargo has ended, and only the grace keeps the data closed.
    case decisionOverdue(request: Int, graceEnds: Instant)
    /// To curators, an alarm: the data opened, and nobody had decided.
    case requestLapsed(request: Int)
    /// To the rest of the team: who does not agree with the early release objects until then.
    case objectionsUntil(Instant)
    /// To curators: an objection waits.
    case objectionUndecided(request: Int)
    /// To curators: the review date of a hold has come.
    case holdReviewDue(hold: Int)
    /// To the sweep: the data are open, and the event `opened` is not in the chain.
    case openingToRecord(Instant)
}

/// All that a record says at a time.
public struct EmbargoStatus: Sendable, Hashable, Codable {
    public let state: EmbargoState
    public let retention: RetentionState
    public let readers: Readers
    /// SPDX identifier of the licence under which the data open, or opened.
    public let licence: String
    /// The instant at which the data opened; `publishedOn`.
    public let openedAt: Instant?
    public let dates: ClockDates
    public let notices: [EmbargoNotice]
}
