// Holds: legal, safety, ethics. Each has an author, a reason and a review date; the data are held until the last one is lifted.

extension RecordFacts {
    mutating func setHold(
        _ kind: HoldKind, _ reason: String, _ reviewOn: LocalDate, closesData: Bool, _ moment: Moment
    ) throws(EmbargoError) {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        guard !closesData || openedAt == nil else {
            throw moment.error(
                .stateForbids, "Open stays open", got: stateName, expected: "a record that is not open",
                remedy: "A hold against a purge keeps the bytes; a withdrawal hides them")
        }
        holds.append(
            Hold(
                number: moment.number, kind: kind, closesData: closesData, person: moment.author.person, reason: reason,
                reviewOn: reviewOn))
        if closesData { openingDecisions.append(moment.number) }
    }

    mutating func reviewHold(_ number: Int, _ reviewOn: LocalDate, _ moment: Moment) throws(EmbargoError) {
        let index = try holdIndex(number, moment)
        holds[index].reviewOn = reviewOn
    }

    mutating func liftHold(_ number: Int, _ moment: Moment) throws(EmbargoError) {
        let index = try holdIndex(number, moment)
        if holds[index].closesData, openedAt == nil { openingDecisions.append(moment.number) }
        holds.remove(at: index)
    }

    private func holdIndex(_ number: Int, _ moment: Moment) throws(EmbargoError) -> Int {
        try moment.require(moment.author.role.isAuthority, "a curator or a director")
        guard let index = holds.firstIndex(where: { $0.number == number }) else {
            let numbers = holds.map { String($0.number) }.joined(separator: ", ")
            throw moment.error(
                .stateForbids, "There is no such hold", got: "hold \(number)", expected: numbers.isEmpty ? "none stands" : numbers
            )
        }
        return index
    }
}
