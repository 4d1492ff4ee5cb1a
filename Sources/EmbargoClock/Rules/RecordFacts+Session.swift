// The anchor: collecting, closing, late runs, corrections; and the policy by which it counts.

extension RecordFacts {
    /// Days after its planned end at which a session closes itself.
    static let daysUntilSessionCloses = 7

    private func requireCustody(_ moment: Moment) throws(EmbargoError) {
        let role = moment.author.role
        try moment.require(
            role == .system || role == .beamlineStaff || role.isAuthority, "beamline staff, a curator, a director or the system")
    }

    mutating func runEnded(_ end: RunEnd, _ moment: Moment) throws(EmbargoError) {
        try requireCustody(moment)
        guard isSession else {
            throw moment.error(
                .stateForbids, "The record has no session", expected: "a session",
                remedy: "A curator corrects the anchor of a run")
        }
        try requireNotOpen(moment)
        try Self.checkNotAhead(end, at: moment.now)
        if let anchor, end.day <= anchor {
            guard case .collecting = stage else {
                throw moment.error(
                    .stateForbids, "The late run moves nothing", got: end.day.description, expected: "an end after \(anchor)")
            }
            return
        }
        setAnchor(end, moment)
    }

    /// Whether `runEnded` would move the anchor, as far as the facts tell without time.
    func movesAnchor(_ end: RunEnd) -> Bool {
        guard isSession, openedAt == nil, withdrawal == nil, purgedAt == nil else { return false }
        return anchor.map { end.day > $0 } ?? true
    }

    mutating func closeSession(_ moment: Moment) throws(EmbargoError) {
        try requireCustody(moment)
        guard case .collecting(let plannedEnd) = stage else {
            throw moment.error(.stateForbids, "There is no open session", got: stateName, expected: "a collecting session")
        }
        guard anchor != nil else {
            throw moment.error(.stateForbids, "No run of the session has ended", expected: "an anchor for the clocks")
        }
        let closesItself = plannedEnd.advanced(byDaysOf24Hours: Self.daysUntilSessionCloses)
        guard moment.author.role != .system || moment.now >= closesItself else {
            throw moment.error(
                .tooEarly, "The session does not close by itself yet", got: moment.now.description,
                expected: "\(closesItself) or later")
        }
        stage = .running
        openingDecisions.append(moment.number)
        keepingDecisions.append(moment.number)
    }

    /// No date follows from it but the one at which the session closes itself.
    mutating func movePlannedEnd(to end: Instant, _ moment: Moment) throws(EmbargoError) {
        try requireCustody(moment)
        guard case .collecting(let plannedEnd) = stage, plannedEnd != end else {
            throw moment.error(
                .stateForbids, "There is no plan to move", got: stateName,
                expected: "a collecting session with another planned end")
        }
        stage = .collecting(plannedEnd: end)
    }

    mutating func correctAnchor(_ end: RunEnd, _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role == .curator, "a curator")
        try requireNotOpen(moment)
        try Self.checkNotAhead(end, at: moment.now)
        guard let anchor, anchor != end.day else {
            throw moment.error(
                .stateForbids, "There is nothing to correct", got: end.day.description, expected: "another date than the anchor's"
            )
        }
        setAnchor(end, moment)
    }

    private mutating func setAnchor(_ end: RunEnd, _ moment: Moment) {
        anchor = end.day
        openingDecisions.append(moment.number)
        keepingDecisions.append(moment.number)
    }

    mutating func changePolicy(_ new: EmbargoPolicy, _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        guard new.version != policy.version else {
            throw moment.error(
                .stateForbids, "The policy has this version already", got: quoted(new.version), expected: "another version")
        }
        policy = new
        // What has passed stays: raising the years is no way back from an opening or from a review, and data that are open for everyone do not
        // come to be for the registered only.
        if openedAt == nil {
            openingPolicy = new
            openingDecisions.append(moment.number)
        }
        if moment.dates.retention.map({ $0.ends.at > moment.now }) ?? true {
            keepingPolicy = new
            keepingDecisions.append(moment.number)
        }
    }
}
