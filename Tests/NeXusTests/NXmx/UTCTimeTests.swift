import NeXus
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_399_000_000_000, "2000-02-28T23:59:59Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00Z"), (-1_000, "1969-12-31T23:59:59.999999Z"),
        (1_767_323_045_678_901_234, "2026-01-02T03:04:05.678901Z"), (4_107_542_400_000_000_000, "2100-03-01T00:00:00Z"),
        (Int64.max, "2262-04-11T23:47:16.854775Z"), (Int64.min, "1677-09-21T00:12:43.145224Z"),
    ])
    func isWrittenInUTC(nanoseconds: Int64, text: String) {
        #expect(UTCTime(nanosecondsSince1970: nanoseconds).description == text)
    }

    @Test func advancingPastTheEndOfTimeChangesNothing() {
        let last = UTCTime(nanosecondsSince1970: .max)
        #expect(last.advanced(bySeconds: 1e30) == last)
        #expect(last.advanced(bySeconds: .nan) == last)
        #expect(UTCTime(nanosecondsSince1970: 0).advanced(bySeconds: 1.5).nanosecondsSince1970 == 1_500_000_000)
    }
}
