// The dates that follow from the facts. Years are added to the anchor on civil dates; the zone is asked only where a day begins.

extension RecordFacts {
    /// - Parameters:
    ///   - previous: the dates before the event.
    ///   - days: the zone, or the stored entry when a chain is replayed.
    func dates(
        after previous: ClockDates?, _ event: EmbargoEvent, at now: Instant, in days: some DayCounting
    ) throws(EmbargoError) -> ClockDates {
        var releaseOpens: DayStart?
        if release != nil {
            var day = previous?.releaseOpens?.day
            if case .earlyReleaseAsked = event { day = try days.date(of: now).adding(days: policy.objectionDays + 1) }
            if let day { releaseOpens = try days.start(of: day) }
        }
        var purgeAllowed: DayStart?
        if purge != nil {
            var day = previous?.purgeAllowed?.day
            if case .purgeProposed = event { day = try days.date(of: now).adding(days: policy.purgeNoticeDays + 1) }
            if let day { purgeAllowed = try days.start(of: day) }
        }
        var reviews: [DayStart] = []
        for hold in holds { reviews.append(try days.start(of: hold.reviewOn)) }
        // An opening that has taken place is history, whatever a new zone table says.
        let opening = openedAt != nil ? previous?.opening : try openingDates(days)
        let closedUntil = closedUntil(opening, releaseOpens, at: now)
        return ClockDates(
            closedUntil: closedUntil, opening: opening,
            retention: try retentionDates(after: previous?.retention, closedUntil, at: now, days), releaseOpens: releaseOpens,
            purgeAllowed: purgeAllowed, holdReviews: reviews)
    }

    private func openingDates(_ days: some DayCounting) throws(EmbargoError) -> OpeningDates? {
        guard let anchor, stage != .proprietary else { return nil }
        let last = try anchor.adding(years: openingPolicy.embargoYears + extensions)
        let day = try last.adding(days: 1)
        let opens = try days.start(of: day)
        var graceEnds = opens
        if case .days(let grace) = policy.grace { graceEnds = try days.start(of: try day.adding(days: grace)) }
        return OpeningDates(
            basis: basis(anchor, openingPolicy, openingDecisions, days), lastClosedDay: last, opens: opens,
            warnsFrom: try days.start(of: try day.adding(days: -policy.warningDays)),
            asksUntil: try days.start(of: try day.adding(days: -policy.askingDeadlineDays)), graceEnds: graceEnds,
            firstOpenDay: try days.date(of: opens.at))
    }

    /// The one column that access asks for. It never lies before the entry that made it: a record that was closed did not open earlier.
    private func closedUntil(_ opening: OpeningDates?, _ releaseOpens: DayStart?, at now: Instant) -> ClosedUntil {
        guard withdrawal == nil else { return .never }
        if let openedAt { return .instant(openedAt) }
        guard stage == .running, let opening, !holds.contains(where: \.closesData) else { return .never }
        if isPublishedElsewhere { return .instant(now) }
        if request != nil { return .instant(max(opening.graceEnds.at, now)) }
        guard let release, release.objectors.isEmpty, let releaseOpens else { return .instant(max(opening.opens.at, now)) }
        return .instant(max(min(opening.opens.at, releaseOpens.at), now))
    }

    private func retentionDates(
        after previous: RetentionDates?, _ closedUntil: ClosedUntil, at now: Instant, _ days: some DayCounting
    ) throws(EmbargoError) -> RetentionDates? {
        guard let anchor, stage != .proprietary else { return nil }
        let years = max(keepingPolicy.retentionYears, openingPolicy.embargoYears + extensions + 1)
        var last = try anchor.adding(years: years)
        var lastDayClosed: LocalDate?
        if let opens = opening(closedUntil) {
            lastDayClosed = try days.date(of: opens.advanced(byMilliseconds: -1))
            last = max(last, try lastDayClosed?.adding(years: 1) ?? last)
        }
        // An end that has passed is not moved by a new zone table.
        if let previous, previous.lastKeptDay == last, previous.ends.at <= now { return previous }
        return RetentionDates(
            basis: basis(anchor, keepingPolicy, keepingDecisions, days), lastDayClosed: lastDayClosed, lastKeptDay: last,
            ends: try days.start(of: try last.adding(days: 1)))
    }

    /// When the data opened, or will by what is known.
    func opening(_ closedUntil: ClosedUntil) -> Instant? {
        if let openedAt { return openedAt }
        guard case .instant(let instant) = closedUntil else { return nil }
        return instant
    }

    private func basis(
        _ anchor: LocalDate, _ policy: EmbargoPolicy, _ decisions: [Int], _ days: some DayCounting
    ) -> DateBasis {
        DateBasis(
            anchor: anchor, extensions: extensions, rule: policy.rule, policyVersion: policy.version, zone: zone,
            zoneTableVersion: days.tableVersion, decisions: decisions)
    }
}
