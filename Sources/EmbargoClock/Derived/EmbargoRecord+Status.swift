extension EmbargoRecord {
    /// What the chain says at `now`, by nothing but the chain and `now`.
    ///
    /// - Parameter now: trusted time. A time before the last entry takes nothing back: what the chain says has happened.
    public func status(at now: Instant) -> EmbargoStatus {
        var facts = facts
        facts.settle(dates.closedUntil, at: now)
        let state = facts.state(at: now, dates)
        return EmbargoStatus(
            state: state, retention: facts.retention(at: now, dates),
            readers: Readers(state, access: facts.openingPolicy.access),
            licence: facts.openingPolicy.licence, openedAt: facts.openedAt, dates: dates, notices: facts.notices(at: now, dates))
    }

    /// The policy in force.
    public var policy: EmbargoPolicy { facts.policy }

    /// Whether another policy would still change anything: while the data are not open, or their keeping has not come to its end. What has passed
    /// keeps the policy of its day.
    public func goesByPolicy(at now: Instant) -> Bool {
        let status = status(at: now)
        switch status.state {
        case .purged, .withdrawn: return false
        default: break
        }
        return status.openedAt == nil || status.dates.retention.map { $0.ends.at > now } ?? true
    }

    /// The policy by which the data open, or opened: its audience and its licence stay with open data, whatever is decided later. Until the
    /// opening it is the one in force.
    public var openingPolicy: EmbargoPolicy { facts.openingPolicy }

    /// The first day on which the data are open, by the calendar of the facility, as it is known at `now`: O(n), or the day of an early release
    /// to which nobody objects. While a request waits, it is O(n) still; in its grace, the day after it. For open data, the day on which they
    /// opened, also if they were withdrawn since. Nil while nobody can say: held, collecting, proprietary, withdrawn before.
    ///
    /// - Parameters:
    ///   - now: trusted time.
    ///   - zone: the record's, for openings that are not at the beginning of a day (a hold was lifted, a run came late).
    /// - Throws: `zoneDiffers`, `zoneTableEnds`.
    public func firstOpenDay(at now: Instant, in zone: TimeZoneRules) throws(EmbargoError) -> LocalDate? {
        guard zone.identifier == facts.zone else {
            throw EmbargoError(.zoneDiffers, "The record counts in another zone", got: zone.identifier, expected: facts.zone)
        }
        var facts = facts
        facts.settle(dates.closedUntil, at: now)
        guard let instant = facts.opening(dates.closedUntil) else { return nil }
        if let opening = dates.opening, instant == opening.opens.at || (facts.request != nil && now < opening.opens.at) {
            return opening.firstOpenDay
        }
        // The stored day is the truth, and its instant a cache; a zone that skips the day opens on the next one.
        let day = try zone.localDate(of: instant)
        let stored = [dates.opening?.graceEnds, dates.releaseOpens].compactMap { $0 }.first { $0.at == instant }?.day
        return stored.map { max($0, day) } ?? day
    }

    /// The zone in which the record counts.
    public var zone: String { facts.zone }

    /// Who decides for the data at present.
    public var rightHolder: RightHolder { facts.rightHolder }

    /// The holds that stand, by the numbers of their entries.
    public var holds: [Int] { facts.holds.map(\.number) }
}

extension RecordFacts {
    func state(at now: Instant, _ dates: ClockDates) -> EmbargoState {
        // Withdrawn before purged: of what was taken back, the metadata stay hidden too.
        if let withdrawal { return .withdrawn(reason: withdrawal) }
        if purgedAt != nil { return .purged }
        if openedAt != nil { return .open }
        var state: EmbargoState
        switch stage {
        case .proprietary: state = .proprietary
        case .collecting: state = .collecting
        case .running:
            // From O(n) on a request is no state any more: the record is embargoed, in its grace.
            let isPending = request != nil && now < dates.opening?.opens.at ?? now
            state = isPending ? .extensionPending(extensions: extensions) : .embargoed(extensions: extensions)
        }
        if holds.contains(where: \.closesData) { state = .held(over: state) }
        return state
    }

    func retention(at now: Instant, _ dates: ClockDates) -> RetentionState {
        if let purgedAt { return .purged(at: purgedAt) }
        switch stage {
        case .proprietary: return .outsidePolicy
        case .collecting: return .notStarted
        case .running: break
        }
        guard let ends = dates.retention?.ends.at else { return .notStarted }
        if let purge, let allowed = dates.purgeAllowed?.at {
            return .purgeNotice(allowedFrom: allowed, isConfirmed: purge.isConfirmed)
        }
        return now < ends ? .kept(until: ends) : .dueForReview(since: ends)
    }

    func notices(at now: Instant, _ dates: ClockDates) -> [EmbargoNotice] {
        guard purgedAt == nil else { return [] }
        var notices: [EmbargoNotice] = []
        if case .collecting(let plannedEnd) = stage,
            now >= plannedEnd.advanced(byDaysOf24Hours: Self.daysUntilSessionCloses)
        {
            notices.append(.sessionCloses)
        }
        if stage == .running, openedAt == nil, withdrawal == nil, let opening = dates.opening {
            if now >= opening.warnsFrom.at, now < opening.opens.at { notices.append(.endsSoon(opening.opens.at)) }
            if let request {
                if now < opening.opens.at {
                    notices.append(.decisionPending(request: request.number))
                } else if now < opening.graceEnds.at {
                    notices.append(.decisionOverdue(request: request.number, graceEnds: opening.graceEnds.at))
                }
            }
            if let release {
                if let until = dates.releaseOpens?.at, now < until { notices.append(.objectionsUntil(until)) }
                if !release.objectors.isEmpty { notices.append(.objectionUndecided(request: release.number)) }
            }
        }
        for (hold, review) in zip(holds, dates.holdReviews) where now >= review.at {
            notices.append(.holdReviewDue(hold: hold.number))
        }
        if let openedAt, !isOpeningRecorded, withdrawal == nil {
            notices.append(.openingToRecord(openedAt))
            if let lapsedRequest { notices.append(.requestLapsed(request: lapsedRequest)) }
        }
        return notices
    }
}
