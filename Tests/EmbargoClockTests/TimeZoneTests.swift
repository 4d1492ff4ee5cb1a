import TestSupport
import Testing

import EmbargoClock

@Suite("Where days begin", .enabled(if: Zones.isInstalled, Zones.absence))
struct TimeZoneTests {
    @Test(arguments: [
        ("Europe/Paris", "2028-05-11", "2028-05-10T22:00:00Z"),
        ("Europe/Paris", "2027-03-01", "2027-02-28T23:00:00Z"),
        // Later than any table of transitions: the rule of the footer.
        ("Europe/Paris", "2301-07-01", "2301-06-30T22:00:00Z"),
        ("Pacific/Chatham", "2030-01-01", "2029-12-31T10:15:00Z"),
        ("Pacific/Auckland", "2030-07-01", "2030-06-30T12:00:00Z"),
        // A day that this zone never had: the first instant after it.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
        // Midnight is skipped: the day begins at 01:00.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ("Asia/Beirut", "2025-03-30", "2025-03-29T22:00:00Z"),
        // Midnight comes twice: the first of both.
        ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"),
        // At 00:01 the clock went back to 23:01 of the day before: that day had begun already.
        ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"),
        // At 23:30 the clock went on to 00:30: the day begins there.
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
    ])
    func `A day begins at its first instant`(_ name: String, _ day: String, _ begins: String) throws {
        #expect(try Zones.zone(name).startOfDay(date(day)) == instant(begins))
    }

    @Test func `An experiment of the late evening in UTC ended on the next day in Paris`() throws {
        let paris = try Zones.zone("Europe/Paris")
        #expect(try paris.localDate(of: instant("2026-03-31T22:30:00Z")) == date("2026-04-01"))
        #expect(try paris.localDate(of: instant("2025-12-31T22:59:59Z")) == date("2025-12-31"))
        #expect(try paris.localDate(of: instant("2025-12-31T22:59:59.999Z")) == date("2025-12-31"))
    }

    @Test(arguments: Zones.awkward)
    func `The first instant of a day is on it, the millisecond before is not, and no later date begins earlier`(_ name: String)
        throws
    {
        let zone = try Zones.zone(name)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<400 {
            let day = try LocalDate(dayNumber: Int.random(in: -60_000...100_000, using: &random))
            let begins = try zone.startOfDay(day)
            let next = try day.adding(days: 1)
            #expect(try zone.localDate(of: begins) >= day, "\(day)")
            #expect(try zone.localDate(of: begins) <= next, "\(day)")
            #expect(try zone.localDate(of: begins.advanced(byMilliseconds: -1)) < day, "\(day)")
            #expect(try zone.startOfDay(next) >= begins)
        }
    }

    @Test func `Every zone of the system is read, and says what the next hundred years do`() throws {
        let names = try ZoneNames.zones(in: Zones.folder)
        #expect(names.count > 300)
        for name in names {
            let zone = try Zones.zone(name)
            #expect(try zone.startOfDay(date("2126-01-01")) > instant("2125-12-30T00:00:00Z"), "\(name)")
        }
    }

    @Test func `The release of the table stands in its first line`() {
        #expect(TimeZoneRules.tableVersion(ofTable: "# version 2026f\n# ddeps") == "2026f")
        #expect(TimeZoneRules.tableVersion(ofTable: "R d 1916 o") == nil)
        #expect(TimeZoneRules.tableVersion(ofTable: "") == nil)
    }
}
