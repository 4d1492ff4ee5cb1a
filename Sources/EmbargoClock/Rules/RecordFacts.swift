/// What a chain of entries comes to: the state of the machine without any time. Events are accepted here, each by its guard.
struct RecordFacts: Sendable, Hashable {
    enum Stage: Sendable, Hashable {
        case collecting(plannedEnd: Instant)
        case running
        case proprietary
    }

    /// An extension that was asked, and on which nobody has decided.
    struct Request: Sendable, Hashable {
        let number: Int
        let person: String
        let reason: String
    }

    /// An early release that was asked.
    struct Release: Sendable, Hashable {
        let number: Int
        let person: String
        /// Those on which no curator has decided.
        var objectors: [String] = []
    }

    struct Hold: Sendable, Hashable {
        let number: Int
        let kind: HoldKind
        /// Whether it keeps the data closed; else it stands against a purge only.
        let closesData: Bool
        let person: String
        let reason: String
        var reviewOn: LocalDate
    }

    struct Purge: Sendable, Hashable {
        let person: String
        let citations: [String]
        var isConfirmed = false
    }

    let zone: String
    let isSession: Bool
    var stage: Stage
    /// The one in force for what is yet to happen.
    var policy: EmbargoPolicy
    /// The one by which the opening is counted and to whom the data open: that of the moment of opening, for ever.
    var openingPolicy: EmbargoPolicy
    /// The one by which the retention is counted: that of the moment at which it ended, for ever.
    var keepingPolicy: EmbargoPolicy
    var anchor: LocalDate?
    var extensions = 0
    var rightHolder = RightHolder.principalInvestigatorAndDeputies
    var request: Request?
    /// The entry of a request that nobody had decided when the data opened.
    var lapsedRequest: Int?
    var release: Release?
    var holds: [Hold] = []
    var openedAt: Instant?
    var isOpeningRecorded = false
    /// By another catalogue, before this one had them.
    var isPublishedElsewhere = false
    var withdrawal: String?
    var purge: Purge?
    var purgedAt: Instant?
    var lastAt: Instant
    /// Numbers of the entries that shaped the dates.
    var openingDecisions = [0]
    var keepingDecisions = [0]

    /// The first entry of a chain.
    init(_ event: EmbargoEvent, at now: Instant) throws(EmbargoError) {
        guard case .registered(let registration, let policy, let zone) = event else {
            throw EmbargoError(
                .stateForbids, "A chain begins otherwise", at: event.name, expected: "the registration of a record")
        }
        self.zone = zone
        self.policy = policy
        openingPolicy = policy
        keepingPolicy = policy
        lastAt = now
        switch registration {
        case .session(let plannedEnd):
            stage = .collecting(plannedEnd: plannedEnd)
            isSession = true
        case .run(let end):
            stage = .running
            isSession = false
            anchor = end.day
        case .proprietary:
            stage = .proprietary
            isSession = false
        }
        if let end = event.runEnd { try Self.checkNotAhead(end, at: now) }
    }

    /// What time has done before an event: at `closedUntil` the data opened, whether or not anyone looked. Open stays open, and what was
    /// asked for lapses.
    mutating func settle(_ closedUntil: ClosedUntil, at now: Instant) {
        guard openedAt == nil, case .instant(let instant) = closedUntil, instant <= now else { return }
        openedAt = instant
        lapsedRequest = request?.number
        request = nil
        release = nil
    }

    /// An "end of the experiment" may be wrong by a clock, not by a day.
    static func checkNotAhead(_ end: RunEnd, at now: Instant) throws(EmbargoError) {
        guard end.at <= now.advanced(byDaysOf24Hours: 1) else {
            throw EmbargoError(
                .endAhead, "The run ends in the future", got: end.at.description, expected: "at most a day after \(now)",
                remedy: "Check the clock of the machine that recorded the run")
        }
    }
}

extension EmbargoEvent {
    /// The end of a run that the event brings.
    var runEnd: RunEnd? {
        switch self {
        case .registered(.run(let end), _, _), .runEnded(let end), .anchorCorrected(let end, _): end
        default: nil
        }
    }
}

/// An event on its way in: who, when, and what stood before it.
struct Moment {
    let event: EmbargoEvent
    let author: Author
    let now: Instant
    /// Of the entry that it will be.
    let number: Int
    let dates: ClockDates

    func error(
        _ code: EmbargoErrorCode, _ what: String, got: String? = nil, expected: String? = nil, remedy: String? = nil
    ) -> EmbargoError {
        EmbargoError(code, what, at: event.name, got: got, expected: expected, remedy: remedy)
    }

    func require(_ condition: Bool, _ expected: String) throws(EmbargoError) {
        guard condition else {
            throw error(.notEntitled, "This role may not do this", got: "\(author.role)", expected: expected)
        }
    }
}
