import Foundation
import RunCatalogue

/// The same questions as are put to the peer, answered for somebody who reads everything, as the peer's client does.
struct BesidePeer {
    let facility: Facility
    let store: SQLiteCatalogue
    let rounds: Int
    static let technique = "XPCS"
    static let page = 20
    private let scope = ReaderScope.everything(tenant: Facility.tenant)

    func measure() async throws -> [Row] {
        var rows: [Row] = []
        for (name, filter) in [
            ("peer: page and count of a technique", RunFilter(technique: Self.technique)),
            ("peer: page of a word", RunFilter(text: Facility.fewWord)),
        ] {
            let withCount = filter.technique != nil
            var times: [Double] = []
            var count = ""
            for call in 0...rounds {
                let (page, took) = try await timed {
                    try await store.page(
                        filter, scope: scope, after: nil, limit: Self.page, countLimit: withCount ? 100_000 : 0)
                }
                guard page.runs.count == Self.page else { throw BenchError("\(name): \(page.runs.count) runs") }
                count = "\(page.count)"
                if call > 0 { times.append(took) }
            }
            var row = Row(name: name)
            row.times = Times(times)
            row.note = withCount ? count : nil
            rows.append(row)
        }
        return rows
    }
}
