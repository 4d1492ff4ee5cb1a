import CatalogueServer
import Testing

struct ByteRangesTests {
    struct Case: Sendable {
        let header: String?
        var size: Int64 = 1000
        let ranges: ByteRanges
    }

    @Test(arguments: [
        Case(header: nil, ranges: .all), Case(header: "bytes=0-499", ranges: .parts([0..<500])),
        Case(header: "bytes=500-999", ranges: .parts([500..<1000])), Case(header: "bytes=-500", ranges: .parts([500..<1000])),
        Case(header: "bytes=-1", ranges: .parts([999..<1000])), Case(header: "bytes=-5000", ranges: .parts([0..<1000])),
        Case(header: "bytes=900-", ranges: .parts([900..<1000])), Case(header: "bytes=900-5000", ranges: .parts([900..<1000])),
        Case(header: "Bytes = 0-0", ranges: .parts([0..<1])), Case(header: "bytes=0-0,-1", ranges: .parts([0..<1, 999..<1000])),
        Case(header: "bytes=5-6 , 1-2,,", ranges: .parts([5..<7, 1..<3])),
        // What lies outside is left out, as long as something lies inside.
        Case(header: "bytes=2000-,3-3", ranges: .parts([3..<4])), Case(header: "bytes=1000-", ranges: .unsatisfiable),
        Case(header: "bytes=5000-6000", ranges: .unsatisfiable), Case(header: "bytes=-0", ranges: .unsatisfiable),
        Case(header: "bytes=0-", size: 0, ranges: .unsatisfiable), Case(header: "bytes=-5", size: 0, ranges: .unsatisfiable),
        Case(header: "bytes=0-99999999999999999999", ranges: .parts([0..<1000])),
        Case(header: "bytes=99999999999999999999-", ranges: .unsatisfiable),
        Case(header: "bytes=-99999999999999999999", ranges: .parts([0..<1000])),
        Case(header: "bytes=9223372036854775807-9223372036854775807", ranges: .unsatisfiable),
        // What cannot be read is no range at all.
        Case(header: "bytes=", ranges: .all), Case(header: "bytes=5-3", ranges: .all), Case(header: "bytes=a-b", ranges: .all),
        Case(header: "bytes=+5-6", ranges: .all), Case(header: "bytes=5", ranges: .all), Case(header: "bytes=--5", ranges: .all),
        Case(header: "bytes=1-2,x", ranges: .all), Case(header: "items=0-5", ranges: .all), Case(header: "", ranges: .all),
        Case(header: "bytes=" + Array(repeating: "0-0", count: 17).joined(separator: ","), ranges: .unsatisfiable),
    ])
    func rangesAreReadAsTheStandardSays(it: Case) {
        #expect(ByteRanges(it.header, of: it.size) == it.ranges, "\(it.header ?? "none")")
    }
}
