import TestSupport
import Testing

import EmbargoClock

@Suite("Bytes of zone files")
struct ZoneFileTests {
    static let footers: [(text: String, at: String, offset: Int)] = [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-07-01T00:00:00Z", 7200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-01-01T00:00:00Z", 3600),
        ("<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", "2050-01-01T00:00:00Z", 49_500),
        // All year: RFC 9636, 3.3.1.
        ("EST5EDT,0/0,J365/25", "2050-01-01T04:30:00Z", -14_400), ("EST5EDT,0/0,J365/25", "2050-07-01T00:00:00Z", -14_400),
        // Negative daylight saving time, and a time before the day.
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-01-01T00:00:00Z", 0),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-07-01T00:00:00Z", -3600),
        ("JST-9", "2050-07-01T00:00:00Z", 32_400), ("LMT0:01:15", "2050-07-01T00:00:00Z", -75),
        // 29 February is not counted: J60 is 1 March also in 2052.
        ("AAA0BBB,J60/0,J61/0", "2052-03-01T12:00:00Z", 3600), ("AAA0BBB,59/0,60/0", "2052-02-29T12:00:00Z", 3600),
    ]

    @Test(arguments: footers)
    func `The rule of a footer holds for every later year`(_ footer: (text: String, at: String, offset: Int)) throws {
        let zone = try HandMadeZone(version: 0x33, footer: footer.text).zone()
        #expect(try zone.offset(at: instant(footer.at)) == footer.offset)
    }

    @Test(arguments: [
        "CET", "CE-1", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,0,366",
        "CET-1CEST,M3.5.0,M10.5.0,",
        "<CET-1", "CET-1:60", "CET--1", "CET-1CEST,99999999999999999999,1", " CET-1", "CET-1CEST,M3.5.0,M10.5.0\n",
    ])
    func `A footer that is no rule is refused`(_ text: String) {
        #expect(refusal { () throws(EmbargoError) in _ = try HandMadeZone(footer: text).zone() } == .zoneTableMalformed)
    }

    @Test func `Without a footer the table ends with its last transition, and says so`() throws {
        let zone = try HandMadeZone(
            transitions: [(0, 1), (1_000_000_000, 0)], types: [(0, 0, 0), (3600, 1, 0)], footer: ""
        ).zone()
        #expect(try zone.offset(at: instant("1969-12-31T00:00:00Z")) == 0)
        #expect(try zone.offset(at: instant("1980-01-01T00:00:00Z")) == 3600)
        #expect(refusal { () throws(EmbargoError) in _ = try zone.offset(at: Instant.latest) } == .zoneTableEnds)
        let day = try date("2050-01-01")
        #expect(refusal { () throws(EmbargoError) in _ = try zone.startOfDay(day) } == .zoneTableEnds)
    }

    @Test func `Counts of four billion are refused, not allocated`() {
        for hostile in [
            HandMadeZone(claimedTimes: .max), HandMadeZone(claimedTypes: .max), HandMadeZone(claimedTypes: 0),
            HandMadeZone(claimedTypes: 257), HandMadeZone(claimedTimes: 1 << 31), HandMadeZone(leapSeconds: .max),
        ] {
            #expect(refusal { () throws(EmbargoError) in _ = try hostile.zone() } == .zoneTableMalformed)
        }
    }

    @Test func `What contradicts itself is refused`() {
        let types: [(offset: Int32, isDaylight: UInt8, name: UInt8)] = [(0, 0, 0), (3600, 1, 0)]
        for hostile in [
            HandMadeZone(transitions: [(5, 0), (5, 1)], types: types, footer: ""),
            HandMadeZone(transitions: [(5, 0), (4, 1)], types: types, footer: ""),
            HandMadeZone(transitions: [(5, 2)], types: types, footer: ""),
            HandMadeZone(types: [(93_600, 0, 0)], footer: ""), HandMadeZone(types: [(-90_000, 0, 0)], footer: ""),
            HandMadeZone(types: [(.min, 0, 0)], footer: ""), HandMadeZone(types: [(0, 2, 0)]), HandMadeZone(types: [(0, 0, 4)]),
            HandMadeZone(transitions: [(5, 1)], types: types, footer: "UTC0"),
            HandMadeZone(transitions: [(.min, 1)], types: types),
            HandMadeZone(transitions: [(.max, 1)], types: types), HandMadeZone(leapSeconds: 1),
            HandMadeZone(version: 0), HandMadeZone(version: 0x31), HandMadeZone(version: 0x35),
        ] {
            #expect(refusal { () throws(EmbargoError) in _ = try hostile.zone() } == .zoneTableMalformed)
        }
        let good = HandMadeZone().bytes
        #expect(refusal { () throws(EmbargoError) in try Self.use(good) } == nil)
        #expect(refusal { () throws(EmbargoError) in try Self.use(good + [0]) } == .zoneTableMalformed)
        #expect(refusal { () throws(EmbargoError) in try Self.use([UInt8](repeating: 0, count: 2 << 20)) } == .zoneTableMalformed)
        for name in ["", "Europe/ Paris", "a\n", String(repeating: "x", count: 101)] {
            #expect(refusal { () throws(EmbargoError) in _ = try HandMadeZone().zone(name) } == .zoneTableMalformed)
        }
    }

    @Test(.enabled(if: Zones.isInstalled, Zones.absence), arguments: ["Europe/Paris", "Pacific/Apia", "Pacific/Chatham"])
    func `No beginning of a zone file is one`(_ name: String) throws {
        let bytes = try Zones.bytes(name)
        for count in 0..<bytes.count {
            let part = bytes.prefix(count)
            #expect(refusal { () throws(EmbargoError) in try Self.use(part) } == .zoneTableMalformed, "\(count) bytes")
        }
    }

    @Test(.enabled(if: Zones.isInstalled, Zones.absence), arguments: ["Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca"])
    func `Flipped bits are refused or read, and never trap`(_ name: String) throws {
        let bytes = try Zones.bytes(name)
        var random = SeededGenerator(seed: 7)
        var (refused, read) = (0, 0)
        for round in 0..<6000 {
            var spoilt = bytes
            for _ in 0...(round % 3) {
                spoilt[Int.random(in: spoilt.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            switch refusal({ () throws(EmbargoError) in try Self.use(spoilt) }) {
            case nil, .zoneTableEnds?: read += 1
            case .zoneTableMalformed?: refused += 1
            case let other?: Issue.record("\(other)")
            }
        }
        #expect(refused > 100 && read > 100)
    }

    /// Reads, and asks for what an embargo asks for.
    private static func use(_ bytes: some Collection<UInt8>) throws(EmbargoError) {
        let zone = try TimeZoneRules(identifier: "Test/Zone", tableVersion: "test", tzif: bytes)
        for day in ["0001-01-01", "1969-12-31", "2011-12-30", "2028-05-11", "2087-11-30", "9999-12-31"] {
            _ = try zone.startOfDay(LocalDate(day))
        }
        for at in [Instant.earliest.advanced(byDaysOf24Hours: 3), Instant.latest.advanced(byDaysOf24Hours: -3)] {
            _ = try zone.localDate(of: at)
        }
    }
}
