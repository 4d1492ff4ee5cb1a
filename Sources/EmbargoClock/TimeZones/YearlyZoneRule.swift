/// What holds in every year after a zone's last transition: one offset, or two and the days on which they change (the footer of a
/// TZif file: RFC 9636, 3.3; IEEE Std 1003.1, "TZ").
struct YearlyZoneRule: Sendable, Hashable {
    /// Seconds east of UTC outside daylight saving time.
    let standardOffset: Int
    let daylight: Daylight?

    struct Daylight: Sendable, Hashable {
        /// Seconds east of UTC.
        let offset: Int
        let begins: Change
        let ends: Change
    }

    /// When the clocks are changed, by the time that they show before.
    struct Change: Sendable, Hashable {
        let day: Day
        /// Seconds from that day's midnight; also negative, or more than a day.
        let seconds: Int
    }

    enum Day: Sendable, Hashable {
        /// `J1` to `J365`: 29 February is never counted.
        case withoutLeapDay(Int)
        /// `0` to `365`: 29 February is counted.
        case fromZero(Int)
        /// `M3.5.0`: month, week (5: the last one), weekday (0: Sunday).
        case weekday(month: Int, week: Int, weekday: Int)

        func dayNumber(in year: Int) -> Int {
            let newYear = CalendarArithmetic.dayNumber(year: year, month: 1, day: 1)
            switch self {
            case .withoutLeapDay(let day): return newYear + day - 1 + (CalendarArithmetic.isLeap(year) && day >= 60 ? 1 : 0)
            case .fromZero(let day): return newYear + day
            case .weekday(let month, let week, let weekday):
                let first = CalendarArithmetic.dayNumber(year: year, month: month, day: 1)
                // 1970-01-01 was a Thursday (4).
                let firstWeekday = CalendarArithmetic.floored(first + 4, by: 7).remainder
                let day = CalendarArithmetic.floored(weekday - firstWeekday, by: 7).remainder + (week - 1) * 7
                return first + (day < CalendarArithmetic.daysInMonth(month, of: year) ? day : day - 7)
            }
        }
    }

    func offset(atSecond second: Int64) -> Int {
        let second = Self.near(second)
        // Two years back is enough: every year of the rule has both changes.
        return changes(after: second - 2 * 366 * 86_400, through: second).last?.offset ?? standardOffset
    }

    /// In order; where daylight saving time ends at the moment at which it begins, the end comes first: it holds all year.
    func changes(after from: Int64, through: Int64) -> [TimeZoneRules.Transition] {
        guard let daylight else { return [] }
        var found: [TimeZoneRules.Transition] = []
        for year in (Self.year(of: from) - 1)...(Self.year(of: through) + 1) {
            let begins = second(of: daylight.begins, in: year, offset: standardOffset)
            let ends = second(of: daylight.ends, in: year, offset: daylight.offset)
            found.append(.init(at: ends, offset: standardOffset))
            found.append(.init(at: begins, offset: daylight.offset))
        }
        return found.filter { $0.at > from && $0.at <= through }
            .sorted { $0.at != $1.at ? $0.at < $1.at : $0.offset == standardOffset && $1.offset != standardOffset }
    }

    private func second(of change: Change, in year: Int, offset: Int) -> Int64 {
        Int64(change.day.dayNumber(in: year)) * 86_400 + Int64(change.seconds - offset)
    }

    private static func year(of second: Int64) -> Int {
        CalendarArithmetic.civil(Int(CalendarArithmetic.floored(near(second), by: 86_400).quotient)).year
    }

    /// Held to what dates can be (the years -248 to 10209): a spoilt file may name any second.
    private static func near(_ second: Int64) -> Int64 { min(max(second, -70_000_000_000), 260_000_000_000) }
}
