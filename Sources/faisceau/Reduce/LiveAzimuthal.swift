import CLinux
import CommandLineSupport
import Diagnostics
import Foundation
import Glibc
import JSON
import Reductions
import RunModel

/// `reduce azimuthal RUN --live DIR`: what an ingest with `--live` starts beside itself.
struct LiveAzimuthal {
    let run: String
    let configuration: AzimuthalConfiguration
    let folder: String
    let cache: PixelReductionCache
    let stop: StopFlag

    /// Behind everything that records.
    private static let niceness: Int32 = 15
    /// `SCHED_IDLE` (sched(7)), which glibc shows to GNU programs only.
    private static let idleClass: Int32 = 5

    init(run: String, _ configuration: AzimuthalConfiguration, folder: String, _ cache: PixelReductionCache, _ stop: StopFlag) {
        self.run = URL(fileURLWithPath: run).standardizedFileURL.path
        self.configuration = configuration
        self.folder = folder
        self.cache = cache
        self.stop = stop
    }

    func follow(_ console: Console) throws -> CommandOutcome {
        // Linux gives priority by thread: this one works, and the first is the one that tools show.
        for thread in [0, getpid()] where getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread)) < Self.niceness {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), Self.niceness)
        }
        // And it runs where a processor would else be idle: niceness alone leaves it a part of one that the recording wants.
        var none = sched_param()
        sched_setscheduler(0, Self.idleClass, &none)
        // When memory runs out, a curve goes before frames do. Where it may not be set, it stays.
        if let file = FileHandle(forWritingAtPath: "/proc/self/oom_score_adj") { try? file.write(contentsOf: Data("500".utf8)) }
        for words in configuration.unusedLive { console.message("not used: \(words)") }
        let files = LiveFiles(folder: folder, run: run)
        do {
            var reduction = LiveReduction(folder: run, configuration: configuration)
            reduction.cache = cache
            let progress = try reduction.follow(isCancelled: { stop.isRaised }) { try files.publish($0) }
            guard let progress else {
                console.message("no frame came: \(run)")
                return CommandOutcome(.done, event: "done", ["run": .string(run), "reduced": .integer(0)])
            }
            console.data(
                "\(progress.tally.reduced) frames reduced, \(progress.skipped) skipped, \(progress.tally.failed) failed: \(run)")
            return CommandOutcome(
                .done, event: "done",
                [
                    "run": .string(run), "reduced": .integer(Int64(progress.tally.reduced)),
                    "skipped": .integer(Int64(progress.skipped)), "failed": .integer(Int64(progress.tally.failed)),
                ])
        } catch {
            // Whoever looks at the page wants to know why there is no curve.
            try? files.publish(problem: (error as? any Diagnosed)?.what ?? "\(error)")
            throw error
        }
    }
}
