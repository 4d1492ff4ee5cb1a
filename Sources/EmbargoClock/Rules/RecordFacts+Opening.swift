// Early release and its objections, the opening, the withdrawal, and what is found to be outside of the policy.

extension RecordFacts {
    mutating func askRelease(_ licence: String, _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isOfTeam, "a member of the team")
        try requireEmbargoed(moment)
        guard request == nil, release == nil else {
            throw moment.error(
                .stateForbids, request == nil ? "An early release is asked already" : "An extension is pending",
                expected: "a decision on it first")
        }
        guard licence == policy.licence else {
            throw moment.error(
                .licenceNotAccepted, "Open data need their licence accepted", got: quoted(licence),
                expected: quoted(policy.licence))
        }
        release = Release(number: moment.number, person: moment.author.person)
        openingDecisions.append(moment.number)
    }

    mutating func object(_ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isOfTeam, "a member of the team")
        try requireEmbargoed(moment)
        guard release != nil, let until = moment.dates.releaseOpens?.at else {
            throw moment.error(.stateForbids, "No early release is asked", got: stateName, expected: "a request to object to")
        }
        guard moment.now < until else {
            throw moment.error(.tooLate, "The time for objections has passed", got: "\(moment.now)", expected: "before \(until)")
        }
        release?.objectors.append(moment.author.person)
        openingDecisions.append(moment.number)
    }

    /// The principal investigator cannot override an objection, nor can anyone who took a side.
    mutating func decideObjection(_ moment: Moment, keepsClosed: Bool) throws(EmbargoError) {
        try moment.require(moment.author.role == .curator, "a curator")
        try requireEmbargoed(moment)
        guard let asked = release, !asked.objectors.isEmpty else {
            throw moment.error(.stateForbids, "There is no objection", got: stateName, expected: "an objection to decide on")
        }
        guard !([asked.person] + asked.objectors).contains(moment.author.person) else {
            throw moment.error(
                .samePersonTwice, "Who asked or objected does not decide", got: quoted(moment.author.person),
                expected: "another person")
        }
        if keepsClosed { release = nil } else { release?.objectors = [] }
        openingDecisions.append(moment.number)
    }

    mutating func recordOpening(_ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role == .system || moment.author.role == .curator, "the sweep or a curator")
        guard openedAt != nil, withdrawal == nil, !isOpeningRecorded else {
            throw moment.error(
                openedAt == nil ? .tooEarly : .stateForbids, "There is no opening to record", got: stateName,
                expected: openedAt == nil ? "closed until \(moment.dates.closedUntil)" : "one record of it")
        }
        isOpeningRecorded = true
    }

    /// A curator or a director has seen the evidence, which is kept in the chain. It is for what comes from another catalogue: what was measured
    /// under this one's care opens by its team's word or by time. What a hold keeps closed stays so.
    mutating func recordPublication(_ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        try requireEmbargoed(moment)
        guard !isSession, !holds.contains(where: \.closesData) else {
            throw moment.error(
                .stateForbids, "The data cannot be taken for published", got: isSession ? "a session" : "a hold",
                expected: "a run with clocks of its own, and no hold on it")
        }
        isPublishedElsewhere = true
        openingDecisions.append(moment.number)
    }

    /// By the rule, once the proposal is known: who pays was decided before anything was measured. Open stays open, and nobody's promise is broken:
    /// what waits to be decided about an opening lapses, as there is none.
    mutating func leavePolicy(_ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role == .system || moment.author.role.isAuthority, "the system, a curator or a director")
        try requireEmbargoed(moment)
        guard !isSession else {
            throw moment.error(
                .stateForbids, "A session is paid for from its beginning, or not at all", got: "a session",
                expected: "a run with clocks of its own")
        }
        stage = .proprietary
        request = nil
        release = nil
        purge = nil
    }

    /// From open and embargoed, for privacy also before the opening; a curator and a director, two persons.
    mutating func withdraw(_ reason: String, confirmedBy second: Author, _ moment: Moment) throws(EmbargoError) {
        let roles = [moment.author.role, second.role]
        try moment.require(roles.contains(.curator) && roles.contains(.director), "a curator and a director")
        guard moment.author.person != second.person else {
            throw moment.error(
                .samePersonTwice, "A withdrawal needs two persons", got: quoted(second.person), expected: "another person")
        }
        guard stage == .running, withdrawal == nil else {
            throw moment.error(.stateForbids, "The record cannot be withdrawn", got: stateName, expected: "open or embargoed")
        }
        withdrawal = reason
        request = nil
        release = nil
    }
}
