// Extensions: asked by who decides for the data, decided by a curator who is somebody else.

extension RecordFacts {
    mutating func passRights(to holder: RightHolder, _ moment: Moment) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        guard stage != .proprietary, holder > rightHolder else {
            throw moment.error(
                .stateForbids, "The rights pass down their order only", got: "\(rightHolder) to \(holder)",
                expected: "principal investigator and deputies, main proposer, majority of the team, facility")
        }
        rightHolder = holder
    }

    mutating func askExtension(_ reason: String, _ proposal: ProposalRecord, _ moment: Moment) throws(EmbargoError) {
        switch proposal {
        case .absent:
            try moment.require(moment.author.role == .curator, "a curator: there is no record of the proposal to check against")
        case .found: try requireRightHolder(moment)
        }
        try requireEmbargoed(moment)
        guard request == nil else {
            throw moment.error(.stateForbids, "An extension is pending already", expected: "a decision on it first")
        }
        guard extensions < policy.largestNumberOfExtensions else {
            throw moment.error(
                .extensionsExhausted, "There is no further extension", got: "\(extensions) granted",
                expected: "at most \(policy.largestNumberOfExtensions)")
        }
        guard let until = moment.dates.opening?.asksUntil.at, moment.now < until else {
            throw moment.error(
                .tooLate, "The time for asking has passed", got: moment.now.description,
                expected: "before \(moment.dates.opening?.asksUntil.at.description ?? "the opening")")
        }
        request = Request(number: moment.number, person: moment.author.person, reason: reason)
    }

    mutating func grantExtension(_ moment: Moment) throws(EmbargoError) {
        let request = try requireDecision(moment)
        extensions += 1
        self.request = nil
        // Who was granted more time is not opened early by an older request.
        release = nil
        openingDecisions += [request.number, moment.number]
        keepingDecisions += [request.number, moment.number]
    }

    mutating func refuseExtension(_ moment: Moment) throws(EmbargoError) {
        _ = try requireDecision(moment)
        request = nil
    }

    mutating func withdrawExtension(_ moment: Moment) throws(EmbargoError) {
        let request = try requirePending(moment)
        if request.person != moment.author.person {
            try moment.require(moment.author.role.rightHolder != .facility, "who asked, or a right holder")
            try requireRightHolder(moment)
        }
        self.request = nil
    }

    /// The rank that decides at present, or one before it.
    private func requireRightHolder(_ moment: Moment) throws(EmbargoError) {
        let rank = moment.author.role.rightHolder
        try moment.require(
            rank.map { $0 <= rightHolder } ?? false,
            rightHolder == .principalInvestigatorAndDeputies
                ? "the principal investigator or a deputy of the proposal" : "a right holder down to \(rightHolder)")
    }

    /// A request on which a decision still counts: not after its grace, even if a hold keeps the data closed.
    private func requirePending(_ moment: Moment) throws(EmbargoError) -> Request {
        guard withdrawal == nil, let request, let opening = moment.dates.opening else {
            throw moment.error(.stateForbids, "No extension is pending", got: stateName, expected: "a request")
        }
        guard moment.now < opening.graceEnds.at else {
            throw moment.error(
                .tooLate, "The request has lapsed", got: moment.now.description, expected: "before \(opening.graceEnds.at)")
        }
        return request
    }

    private func requireDecision(_ moment: Moment) throws(EmbargoError) -> Request {
        let request = try requirePending(moment)
        if extensions >= EmbargoPolicy.plainExtensions {
            try moment.require(moment.author.role == .director, "a director: it is the third extension")
        } else {
            try moment.require(moment.author.role == .curator, "a curator")
        }
        guard moment.author.person != request.person else {
            throw moment.error(
                .samePersonTwice, "Who asked does not decide", got: quoted(request.person), expected: "another person")
        }
        return request
    }
}
