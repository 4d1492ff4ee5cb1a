/// A day at the facility and the instant at which it begins. The day is the truth; the instant is a cache that is redone when the
/// zone table changes.
public struct DayStart: Sendable, Hashable, Codable {
    public let day: LocalDate
    public let at: Instant
}

/// What tells where days begin: the zone table, or, when a stored chain is replayed, what was stored.
protocol DayCounting {
    var tableVersion: String { get }
    func start(of day: LocalDate) throws(EmbargoError) -> DayStart
    func date(of instant: Instant) throws(EmbargoError) -> LocalDate
}

extension TimeZoneRules: DayCounting {
    func start(of day: LocalDate) throws(EmbargoError) -> DayStart { DayStart(day: day, at: try startOfDay(day)) }

    func date(of instant: Instant) throws(EmbargoError) -> LocalDate { try localDate(of: instant) }
}

/// The days of one stored entry. What it does not hold, the entry does not need; so an entry whose days do not follow from its chain is
/// found out, whatever zone table is installed today.
struct StoredDays: DayCounting {
    let tableVersion: String
    private var starts: [LocalDate: Instant] = [:]
    private var dates: [Instant: LocalDate] = [:]

    init(tableVersion: String) { self.tableVersion = tableVersion }

    mutating func add(_ start: DayStart) throws(EmbargoError) {
        try Self.checkNear(start.day, start.at)
        // The first one counts; a second one that differs shows when the dates are compared.
        if starts[start.day] == nil { starts[start.day] = start.at }
    }

    mutating func add(_ date: LocalDate, of instant: Instant) throws(EmbargoError) {
        try Self.checkNear(date, instant)
        if dates[instant] == nil { dates[instant] = date }
    }

    func start(of day: LocalDate) throws(EmbargoError) -> DayStart {
        guard let at = starts[day] else {
            throw EmbargoError(.chainBroken, "The stored dates are not those of the chain", expected: "the beginning of \(day)")
        }
        return DayStart(day: day, at: at)
    }

    func date(of instant: Instant) throws(EmbargoError) -> LocalDate {
        guard let date = dates[instant] else {
            throw EmbargoError(.chainBroken, "The stored dates are not those of the chain", expected: "the date of \(instant)")
        }
        return date
    }

    /// Whether an instant can be in a day, or begin it, in any zone. None is further from UTC than a day and two hours; and a day that
    /// the zone skips begins with the next one.
    static func checkNear(_ day: LocalDate, _ instant: Instant) throws(EmbargoError) {
        let distance = instant.millisecondsSince1970 - Int64(day.dayNumber) * 86_400_000
        guard (-93_600_000...(93_600_000 + 86_400_000)).contains(distance) else {
            throw EmbargoError(.chainBroken, "A stored day and its instant do not belong together", got: "\(day), \(instant)")
        }
    }
}
