import Quantities
import Testing

/// The one calendar that run.json and the NeXus files share.
@Suite struct CivilDateTests {
    /// Days by `date -u -d DATE +%s` divided by 86,400.
    @Test(arguments: [
        (0, 1970, 1, 1), (-1, 1969, 12, 31), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1), (19_782, 2024, 2, 29),
        (20_778, 2026, 11, 21), (-25_508, 1900, 3, 1), (-25_509, 1900, 2, 28), (-135_140, 1600, 1, 1), (-719_528, 0, 1, 1),
    ])
    func aDayHasOneDate(days: Int, year: Int, month: Int, day: Int) {
        #expect(CivilDate.civil(fromDays: days) == (year, month, day))
        #expect(CivilDate.days(year: year, month: month, day: day) == days)
    }

    @Test func everyDayOfEightHundredYearsIsTheOneAfterTheDayBefore() {
        var (year, month, day) = CivilDate.civil(fromDays: -200_000)
        for days in -199_999..<92_194 {
            let next = CivilDate.civil(fromDays: days)
            let isNextDay = next == (year, month, day + 1)
            let isNextMonth = next == (year, month + 1, 1) || (month == 12 && next == (year + 1, 1, 1))
            guard isNextDay || (isNextMonth && day >= 28) else {
                Issue.record("\(next) follows \((year, month, day))")
                return
            }
            #expect(CivilDate.days(year: next.year, month: next.month, day: next.day) == days)
            (year, month, day) = next
        }
    }

    @Test func divisionRoundsDownBelowZeroToo() {
        #expect([-3, -2, -1, 0, 1, 2].map { $0.flooredDivision(by: 2).quotient } == [-2, -1, -1, 0, 0, 1])
        #expect([-3, -2, -1, 0, 1, 2].map { $0.flooredDivision(by: 2).remainder } == [1, 0, 1, 0, 1, 0])
        #expect(Int.min.flooredDivision(by: 1_000_000_000) == (-9_223_372_037, 145_224_192))
    }
}
