/// One accepted event and the dates that it left.
public struct EmbargoEntry: Sendable, Hashable, Codable {
    /// 0, 1, 2, … A store that keeps (record, number) unique cannot take one decision twice, whenever a writer died.
    public let number: Int
    /// Trusted time.
    public let at: Instant
    public let by: Author
    public let event: EmbargoEvent
    public let dates: ClockDates

    /// An entry as a store gives it back; `EmbargoRecord.init(entries:)` tells whether it can have been accepted.
    package init(number: Int, at: Instant, by: Author, event: EmbargoEvent, dates: ClockDates) {
        self.number = number
        self.at = at
        self.by = by
        self.event = event
        self.dates = dates
    }
}

/// The two clocks of a session, or of a run that has none: the chain of what was decided. All else is derived from it.
///
/// A record never changes: `applying` gives a longer one, or says why not. Reading one back replays the whole chain, guards included.
/// Any beginning of a chain is a record, so a writer that dies between two writes leaves a true one.
public struct EmbargoRecord: Sendable, Hashable {
    public let entries: [EmbargoEntry]
    /// What the chain comes to.
    let facts: RecordFacts
    /// As the last entry left them.
    public let dates: ClockDates

    /// A new record.
    ///
    /// - Parameters:
    ///   - now: trusted time; a run registered after the end of its embargo opens at once.
    ///   - zone: the facility's.
    /// - Throws: `endAhead` for a run that ended more than a day after `now`, `zoneTableEnds`.
    public init(
        registering registration: Registration, policy: EmbargoPolicy, by author: Author, at now: Instant, in zone: TimeZoneRules
    ) throws(EmbargoError) {
        let event = EmbargoEvent.registered(registration, policy: policy, zone: zone.identifier)
        try Self.checkEnd(event, zone)
        var facts = try RecordFacts(event, at: now)
        let dates = try facts.dates(after: nil, event, at: now, in: zone)
        facts.settle(dates.closedUntil, at: now)
        self.init(entries: [EmbargoEntry(number: 0, at: now, by: author, event: event, dates: dates)], facts: facts, dates: dates)
    }

    /// Of a session: as it is planned now, or was last while it collected.
    public var plannedEnd: Instant? {
        guard case .registered(.session(var plannedEnd), _, _)? = entries.first?.event else { return nil }
        for entry in entries { if case .plannedEndMoved(let end) = entry.event { plannedEnd = end } }
        return plannedEnd
    }

    /// The record after one more event.
    ///
    /// - Parameters:
    ///   - author: who, in a role that the caller has checked.
    ///   - now: trusted time.
    ///   - zone: the facility's, in the release of the table that is installed now.
    /// - Throws: the guard that stands against it.
    public func applying(
        _ event: EmbargoEvent, by author: Author, at now: Instant, in zone: TimeZoneRules
    ) throws(EmbargoError) -> EmbargoRecord {
        guard zone.identifier == facts.zone else {
            throw EmbargoError(.zoneDiffers, "The record counts in another zone", got: zone.identifier, expected: facts.zone)
        }
        try Self.checkEnd(event, zone)
        var facts = self.facts
        try facts.accept(event, by: author, at: now, number: entries.count, dates: dates)
        if case .zoneTableChanged = event, facts.zoneTableVersion(dates) == zone.tableVersion {
            throw EmbargoError(
                .stateForbids, "The dates are of this zone table already", at: event.name, got: zone.tableVersion,
                expected: "another release")
        }
        let after = try facts.dates(after: dates, event, at: now, in: zone)
        try facts.checkDates(after, since: dates, event, at: now)
        facts.settle(after.closedUntil, at: now)
        let entry = EmbargoEntry(number: entries.count, at: now, by: author, event: event, dates: after)
        return EmbargoRecord(entries: entries + [entry], facts: facts, dates: after)
    }

    /// The date of a run's end was perhaps counted in another zone.
    private static func checkEnd(_ event: EmbargoEvent, _ zone: TimeZoneRules) throws(EmbargoError) {
        guard let end = event.runEnd else { return }
        let day = try zone.localDate(of: end.at)
        guard day == end.day else {
            throw EmbargoError(
                .malformed, "The end of the run is not on its local date", at: event.name, got: "\(end.day) for \(end.at)",
                expected: "\(day) in \(zone.identifier)")
        }
    }

    /// Whether the end of this run lies after the anchor, so that `runEnded` has something to say. A late run that ended no later than the
    /// session's last one is refused as an event, and is told to nobody. By the last entry of the chain: data that time has opened since
    /// (`dates.closedUntil.isOver(at:)`) have an anchor that nothing moves.
    public func movesAnchor(_ end: RunEnd) -> Bool { facts.movesAnchor(end) }

    /// Whether this zone table gives the same instants as the one by which they were stored. If it does not and has another version, the
    /// event `zoneTableChanged` is due; if it has the same version, somebody has written to the store.
    ///
    /// - Throws: `zoneTableEnds`.
    public func isCurrent(in zone: TimeZoneRules) throws(EmbargoError) -> Bool {
        let again = try facts.dates(after: dates, .zoneTableChanged, at: facts.lastAt, in: zone)
        guard facts.release == nil else { return again.starts == dates.starts }
        // The last entry may itself have opened the data (a hold was lifted late): the early release that lapsed with it is history, and is not
        // counted again.
        let stored = ClockDates(
            closedUntil: dates.closedUntil, opening: dates.opening, retention: dates.retention, releaseOpens: nil,
            purgeAllowed: dates.purgeAllowed, holdReviews: dates.holdReviews)
        return again.starts == stored.starts
    }

    private init(entries: [EmbargoEntry], facts: RecordFacts, dates: ClockDates) {
        self.entries = entries
        self.facts = facts
        self.dates = dates
    }
}

extension EmbargoRecord {
    /// A stored chain, replayed: each event passes its guards again, and the dates are what it comes to, as far as that can be told
    /// without the zone table of their day (`isCurrent(in:)` tells the rest).
    ///
    /// - Throws: `chainBroken` with the number of the entry.
    public init(entries: [EmbargoEntry]) throws(EmbargoError) {
        guard let first = entries.first, let last = entries.last else {
            throw EmbargoError(.chainBroken, "The chain is empty", expected: "an entry that registers the record")
        }
        var facts: RecordFacts
        do throws(EmbargoError) {
            facts = try RecordFacts(first.event, at: first.at)
            try facts.check(stored: first, after: nil, number: 0)
        } catch { throw Self.broken(first, 0, error) }
        for (number, entry) in entries.enumerated().dropFirst() {
            let before = entries[number - 1].dates
            do throws(EmbargoError) {
                try facts.accept(entry.event, by: entry.by, at: entry.at, number: number, dates: before)
                try facts.check(stored: entry, after: before, number: number)
            } catch { throw Self.broken(entry, number, error) }
        }
        self.init(entries: entries, facts: facts, dates: last.dates)
    }

    private static func broken(_ entry: EmbargoEntry, _ number: Int, _ cause: EmbargoError) -> EmbargoError {
        EmbargoError(
            .chainBroken, "The stored chain cannot have been accepted", at: "entry \(number), \(entry.event.name)",
            got: cause.description, expected: "a chain that this program wrote",
            remedy: "Restore the record from a backup, and look who wrote to the store")
    }
}

extension EmbargoRecord: Codable {
    /// The form of the stored record.
    public static let format = 1

    private enum Keys: String, CodingKey {
        case format
        case entries
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let format = try fields.decode(Int.self, forKey: .format)
        guard format == Self.format else {
            let error = EmbargoError(
                .malformed, "The record has a form that this program does not know", at: "format", got: "\(format)",
                expected: "\(Self.format)", remedy: "Use the program that wrote it, or a newer one")
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
        let entries = try fields.decode([EmbargoEntry].self, forKey: .entries)
        do throws(EmbargoError) { try self.init(entries: entries) } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(Self.format, forKey: .format)
        try fields.encode(entries, forKey: .entries)
    }
}
