import EmbargoClock
import Identifiers
import RunCatalogue

extension Custodian {
    /// Counts downloads on the facility's present day, many at once: whoever serves bytes gathers them, and nobody is named.
    public func countDownloads(
        _ downloads: [(run: RunIdentifier, bytes: Int64)]
    ) async throws(CatalogueError) {
        let now = try await time.now().now
        let day = try ruled(at: "downloads") { () throws(EmbargoError) in "\(try rules.zone.localDate(of: now))" }
        var sums: [RunIdentifier: (downloads: Int64, bytes: Int64)] = [:]
        for (run, bytes) in downloads {
            let before = sums[run] ?? (0, 0)
            let (sum, overflows) = before.bytes.addingReportingOverflow(bytes)
            sums[run] = (before.downloads + 1, overflows ? .max : sum)
        }
        var counts: [DownloadCount] = []
        for (run, sum) in sums.sorted(by: { $0.key.description < $1.key.description }) {
            counts.append(try DownloadCount(run, day: day, downloads: sum.downloads, bytes: sum.bytes))
        }
        try await store.count(counts, tenant: tenant)
    }
}
