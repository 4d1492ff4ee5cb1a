/// What a stored date follows from: nobody has to guess later by which numbers it was counted.
public struct DateBasis: Sendable, Hashable, Codable {
    public let anchor: LocalDate
    /// Granted extensions.
    public let extensions: Int
    public let rule: CalendarRule
    public let policyVersion: String
    public let zone: String
    public let zoneTableVersion: String
    /// The entries of the chain that shaped the date, by number, in order.
    public let decisions: [Int]
}

/// When the embargo ends.
public struct OpeningDates: Sendable, Hashable, Codable {
    public let basis: DateBasis
    /// L(n): anchor + (embargo years + n) years.
    public let lastClosedDay: LocalDate
    /// O(n): the beginning of the day after.
    public let opens: DayStart
    /// The team is told from here on.
    public let warnsFrom: DayStart
    /// An extension is asked before this.
    public let asksUntil: DayStart
    /// The end of the grace for a request that nobody has decided; `opens`, if the policy has none.
    public let graceEnds: DayStart

    /// The first day on which the data are open: the day after the last closed one, or the next that the zone has.
    public let firstOpenDay: LocalDate
}

/// When the bytes need no longer be kept.
public struct RetentionDates: Sendable, Hashable, Codable {
    public let basis: DateBasis
    /// The last day on which the data are (or were) closed, as far as that is settled; absent while nobody can say (a hold).
    public let lastDayClosed: LocalDate?
    /// The later of anchor + retention years, anchor + (embargo years + n + 1) years, and a year after `lastDayClosed`: a hold, a grace
    /// or a late registration opens the data after O(n), and what opens is kept for a year at least.
    public let lastKeptDay: LocalDate
    /// K: the beginning of the day after. The record is due for review then; nothing is deleted by a date.
    public let ends: DayStart
}

/// From when on everyone (or everyone registered) reads: the one value that access asks for.
public enum ClosedUntil: Sendable, Hashable, Codable {
    case instant(Instant)
    /// Held, collecting, proprietary, withdrawn.
    case never

    private enum InstantCodingKeys: String, CodingKey { case _0 = "at" }

    /// The access test. `trustedNow` is that of `TrustedClock`.
    public func isOver(at trustedNow: Instant) -> Bool {
        guard case .instant(let instant) = self else { return false }
        return trustedNow >= instant
    }
}

extension ClosedUntil: CustomStringConvertible {
    public var description: String {
        switch self {
        case .instant(let instant): instant.description
        case .never: "further notice"
        }
    }
}

/// Every date of a record, as one entry of its chain left them.
public struct ClockDates: Sendable, Hashable, Codable {
    public let closedUntil: ClosedUntil
    /// Both absent until the first run of a session has ended, and for proprietary data.
    public let opening: OpeningDates?
    public let retention: RetentionDates?
    /// An early release opens the data then: the day after the last one for objections.
    public let releaseOpens: DayStart?
    /// The day after the notice of a purge.
    public let purgeAllowed: DayStart?
    /// When each hold is to be reviewed, in the order of the holds.
    public let holdReviews: [DayStart]
}
