import Diagnostics
import EmbargoClock

/// Dates as a calendar that programs subscribe to (iCalendar, RFC 5545): all-day events, each with a UID of its own for ever.
public struct EmbargoCalendar: Sendable, Hashable {
    public static let mostEntries = 100_000

    public let name: String
    public let entries: [CalendarEntry]
    public let domain: String

    /// - Parameters:
    ///   - name: as calendar programs show it.
    ///   - domain: makes UIDs unique in the world.
    /// - Throws: `malformed` without entries (the format knows no empty calendar), or with two of the same PID and kind; `tooLong`;
    ///   `addressMalformed` for the domain.
    public init(name: String, entries: [CalendarEntry], domain: String) throws(NoticeError) {
        guard !entries.isEmpty else {
            throw NoticeError(
                .malformed, "The calendar has no entry", at: quoted(name),
                expected: "an entry: iCalendar knows no empty calendar",
                remedy: "Choose records that have dates")
        }
        guard entries.count <= Self.mostEntries else {
            throw NoticeError(
                .tooLong, "The calendar is too long", at: quoted(name), got: "\(entries.count) entries",
                expected: "at most \(Self.mostEntries)", remedy: "Choose fewer records, or a span of time")
        }
        guard MailAddress.isDomain(domain) else {
            throw NoticeError(
                .addressMalformed, "Not a domain for the UIDs", got: quoted(domain), expected: "a name such as example.org")
        }
        var known: Set<String> = []
        for entry in entries where !known.insert(Self.uid(entry, domain)).inserted {
            throw NoticeError(
                .malformed, "Two entries are the same", at: entry.pid, got: "\(entry.kind.name) twice", expected: "each kind once"
            )
        }
        self.name = name.oneLine
        self.entries = entries
        self.domain = domain
    }

    /// The calendar as text of RFC 5545: lines of at most 75 octets that end with CR LF.
    ///
    /// - Parameter stamp: DTSTAMP, when this was made.
    public func text(stamp: Instant) -> String {
        var lines = ContentLines()
        lines.add("BEGIN", "VCALENDAR")
        lines.add("VERSION", "2.0")
        lines.add("PRODID", "-//Faisceau//Embargo calendar//EN")
        lines.add("CALSCALE", "GREGORIAN")
        lines.add("METHOD", "PUBLISH")
        lines.add("X-WR-CALNAME", text: name)
        for entry in entries { add(entry, stamp, to: &lines) }
        lines.add("END", "VCALENDAR")
        return lines.text
    }

    private func add(_ entry: CalendarEntry, _ stamp: Instant, to lines: inout ContentLines) {
        let summary = entry.kind.summary + ": " + (entry.title ?? entry.pid)
        lines.add("BEGIN", "VEVENT")
        lines.add("UID", text: Self.uid(entry, domain))
        lines.add("DTSTAMP", Self.utc(stamp))
        lines.add("SEQUENCE", "\(entry.sequence)")
        lines.add("DTSTART;VALUE=DATE", Self.date(entry.day))
        lines.add("SUMMARY", text: entry.status == .cancelled ? "Cancelled: " + summary : summary)
        lines.add("DESCRIPTION", text: [entry.pid, entry.link].compactMap { $0 }.joined(separator: "\n"))
        if let link = entry.link { lines.add("URL", link) }
        lines.add("CATEGORIES", "FAISCEAU," + entry.kind.category)
        lines.add("STATUS", entry.status.rawValue)
        // A day of the data is no appointment: nobody is busy then.
        lines.add("TRANSP", "TRANSPARENT")
        lines.add("END", "VEVENT")
    }

    private static func uid(_ entry: CalendarEntry, _ domain: String) -> String { "\(entry.pid)#\(entry.kind.name)@\(domain)" }

    private static func date(_ day: LocalDate) -> String { day.description.replacing("-", with: "") }

    /// `20280511T000000Z`.
    private static func utc(_ instant: Instant) -> String {
        instant.description.prefix(19).replacing("-", with: "").replacing(":", with: "") + "Z"
    }
}
