// The end of the retention: due for review, never deleted by a date. A curator proposes, a second person confirms, a notice runs, no
// job has a lease, no hold stands: then the bytes may go, and the tombstone stays.

extension RecordFacts {
    mutating func proposePurge(_ citations: [String], _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role == .curator, "a curator")
        try requireNoHold(moment)
        guard openedAt != nil || withdrawal != nil, purge == nil, let ends = moment.dates.retention?.ends.at else {
            throw moment.error(
                .stateForbids, purge == nil ? "The record has not been open" : "A purge is proposed already", got: stateName,
                expected: "a record that is due for review")
        }
        guard moment.now >= ends else {
            throw moment.error(.tooEarly, "The data are still to be kept", got: "\(moment.now)", expected: "\(ends) or later")
        }
        purge = Purge(person: moment.author.person, citations: citations)
    }

    mutating func confirmPurge(_ citationsSeen: [String], _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        try requireNoHold(moment)
        let proposed = try requirePurge(moment)
        guard !proposed.isConfirmed else {
            throw moment.error(.stateForbids, "The purge is confirmed already", expected: "the end of its notice")
        }
        guard proposed.person != moment.author.person else {
            throw moment.error(
                .samePersonTwice, "A purge needs a second person", got: quoted(proposed.person), expected: "another person")
        }
        guard proposed.citations == citationsSeen else {
            throw moment.error(
                .stateForbids, "The second person has not seen the citations", got: "\(citationsSeen.count) citations",
                expected: "the \(proposed.citations.count) of the proposal",
                remedy: "Cancel the proposal and make it again if there are new ones")
        }
        purge?.isConfirmed = true
    }

    mutating func cancelPurge(_ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        _ = try requirePurge(moment)
        purge = nil
    }

    mutating func carryOutPurge(_ leases: Int, _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role == .system || moment.author.role == .curator, "the system or a curator")
        try requireNoHold(moment)
        guard try requirePurge(moment).isConfirmed else {
            throw moment.error(.stateForbids, "No second person has confirmed the purge", expected: "a confirmation")
        }
        guard let allowed = moment.dates.purgeAllowed?.at, moment.now >= allowed else {
            throw moment.error(
                .tooEarly, "The notice of the purge still runs", got: moment.now.description,
                expected: "\(moment.dates.purgeAllowed?.at.description ?? "its end") or later")
        }
        guard leases == 0 else {
            throw moment.error(.leased, "A job still reads the data", got: "\(leases) leases", expected: "none")
        }
        purgedAt = moment.now
    }

    private func requirePurge(_ moment: Moment) throws(EmbargoError) -> Purge {
        guard let purge else {
            throw moment.error(.stateForbids, "No purge is proposed", got: stateName, expected: "a proposal")
        }
        return purge
    }

    private func requireNoHold(_ moment: Moment) throws(EmbargoError) {
        guard holds.isEmpty else {
            throw moment.error(
                .held, "A hold stands against the purge", got: "\(holds[0].kind.rawValue) hold, entry \(holds[0].number)",
                expected: "no hold", remedy: "Lift it first")
        }
    }
}
