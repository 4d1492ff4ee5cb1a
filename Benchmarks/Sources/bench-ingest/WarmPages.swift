import CPeers
import FrameIngest
import Foundation

/// The state in which both sides are timed: a page cache whose fresh pages the machine owns.
///
/// A virtual machine that reports its free pages loses them to its host within seconds; the next file then fetches them one by one, ten
/// times slower than `write(2)` (seen here: 0.3 instead of 3.5 GB/s, in blocks of runs). A machine that a beamline records with has its
/// memory. So before every run, of either side, plain files are written and removed until one has been as fast as they get: the run takes
/// the pages that the file has just left.
final class WarmPages {
    private let folder: String
    private let threads: Int
    private let bytesPerThread: Int
    private var best = 0.0
    private var files = 0
    private var runs = 0
    private var coldRuns = 0

    private static let frame = 1 << 20
    /// A file this much slower than the fastest had cold pages.
    private static let slower = 0.7
    private static let attempts = 12

    /// - Parameter bytes: of a run; the files have as many together.
    init(folder: String, bytes: Int, threads: Int = 1) {
        self.folder = folder
        self.threads = threads
        bytesPerThread = max(Self.frame, bytes / threads / Self.frame * Self.frame)
    }

    /// What has been done, for the report.
    var note: String {
        "before each of \(runs) runs plain files until one was at \(Self.slower) of the fastest: \(files) files"
            + (coldRuns == 0 ? "" : ", never so fast before \(coldRuns)")
    }

    func settle() throws {
        runs += 1
        for attempt in 1... {
            let rate = try writeFiles()
            files += 1
            // The very first has nothing to be measured against.
            if best > 0, rate >= Self.slower * best, files > 2 { break }
            best = max(best, rate)
            if attempt == Self.attempts {
                coldRuns += 1
                break
            }
        }
    }

    private func writeFiles() throws -> Double {
        let paths = (0..<threads).map { folder + "/warm_\($0).bin" }
        defer { for path in paths { unlink(path) } }
        let frame = [UInt8](repeating: 1, count: Self.frame)
        let count = bytesPerThread / Self.frame
        let begin = systemTime_ns()
        try SideBySide.run(threads) { thread in
            let seconds = frame.withUnsafeBytes { peer_write_new_file(paths[thread], $0.baseAddress, Self.frame, 1, count, 0) }
            guard seconds > 0 else { throw BenchError("write(2) failed: \(String(cString: strerror(Int32(-seconds))))") }
        }
        return Double(threads * bytesPerThread) / Double(systemTime_ns() - begin)
    }
}
