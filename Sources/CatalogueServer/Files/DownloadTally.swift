import Identifiers
import Synchronization

/// Counts what was sent until somebody enters it: nobody is named, and no download waits for the catalogue.
final class DownloadTally: Sendable {
    private let sums = Mutex<[RunIdentifier: (downloads: Int64, bytes: Int64)]>([:])

    func add(_ bytes: Int64, of run: RunIdentifier) {
        sums.withLock {
            let before = $0[run] ?? (0, 0)
            $0[run] = (before.downloads + 1, before.bytes + bytes)
        }
    }

    /// All that was counted since the last time, one entry a download; of many the bytes stand in the first.
    func take() -> [(run: RunIdentifier, bytes: Int64)] {
        let taken = sums.withLock { sums in
            let all = sums
            sums = [:]
            return all
        }
        return taken.flatMap { run, sum in
            (0..<sum.downloads).map { (run: run, bytes: $0 == 0 ? sum.bytes : 0) }
        }
    }
}
