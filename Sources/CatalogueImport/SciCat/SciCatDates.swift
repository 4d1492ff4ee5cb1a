import Custody
import EmbargoClock
import RunModel

/// When the data opened or open by what is written there. None of it is taken over: it is told beside what this catalogue counts.
///
/// SciCat counts from the moment at which the record was made, in whole years of the server's zone, and takes the day of the week for the day
/// of the month (`src/datasets/schemas/lifecycle.schema.ts`: `now.getDay()`), so that the date lies in the first days of its month.
public struct SciCatDates: Sendable, Hashable {
    /// `datasetlifecycle.dateOfPublishing`, or `releaseDate` where a site added one.
    public var opens: Timestamp?
    /// `datasetlifecycle.publishedOn`; SciCat writes one for data that are not published, too.
    public var publishedOn: Timestamp?
    /// `datasetlifecycle.archiveRetentionTime`.
    public var keptUntil: Timestamp?
    /// Whether the day of the month is the day of the week on which the record was made.
    public var isWeekdayForDay = false

    mutating func look(madeAt: Timestamp?, in zone: TimeZoneRules) {
        guard let opens, let madeAt, let day = try? zone.localDate(of: Instant(opens)),
            let made = try? zone.localDate(of: Instant(madeAt))
        else { return }
        // 1970-01-01 was a Thursday; a week begins on Sunday there, with 0, which as a day of a month is the last one of the month before.
        let weekday = ((made.dayNumber + 4) % 7 + 7) % 7
        guard let first = try? LocalDate(year: day.year, month: made.month, day: 1) else { return }
        let wrong = [first.dayNumber + weekday - 1]
        let next = (try? LocalDate(year: day.year + 1, month: made.month, day: 1)).map { [$0.dayNumber + weekday - 1] } ?? []
        isWeekdayForDay = weekday != made.day && (wrong + next).contains(day.dayNumber)
    }
}
