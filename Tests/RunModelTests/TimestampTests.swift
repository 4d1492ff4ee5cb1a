import Foundation
import RunModel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T04:45:55Z", 1_795_236_355_000_000_000),
        ("2026-11-21T05:45:55.5+01:00", 1_795_236_355_500_000_000), ("2024-02-29T23:59:59.123456789Z", 1_709_251_199_123_456_789),
        ("1969-12-31T23:59:59.25Z", -750_000_000), ("2000-03-01T00:00:00-00:30", 951_870_600_000_000_000),
    ])
    func aTimeIsReadAsNanoseconds(text: String, nanoseconds: Int64) throws {
        let time = try Timestamp(text)
        #expect(time.unixNanoseconds == nanoseconds)
        #expect(try Timestamp(time.description) == time)
    }

    @Test(arguments: [
        ("2026-11-21T04:45:55Z", "2026-11-21T04:45:55.000Z"), ("2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59.999Z"),
        ("1969-12-31T23:59:59.0625Z", "1969-12-31T23:59:59.062Z"), ("2000-01-01T00:00:00.1Z", "2000-01-01T00:00:00.100Z"),
    ])
    func decimalsAreCutOrFilledUp(text: String, cut: String) throws {
        #expect(try Timestamp(text).description(decimals: 3) == cut)
        #expect(try Timestamp(text).description == text)
    }

    /// Independent of the code: Foundation's own calendar.
    @Test func everyDayOfFourCenturiesIsPrintedAsFoundationDoes() throws {
        let style = Date.ISO8601FormatStyle()
        for day in stride(from: 7, to: 292 * 365, by: 13) {
            let time = Timestamp(unixNanoseconds: Int64(day) * 86_400_000_000_000)
            #expect(time.description == Date(timeIntervalSince1970: Double(day) * 86_400).formatted(style))
        }
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T04:45:55", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T04:45:55.Z", "2026-11-21T04:45:55+1", "9999-01-01T00:00:00Z", "2026-11-21T04:45:55Zx",
    ])
    func whatIsNoTimeWithAZoneIsRefused(text: String) {
        #expect(throws: RunModelError.self) { try Timestamp(text) }
    }

    @Test(arguments: [1e30, .infinity, -1e30, -.infinity])
    func aTimeBeyondTheRangeIsTheLastOneThatThereIs(seconds: Double) throws {
        let time = try Timestamp("2026-11-21T04:45:55Z").advanced(bySeconds: seconds)
        #expect(time.description.hasPrefix(seconds > 0 ? "2261-" : "1678-"))
        #expect(time.advanced(bySeconds: .nan) == time)
    }

    @Test func theEndsOfTheRangeHaveATextToo() throws {
        let first = Timestamp(unixNanoseconds: .min)
        #expect(first.description == "1677-09-21T00:12:43.145224192Z")
        #expect(Timestamp(unixNanoseconds: .max).description == "2262-04-11T23:47:16.854775807Z")
    }

    @Test func theDateIsThatOfTheBeamline() throws {
        let time = try Timestamp("2026-07-01T22:30:00Z")
        let paris = try #require(TimeZone(identifier: "Europe/Paris"))
        #expect(time.date(in: paris) == "2026-07-02")
        #expect(time.timeOfDay(in: paris) == "003000")
        #expect(time.description(in: paris) == "2026-07-02T00:30:00+02:00")
        #expect(time.description(in: .gmt) == "2026-07-01T22:30:00Z")
    }

    @Test func aManualClockStandsUntilItIsMoved() throws {
        let clock = ManualClock(try Timestamp("2026-07-01T22:30:00Z"))
        #expect(clock.now() == clock.now())
        clock.advance(seconds: -1.5)
        #expect(clock.now().description == "2026-07-01T22:29:58.5Z")
        #expect(SystemClock().now() > clock.now())
    }
}
