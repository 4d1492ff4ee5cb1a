import Foundation
import TestSupport
import Testing

import EmbargoClock

@Suite("Civil dates and instants")
struct CalendarTests {
    @Test func `The last day of February stands in for the 29th where there is none`() throws {
        let anchor = try date("2024-02-29")
        #expect(try anchor.adding(years: 3) == date("2027-02-28"))
        #expect(try anchor.adding(years: 76) == date("2100-02-28"))
        #expect(try anchor.adding(years: -24) == date("2000-02-29"))
    }

    @Test func `Years added to the anchor keep the 29th which years added to the previous end lose`() throws {
        let anchor = try date("2024-02-29")
        #expect(try anchor.adding(years: 4) == date("2028-02-29"))
        #expect(try anchor.adding(years: 3).adding(years: 1) == date("2028-02-28"))
    }

    @Test func `Day numbers and dates are each other's inverse over all ten thousand years`() throws {
        var day = try LocalDate(year: 1, month: 1, day: 1)
        let last = try date("9999-12-31")
        #expect(day.dayNumber == -719_162 && last.dayNumber == 2_932_896)
        // Month by month for every year; day by day around a century that is no leap year.
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var number = day.dayNumber
        for year in 1...9999 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for month in 1...12 {
                let first = try LocalDate(year: year, month: month, day: 1)
                let end = try LocalDate(year: year, month: month, day: lengths[month - 1] + (month == 2 && isLeap ? 1 : 0))
                let back = try (LocalDate(dayNumber: first.dayNumber), LocalDate(dayNumber: end.dayNumber))
                #expect(back == (first, end))
                #expect(number == first.dayNumber)
                number = end.dayNumber + 1
            }
        }
        day = try date("1899-12-30")
        for _ in 0..<1000 {
            let next = try day.adding(days: 1)
            #expect(next.dayNumber == day.dayNumber + 1 && next > day)
            day = next
        }
    }

    @Test(arguments: [
        "2023-02-29", "2024-02-30", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "0000-01-01", "24-02-01", "2024-2-01",
        "2024-02-01 ", "+024-02-01", "2024/02/01", "", "2024-02-0١", "2024-02-01T00:00:00Z",
    ])
    func `What is no day is refused`(_ text: String) {
        #expect(refusal { () throws(EmbargoError) in _ = try LocalDate(text) } == .malformed)
    }

    @Test func `Dates stop at the year 9999 and say so`() throws {
        let last = try date("9999-12-31")
        #expect(refusal { () throws(EmbargoError) in _ = try last.adding(days: 1) } == .malformed)
        #expect(refusal { () throws(EmbargoError) in _ = try last.adding(years: 1) } == .malformed)
        #expect(refusal { () throws(EmbargoError) in _ = try last.adding(years: .max) } == .malformed)
        #expect(refusal { () throws(EmbargoError) in _ = try last.adding(days: .max) } == .malformed)
        #expect(refusal { () throws(EmbargoError) in _ = try LocalDate(dayNumber: .min) } == .malformed)
    }

    @Test func `Instants are written and read alike, also before 1970 and with a fraction`() throws {
        for text in ["2028-05-10T22:00:00Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
            #expect(try instant(text).description == text)
        }
        #expect(try instant("1970-01-01T00:00:01.5Z".replacing("1.5", with: "1.500")).millisecondsSince1970 == 1500)
        #expect(try instant("1969-12-31T23:59:59.999Z").secondsSince1970 == -1)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let some = try Instant(
                millisecondsSince1970: Int64.random(in: -62_000_000_000_000...253_000_000_000_000, using: &random))
            #expect(try Instant(some.description) == some)
        }
    }

    @Test(arguments: [
        "2028-05-10T22:00:60Z", "2028-05-10T24:00:00Z", "2028-05-10T22:60:00Z", "2028-05-10 22:00:00Z", "2028-05-10T22:00:00",
        "2028-05-10T22:00:00+00:00", "2028-05-10T22:00:00.1Z", "2028-02-30T22:00:00Z", "",
    ])
    func `What is no time in UTC is refused`(_ text: String) {
        #expect(refusal { () throws(EmbargoError) in _ = try Instant(text) } == .malformed)
    }

    @Test func `Instants stop at the ends of what can be written`() throws {
        #expect(Instant.latest.advanced(byMilliseconds: .max) == .latest)
        #expect(Instant.earliest.advanced(byMilliseconds: .min) == .earliest)
        #expect(Instant.earliest.advanced(byDaysOf24Hours: .min) == .earliest)
        #expect(refusal { () throws(EmbargoError) in _ = try Instant(millisecondsSince1970: .max) } == .malformed)
    }

    @Test func `Dates and instants stand in JSON as text, and nothing else is read`() throws {
        let pair = try JSONEncoder().encode([date("2028-05-10").description])
        #expect(try JSONDecoder().decode([LocalDate].self, from: pair) == [date("2028-05-10")])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([LocalDate].self, from: Data(#"["2028-02-30"]"#.utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Instant].self, from: Data("[0]".utf8)) }
    }
}
