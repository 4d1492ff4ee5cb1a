import CPeers
import FrameIngest
import Foundation

/// The state in which both sides are timed: a page cache whose fresh pages the machine owns.
///
/// A virtual machine that reports its free pages loses them to its host within seconds; the next file then fetches them one by one, ten
/// times slower than `write(2)` (seen here: 0.3 instead of 3.5 GB/s, in blocks of runs). A machine that a beamline records with has its
/// memory. So before every run, of either side, plain files are written and removed until one has been as fast as they get: the run takes
/// the pages that the file has just left. Where a sender has to wait for its receiver, the sender does it, right before its first frame:
/// half a second later the pages may be the host's again.
final class WarmPages {
    private let folder: String
    private let threads: Int
    private let bytesPerThread: Int
    /// Of the files so far, bytes a nanosecond.
    private var best: Double
    private var files = 0
    private var runs = 0
    private var coldRuns = 0

    /// The kernel takes pages in blocks as large as a write and its place in the file allow, and blocks of each size are warm or cold for
    /// themselves: so one file is written as C writes a stream's messages, the other in the pieces of `ChunkAppender`.
    private let message: Int
    private static let cuts = [0, 512 << 10]
    /// A file this much slower than the fastest had cold pages.
    private static let slower = 0.7
    private static let attempts = 12

    /// - Parameters:
    ///   - bytes: of a run; the files have as many together.
    ///   - message: bytes of a frame, which the peer writes in one go.
    ///   - best: what was reached before, in another process.
    init(folder: String, bytes: Int, message: Int, threads: Int = 1, best: Double = 0) {
        self.folder = folder
        self.threads = threads
        self.message = message
        self.best = best
        bytesPerThread = bytes / threads
    }

    /// What has been done, for the report.
    var note: String {
        "before each of \(runs) runs plain files until one was at \(Self.slower) of the fastest: \(files) files"
            + (coldRuns == 0 ? "" : ", never so fast before \(coldRuns)")
    }

    func settle() throws {
        runs += 1
        // The very first has nothing to be measured against.
        if best == 0 { for _ in 0..<3 { _ = try attempt() } }
        for _ in 0..<Self.attempts where try attempt() >= Self.slower * best { return }
        coldRuns += 1
    }

    private func attempt() throws -> Double {
        let rate = try writeFiles()
        files += 1
        best = max(best, rate)
        return rate
    }

    /// What a process of its own needs to go on from here, and what it has done when it comes back.
    struct Handover: Codable {
        let folder: String
        let bytes: Int
        let message: Int
        var best: Double
        var files = 0
        var isCold = false
    }

    func handOver() throws -> Handover {
        if best == 0 { try settle() }
        return Handover(folder: folder, bytes: threads * bytesPerThread, message: message, best: best)
    }

    func takeBack(_ handover: Handover) {
        runs += 1
        best = max(best, handover.best)
        files += handover.files
        if handover.isCold { coldRuns += 1 }
    }

    static func settle(_ handover: Handover) throws -> Handover {
        let pages = WarmPages(folder: handover.folder, bytes: handover.bytes, message: handover.message, best: handover.best)
        try pages.settle()
        return Handover(
            folder: handover.folder, bytes: handover.bytes, message: handover.message, best: pages.best, files: pages.files,
            isCold: pages.coldRuns > 0)
    }

    private func writeFiles() throws -> Double {
        let paths = (0..<threads).map { folder + "/warm_\($0)_" }
        defer { for path in paths { for cut in Self.cuts { unlink(path + "\(cut).bin") } } }
        let bytes = [UInt8](repeating: 1, count: message)
        let count = (bytesPerThread + message - 1) / message
        let begin = systemTime_ns()
        try SideBySide.run(threads) { thread in
            for cut in Self.cuts {
                let path = paths[thread] + "\(cut).bin"
                let seconds = bytes.withUnsafeBytes { peer_write_new_file(path, $0.baseAddress, $0.count, 1, count, 0, cut) }
                guard seconds > 0 else { throw BenchError("write(2) failed: \(String(cString: strerror(Int32(-seconds))))") }
            }
        }
        return Double(Self.cuts.count * threads * count * message) / Double(systemTime_ns() - begin)
    }
}
