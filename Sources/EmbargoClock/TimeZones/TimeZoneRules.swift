/// When the clocks of a zone were and will be changed: the transitions of its TZif file and, for later years, the rule in its footer.
///
/// A value without a file: the caller reads the bytes and says which version of the zone table they are from, since every stored date
/// names it. Not `Codable`: a zone table is never part of a record.
public struct TimeZoneRules: Sendable, Hashable {
    /// The name in the IANA table, `Europe/Paris`.
    public let identifier: String
    /// The release of the table, `2026f`.
    public let tableVersion: String

    struct Transition: Sendable, Hashable {
        /// Seconds from 1970, UTC.
        let at: Int64
        /// Seconds east of UTC from then on.
        let offset: Int
    }

    /// Before the first transition.
    let firstOffset: Int
    /// In ascending order.
    let transitions: [Transition]
    /// From the last transition on.
    let rule: YearlyZoneRule?

    /// No zone is further from UTC than this (RFC 9636, 3.2: more than -25 hours, less than 26 hours).
    static let largestOffset = 93_600

    /// Seconds east of UTC at an instant.
    ///
    /// - Throws: `zoneTableEnds` after the last transition of a table that has no rule for later.
    public func offset(at instant: Instant) throws(EmbargoError) -> Int { try offset(atSecond: instant.secondsSince1970) }

    /// The day in this zone that contains an instant.
    ///
    /// - Throws: `zoneTableEnds`; `malformed` outside the years 1 to 9999.
    public func localDate(of instant: Instant) throws(EmbargoError) -> LocalDate {
        let second = instant.secondsSince1970
        let local = second + Int64(try offset(atSecond: second))
        return try LocalDate(dayNumber: Int(CalendarArithmetic.floored(local, by: 86_400).quotient))
    }

    /// The first instant whose date here is `date` or a later one: midnight; where midnight is skipped, the end of the gap; where it
    /// comes twice, the first of both; where the whole day is skipped (Apia, 2011-12-30), the beginning of the next one. A later date
    /// never begins earlier.
    ///
    /// - Throws: `zoneTableEnds`.
    public func startOfDay(_ date: LocalDate) throws(EmbargoError) -> Instant {
        let midnight = Int64(date.dayNumber) * 86_400
        // No clock shows this date before `from`, and every clock shows it or a later one at `through`.
        let from = midnight - Int64(Self.largestOffset)
        let through = midnight + Int64(Self.largestOffset)
        var begins = from
        var offset = try self.offset(atSecond: from)
        for change in try changes(after: from, through: through) {
            let candidate = max(begins, midnight - Int64(offset))
            if candidate < change.at { return Instant(clampingSeconds: candidate) }
            (begins, offset) = (change.at, change.offset)
        }
        return Instant(clampingSeconds: max(begins, midnight - Int64(offset)))
    }

    private func offset(atSecond second: Int64) throws(EmbargoError) -> Int {
        guard let last = transitions.last, second < last.at else {
            if let rule { return rule.offset(atSecond: second) }
            guard let last = transitions.last else { return firstOffset }
            if second == last.at { return last.offset }
            throw EmbargoError(
                .zoneTableEnds, "The zone table says nothing about this time", at: identifier,
                got: Instant(clampingSeconds: second).description,
                expected: "a time until \(Instant(clampingSeconds: last.at)), or a rule for later years",
                remedy: "Install a zone table with rules for later years (tzdata)")
        }
        // The number of transitions that have taken place.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : transitions[low - 1].offset
    }

    /// The changes in a span of a few days, in order.
    func changes(after from: Int64, through: Int64) throws(EmbargoError) -> [Transition] {
        var found = transitions.filter { $0.at > from && $0.at <= through }
        let tableEnds = transitions.last?.at ?? .min
        guard through > tableEnds else { return found }
        if let rule {
            found += rule.changes(after: max(from, tableEnds), through: through)
        } else {
            _ = try offset(atSecond: through)
        }
        return found
    }
}
