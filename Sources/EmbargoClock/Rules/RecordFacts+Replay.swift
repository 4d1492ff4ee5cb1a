// A stored entry against the facts that its chain comes to.

extension RecordFacts {
    /// Counts the dates of an accepted entry again, with the days that it stored, and settles the facts behind it.
    mutating func check(stored entry: EmbargoEntry, after previous: ClockDates?, number: Int) throws(EmbargoError) {
        guard entry.number == number else {
            throw EmbargoError(.chainBroken, "An entry is missing", got: "number \(entry.number)", expected: "number \(number)")
        }
        if let end = entry.event.runEnd { try StoredDays.checkNear(end.day, end.at) }
        let days = try storedDays(entry)
        let again = try dates(after: previous, entry.event, at: entry.at, in: days)
        guard again == entry.dates else {
            throw EmbargoError(
                .chainBroken, "The stored dates are not those of the chain", got: "closed until \(entry.dates.closedUntil)",
                expected: "closed until \(again.closedUntil)")
        }
        if let previous { try checkDates(again, since: previous, entry.event, at: entry.at) }
        settle(again.closedUntil, at: entry.at)
    }

    /// The release by which dates were counted. After the opening its own are kept as they were, perhaps from an older table: only the others
    /// are counted again.
    func zoneTableVersion(_ dates: ClockDates) -> String? {
        (openedAt == nil ? dates.opening?.basis : dates.retention?.basis)?.zoneTableVersion
    }

    private func storedDays(_ entry: EmbargoEntry) throws(EmbargoError) -> StoredDays {
        let dates = entry.dates
        var days = StoredDays(tableVersion: zoneTableVersion(dates) ?? "")
        for start in openedAt == nil ? dates.starts : dates.startsOfDeadlines { try days.add(start) }
        if let opening = dates.opening { try days.add(opening.firstOpenDay, of: opening.opens.at) }
        if let opens = opening(dates.closedUntil), let day = dates.retention?.lastDayClosed {
            try days.add(day, of: opens.advanced(byMilliseconds: -1))
        }
        // The date of the entry itself, from the deadline that it began.
        if case .earlyReleaseAsked = entry.event, let day = dates.releaseOpens?.day {
            try days.add(try day.adding(days: -policy.objectionDays - 1), of: entry.at)
        }
        if case .purgeProposed = entry.event, let day = dates.purgeAllowed?.day {
            try days.add(try day.adding(days: -policy.purgeNoticeDays - 1), of: entry.at)
        }
        return days
    }
}

extension ClockDates {
    /// Every day of the entry and its beginning.
    var starts: [DayStart] {
        let opening = opening.map { [$0.opens, $0.warnsFrom, $0.asksUntil, $0.graceEnds] } ?? []
        return opening + startsOfDeadlines
    }

    /// Those that may still move when the data are open.
    fileprivate var startsOfDeadlines: [DayStart] {
        holdReviews + [releaseOpens, purgeAllowed, retention?.ends].compactMap { $0 }
    }
}
