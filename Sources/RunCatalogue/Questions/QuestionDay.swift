import Diagnostics
import Foundation
import Quantities
import RunModel

/// The instant behind `after:` and `before:`: the start of a day in the facility's zone, or an instant with its own offset (RFC 3339).
enum QuestionDay {
    static func instant(_ term: QuestionTerm, _ zone: TimeZone) throws(CatalogueError) -> Timestamp {
        let text = term.value.text
        if text.utf8.count <= 10 {
            guard let start = startOfDay(text, zone) else {
                throw term.refused("Not a day of the calendar", got: quoted(text), expected: Self.form)
            }
            return start
        }
        do throws(RunModelError) {
            return try Timestamp(text)
        } catch {
            throw term.refused("Not a time with a zone", got: quoted(text), expected: Self.form, cause: error)
        }
    }

    private static let form = "a day such as 2026-03-01, or a time such as 2026-03-01T08:30:00+01:00, of the years 1700 to 2200"

    /// Of `2026-03-01`; where a zone has no midnight on a day, its first instant.
    private static func startOfDay(_ text: String, _ zone: TimeZone) -> Timestamp? {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(digits.contains) }) else { return nil }
        let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) } }
        let days = CivilDate.days(year: numbers[0], month: numbers[1], day: numbers[2])
        guard (1700...2200).contains(numbers[0]), CivilDate.civil(fromDays: days) == (numbers[0], numbers[1], numbers[2]) else {
            return nil
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let noon = DateComponents(year: numbers[0], month: numbers[1], day: numbers[2], hour: 12)
        guard let date = calendar.date(from: noon) else { return nil }
        return Timestamp(unixNanoseconds: Int64(calendar.startOfDay(for: date).timeIntervalSince1970.rounded()) * 1_000_000_000)
    }
}
