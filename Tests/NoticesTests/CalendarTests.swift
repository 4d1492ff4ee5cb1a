import Diagnostics
import EmbargoClock
import Foundation
import Notices
import TestSupport
import Testing

@Suite("Calendar") struct CalendarTests {
    private func entry(
        _ kind: CalendarEntryKind = .opening, _ day: String = "2028-05-11", title: String? = "Salt, sand; and \\ more",
        sequence: Int = 0, status: CalendarEntryStatus = .confirmed, pid: String = Story.pid
    ) throws -> CalendarEntry {
        try CalendarEntry(
            pid: pid, kind: kind, day: date(day), title: title, link: "https://data.example.org/pid/\(pid)", sequence: sequence,
            status: status)
    }

    @Test func `A calendar, byte by byte`() throws {
        let calendar = try EmbargoCalendar(name: "Embargoes, BL7", entries: [entry(sequence: 3)], domain: "data.example.org")
        #expect(
            calendar.text(stamp: try instant("2028-01-02T03:04:05.678Z")).replacing("\r\n", with: "\n")
                == #"""
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//Faisceau//Embargo calendar//EN
                CALSCALE:GREGORIAN
                METHOD:PUBLISH
                X-WR-CALNAME:Embargoes\, BL7
                BEGIN:VEVENT
                UID:10.5072/7GK2M4Q9X3TA55#opening@data.example.org
                DTSTAMP:20280102T030405Z
                SEQUENCE:3
                DTSTART;VALUE=DATE:20280511
                SUMMARY:Data open: Salt\, sand\; and \\ more
                DESCRIPTION:10.5072/7GK2M4Q9X3TA55\nhttps://data.example.org/pid/10.5072/7G
                 K2M4Q9X3TA55
                URL:https://data.example.org/pid/10.5072/7GK2M4Q9X3TA55
                CATEGORIES:FAISCEAU,OPENING
                STATUS:CONFIRMED
                TRANSP:TRANSPARENT
                END:VEVENT
                END:VCALENDAR

                """#)
    }

    @Test func `Lines have 75 octets at most, end with CR LF, and cut no character`() throws {
        for count in 0..<90 {
            let title = String(repeating: "a", count: count) + String(repeating: "é漢🙂", count: 40)
            let text = try EmbargoCalendar(name: "x", entries: [entry(title: title)], domain: "d").text(
                stamp: instant("2028-01-02T03:04:05Z"))
            let lines = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: true)
            #expect(lines.allSatisfy { $0.last == 0x0D && $0.count <= 76 && String(validating: $0, as: UTF8.self) != nil })
            #expect(text.replacing("\r\n ", with: "").contains("Data open: \(title)\r\n"))
        }
    }

    @Test func `Empty calendars, entries that come twice, and what no entry has are refused`() throws {
        #expect(throws: NoticeError.self) { try EmbargoCalendar(name: "x", entries: [], domain: "d") }
        #expect(throws: NoticeError.self) { try EmbargoCalendar(name: "x", entries: [entry(), entry(title: nil)], domain: "d") }
        #expect(throws: NoticeError.self) { try EmbargoCalendar(name: "x", entries: [entry()], domain: "d\r\nX: y") }
        #expect(throws: NoticeError.self) { try entry(sequence: -1) }
        #expect(throws: NoticeError.self) { try entry(sequence: 1 << 31) }
        #expect(throws: NoticeError.self) { try entry(pid: "a\nb") }
    }

    @Test func `The days of a record: opening, warnings ahead, reviews, retention, objections, purge`() throws {
        func days(_ story: Story, at time: String) throws -> [String] {
            try EmbargoCalendar.entries(
                of: story.record, about: subject(), mayNameTitle: true, in: story.zone, at: instant(time)
            ).map { "\($0.kind) \($0.day) \($0.status)" }
        }
        var story = try Story.run()
        #expect(
            try days(story, at: "2028-03-01T00:00:00Z") == [
                "opening 2028-05-11 confirmed", "warning(days: 30) 2028-04-11 confirmed", "warning(days: 7) 2028-05-04 confirmed",
                "retentionEnd 2030-05-11 confirmed",
            ])
        try story.tell(released, by: People.member, at: "2028-03-01T12:00:00Z")
        #expect(
            try days(story, at: "2028-03-01T12:00:00Z") == [
                "opening 2028-03-16 tentative", "warning(days: 7) 2028-03-09 tentative", "retentionEnd 2030-05-11 tentative",
                "objections(request: 1) 2028-03-15 confirmed",
            ])
        try story.tell(hold(), by: People.curator, at: "2028-03-02T12:00:00Z")
        #expect(try days(story, at: "2028-03-02T12:00:00Z").contains("holdReview(hold: 2) 2030-01-01 confirmed"))
        try story.tell(.holdLifted(hold: 2, reason: "Over."), by: People.curator, at: "2028-04-02T12:00:00Z")
        #expect(try days(story, at: "2028-04-02T12:00:00Z").first == "opening 2028-04-02 confirmed")
        try story.tell(.purgeProposed(reason: "Old.", citations: []), by: People.curator, at: "2030-06-01T00:00:00Z")
        #expect(
            try days(story, at: "2030-06-01T00:00:00Z") == [
                "opening 2028-04-02 confirmed", "purge(proposal: 4) 2030-08-31 tentative",
            ])
        try story.tell(
            .withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: "2030-06-02T00:00:00Z")
        #expect(try days(story, at: "2030-06-02T00:00:00Z").first == "opening 2028-04-02 cancelled")
    }

    @Test func `The sequence of an entry grows with what changes it: decisions, the grace, the opening`() throws {
        func opening(_ story: Story, at time: String) throws -> CalendarEntry {
            try #require(
                EmbargoCalendar.entries(
                    of: story.record, about: subject(), mayNameTitle: false, in: story.zone, at: instant(time)
                ).first)
        }
        var story = try Story.run()
        var entries = [try opening(story, at: "2028-01-01T00:00:00Z")]
        try story.tell(asked, by: People.principal, at: "2028-05-01T00:00:00Z")
        entries.append(try opening(story, at: "2028-05-01T00:00:00Z"))
        entries.append(try opening(story, at: "2028-05-20T00:00:00Z"))
        entries.append(try opening(story, at: "2028-06-20T00:00:00Z"))
        try story.tell(.opened, by: People.sweep, at: "2028-06-21T00:00:00Z")
        entries.append(try opening(story, at: "2028-06-21T00:00:00Z"))
        #expect(entries.map(\.day.description) == ["2028-05-11", "2028-05-11", "2028-06-10", "2028-06-10", "2028-06-10"])
        #expect(entries.map(\.status) == [.confirmed, .tentative, .tentative, .confirmed, .confirmed])
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.0.sequence < $0.1.sequence })
        #expect(entries.allSatisfy { $0.title == nil })
    }

    @Test(.enabled(if: TestPython.isAvailable("icalendar"), "\(TestPython.absence)"))
    func `PyPI's icalendar reads every entry back`() throws {
        let kinds: [CalendarEntryKind] = [
            .opening, .warning(days: 90), .holdReview(hold: 2), .retentionEnd, .objections(request: 4), .purge(proposal: 5),
        ]
        let titles = [
            "Salt, sand; and \\ more", "é漢🙂" + String(repeating: "é漢🙂", count: 60), "\"quoted\": x=y", "a\\,b\\;c\\\\",
        ]
        var entries: [CalendarEntry] = []
        var expected: [[String: String]] = []
        for (number, title) in titles.enumerated() {
            for (index, kind) in kinds.enumerated() {
                let status: CalendarEntryStatus = [.confirmed, .tentative, .cancelled][(number + index) % 3]
                let day = try date("2028-02-29").adding(days: number * 7 + index)
                let entry = try entry(
                    kind, "\(day)", title: title, sequence: number * 1000, status: status, pid: "10.5072/A\(number)")
                entries.append(entry)
                expected.append([
                    "title": title, "day": "\(day)", "status": status.rawValue, "sequence": "\(number * 1000)", "pid": entry.pid,
                    "link": entry.link ?? "",
                ])
            }
        }
        let folder = try TemporaryFolder("calendar")
        let calendar = try EmbargoCalendar(name: "Name é", entries: entries, domain: "data.example.org")
        try folder.write(calendar.text(stamp: instant("2028-01-02T03:04:05Z")), to: "calendar.ics")
        try folder.write([UInt8](JSONEncoder().encode(expected)), to: "expected.json")
        let output = try TestPython.run(
            """
            import datetime, icalendar, json, sys
            folder = sys.argv[1]
            calendar = icalendar.Calendar.from_ical(open(folder + "/calendar.ics", "rb").read())
            assert calendar["VERSION"] == "2.0" and calendar["X-WR-CALNAME"] == "Name é" and not calendar.errors
            events = calendar.walk("VEVENT")
            wanted = json.load(open(folder + "/expected.json"))
            assert len(events) == len(wanted) == len({str(e["UID"]) for e in events})
            for event, want in zip(events, wanted):
                assert not event.errors, event.errors
                start = event["DTSTART"].dt
                assert type(start) is datetime.date and start.isoformat() == want["day"], start
                assert str(event["SUMMARY"]).endswith(": " + want["title"]), (str(event["SUMMARY"]), want["title"])
                assert event["STATUS"] == want["status"] and event["SEQUENCE"] == int(want["sequence"])
                assert event["DTSTAMP"].dt == datetime.datetime(2028, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
                assert str(event["DESCRIPTION"]) == want["pid"] + "\\n" + want["link"] and event["URL"] == want["link"]
                assert event["CATEGORIES"].cats[0] == "FAISCEAU" and len(event["CATEGORIES"].cats) == 2
            print(len(events))
            """, [folder.path])
        #expect(output.standardOutput == "24\n")
    }
}
