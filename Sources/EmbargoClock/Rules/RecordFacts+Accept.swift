extension RecordFacts {
    /// Takes an event in, or throws the guard that stands against it; then nothing has changed that the caller keeps.
    mutating func accept(
        _ event: EmbargoEvent, by author: Author, at now: Instant, number: Int, dates: ClockDates
    ) throws(EmbargoError) {
        let moment = Moment(event: event, author: author, now: now, number: number, dates: dates)
        guard now >= lastAt else {
            throw moment.error(
                .timeRunsBack, "The event is older than the last entry", got: now.description, expected: "\(lastAt) or later",
                remedy: "Look at the clock of this machine (faisceau embargo clock)")
        }
        if let reason = event.reason, !isTold(reason) {
            throw moment.error(
                .reasonMissing, "The event needs a reason", got: quoted(reason), expected: "1 to 10000 bytes of text")
        }
        settle(dates.closedUntil, at: now)
        lastAt = now
        guard purgedAt == nil else {
            throw moment.error(
                .stateForbids, "The data are purged; only the tombstone is left", expected: "a record that has bytes")
        }
        switch event {
        case .registered: throw moment.error(.stateForbids, "The record is registered already", expected: "another event")
        case .runEnded(let end): try runEnded(end, moment)
        case .sessionClosed: try closeSession(moment)
        case .plannedEndMoved(let end): try movePlannedEnd(to: end, moment)
        case .anchorCorrected(let end, _): try correctAnchor(end, moment)
        case .rightsPassed(let holder, _): try passRights(to: holder, moment)
        case .extensionAsked(let reason, let proposal): try askExtension(reason, proposal, moment)
        case .extensionGranted: try grantExtension(moment)
        case .extensionRefused: try refuseExtension(moment)
        case .extensionWithdrawn: try withdrawExtension(moment)
        case .earlyReleaseAsked(let licence): try askRelease(licence, moment)
        case .objectionRaised: try object(moment)
        case .objectionUpheld: try decideObjection(moment, keepsClosed: true)
        case .objectionOverruled: try decideObjection(moment, keepsClosed: false)
        case .opened: try recordOpening(moment)
        case .publishedElsewhere: try recordPublication(moment)
        case .foundProprietary: try leavePolicy(moment)
        case .holdSet(let kind, let reason, let day): try setHold(kind, reason, day, closesData: true, moment)
        case .purgeHoldSet(let kind, let reason, let day): try setHold(kind, reason, day, closesData: false, moment)
        case .holdReviewed(let hold, _, let day): try reviewHold(hold, day, moment)
        case .holdLifted(let hold, _): try liftHold(hold, moment)
        case .withdrawn(let reason, let second): try withdraw(reason, confirmedBy: second, moment)
        case .policyChanged(let policy, _): try changePolicy(policy, moment)
        case .zoneTableChanged: try moment.require(author.role.isAuthority || author.role == .system, "the sweep or a curator")
        case .purgeProposed(_, let citations): try proposePurge(citations, moment)
        case .purgeConfirmed(let citations): try confirmPurge(citations, moment)
        case .purgeCancelled: try cancelPurge(moment)
        case .purged(let leases): try carryOutPurge(leases, moment)
        }
    }

    /// The guards that need the dates which the event makes.
    func checkDates(
        _ after: ClockDates, since before: ClockDates, _ event: EmbargoEvent, at now: Instant
    ) throws(EmbargoError) {
        switch event {
        case .extensionGranted:
            guard let opens = after.opening?.opens.at, opens > now else {
                throw EmbargoError(
                    .tooLate, "The extension would end in the past", at: event.name,
                    got: after.opening?.opens.at.description, expected: "later than \(now)")
            }
        case .policyChanged where openedAt == nil: try checkNotOpening(after, since: before, "policy", event, at: now)
        case .anchorCorrected: try checkNotOpening(after, since: before, "date", event, at: now)
        case .zoneTableChanged:
            guard after != before else {
                throw EmbargoError(
                    .stateForbids, "The zone table changes nothing in this record", at: event.name, got: stateName,
                    expected: "dates that are still ahead, counted with another release")
            }
        case .holdSet, .purgeHoldSet: try checkReview(of: holds.last?.number, after, event, at: now)
        case .holdReviewed(let hold, _, _): try checkReview(of: hold, after, event, at: now)
        default: break
        }
    }

    /// What a team was promised does not end by a stroke of the pen, be it a policy or the date that a curator typed: what opens stays open
    /// for ever, and an early release leaves time to object. Nor does it end below a hold, that would open the data when it is lifted.
    private func checkNotOpening(
        _ after: ClockDates, since before: ClockDates, _ subject: String, _ event: EmbargoEvent, at now: Instant
    ) throws(EmbargoError) {
        let wasAhead = before.opening.map { $0.opens.at > now } ?? false
        let isPast = after.opening.map { $0.opens.at <= now } ?? false
        guard !after.closedUntil.isOver(at: now), !(wasAhead && isPast) else {
            throw EmbargoError(
                .tooLate, "The new \(subject) would open the data at once", at: event.name,
                got: after.opening?.opens.at.description, expected: "an opening after \(now)",
                remedy: "The team asks for an early release (faisceau embargo open-early), or the \(subject) stays as it is")
        }
    }

    private func checkReview(
        of hold: Int?, _ after: ClockDates, _ event: EmbargoEvent, at now: Instant
    ) throws(EmbargoError) {
        // The reviews stand in the order of the holds.
        guard let review = zip(holds, after.holdReviews).first(where: { $0.0.number == hold })?.1, review.at > now else {
            throw EmbargoError(
                .tooLate, "The review of the hold is not ahead", at: event.name, got: after.holdReviews.last?.day.description,
                expected: "a day after \(now)")
        }
    }

    /// Not collecting, not proprietary, not open, not withdrawn: the clock runs towards an opening.
    func requireEmbargoed(_ moment: Moment) throws(EmbargoError) {
        guard stage == .running, openedAt == nil, withdrawal == nil else {
            throw moment.error(.stateForbids, "The record is not embargoed", got: stateName, expected: "an embargoed record")
        }
    }

    /// Nothing is open yet, and will be once.
    func requireNotOpen(_ moment: Moment) throws(EmbargoError) {
        guard stage != .proprietary, openedAt == nil, withdrawal == nil else {
            throw moment.error(
                .stateForbids, "The dates of this record do not move any more", got: stateName,
                expected: "a record of which nothing is open", remedy: "Open stays open; only a withdrawal takes data back")
        }
    }

    /// For messages.
    var stateName: String {
        if purgedAt != nil { return "purged" }
        if withdrawal != nil { return "withdrawn" }
        if openedAt != nil { return "open" }
        return switch stage {
        case .collecting: "collecting"
        case .running: "embargoed"
        case .proprietary: "proprietary"
        }
    }
}
