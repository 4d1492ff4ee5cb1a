import Diagnostics
import EmbargoClock

extension DataAccess {
    /// What the embargo clock says of a record at `now`; nil for data that have no public page (a session that collects, data that are paid for).
    ///
    /// The opening day is the one that is true at `now`: in the grace of a request, the day after it. A hold has no day of its own, so there it is
    /// the one that the clock would give without.
    ///
    /// - Parameters:
    ///   - now: trusted time.
    ///   - zone: the record's, for the days of what happened at an instant (a withdrawal, a purge, a hold that was lifted).
    /// - Throws: `malformed` where a day cannot be told: another zone than the record's, a zone table that ends, a year before 1000.
    public init?(_ record: EmbargoRecord, at now: Instant, in zone: TimeZoneRules) throws(DataCiteError) {
        let status = record.status(at: now)
        guard status.readers.shortRecord == .everyone, let opening = status.dates.opening else { return nil }
        let known = try Self.date { () throws(EmbargoError) in try record.firstOpenDay(at: now, in: zone) }
        var opens = try CalendarDay(known ?? opening.firstOpenDay)
        let state: State
        switch status.state {
        case .collecting, .proprietary: return nil
        case .embargoed, .extensionPending: state = .embargoed
        case .held: state = .held
        case .open: state = .open(registeredOnly: status.readers.bytes == .registered)
        case .withdrawn(let reason):
            let at = record.entries.last { if case .withdrawn = $0.event { true } else { false } }?.at
            let days = try Self.days(from: at ?? now, in: zone)
            // Data that were never open have no opening behind them, whatever the clock would say below a hold.
            if known == nil { opens = max(opens, days.next) }
            state = .withdrawn(on: days.first, reason: reason)
        case .purged:
            guard case .purged(let at) = status.retention else { return nil }
            state = .purged(on: try Self.days(from: at, in: zone).first)
        }
        self.init(
            state, opensOn: opens, anchor: try CalendarDay(opening.basis.anchor), licence: record.openingPolicy.licence)
    }

    /// The day of an instant, and the one after it.
    private static func days(
        from instant: Instant, in zone: TimeZoneRules
    ) throws(DataCiteError) -> (first: CalendarDay, next: CalendarDay) {
        let first = try date { () throws(EmbargoError) in try zone.localDate(of: instant) }
        let next = try date { () throws(EmbargoError) in try first.adding(days: 1) }
        return (try CalendarDay(first), try CalendarDay(next))
    }

    private static func date<Date>(_ ask: () throws(EmbargoError) -> Date) throws(DataCiteError) -> Date {
        do throws(EmbargoError) { return try ask() } catch {
            throw DataCiteError(
                .malformed, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy,
                cause: error
            )
        }
    }
}

extension CalendarDay {
    /// - Throws: `malformed` for a year before 1000.
    init(_ date: LocalDate) throws(DataCiteError) { try self.init(year: date.year, month: date.month, day: date.day) }
}
