import Foundation
import Identifiers
import Logging
import RunModel
import Synchronization

/// What came of runs after they were closed: told, logged, counted, and kept for the caller who waits for one. Called on the threads of
/// `SealingQueue`.
final class SealingOutcomes: Sendable {
    private struct Awaited {
        var paths: [String: SeriesRules.Key] = [:]
        var results: [SeriesRules.Key: Result<SealedRun, any Error>] = [:]
    }

    private let plan: IngestPlan
    private let switchboard: IngestSwitchboard
    private let logger: Logger
    private let tell: @Sendable (RunEvent) -> Void
    private let awaited = Mutex(Awaited())

    init(plan: IngestPlan, switchboard: IngestSwitchboard, logger: Logger, tell: @escaping @Sendable (RunEvent) -> Void) {
        self.plan = plan
        self.switchboard = switchboard
        self.logger = logger
        self.tell = tell
    }

    /// The result of this run is to be kept.
    func expect(_ folder: String, for key: SeriesRules.Key) { awaited.withLock { $0.paths[folder] = key } }

    /// - Throws: why the run could not be sealed.
    func result(of key: SeriesRules.Key) throws -> SealedRun? { try awaited.withLock { $0.results[key] }?.get() }

    func take(_ outcome: SealingQueue.Outcome) {
        switch outcome {
        case .writingFailed(let error, let armedRuns): switchboard.sayWritingFailed(error, afterRun: armedRuns)
        case .sealed(let run):
            keep(.success(run), of: run.folder)
            switchboard.update {
                $0.totals.runs.count(run.summary.verdict)
                $0.lastRun = IngestStatus.LastRun(
                    path: run.folder.path, verdict: run.summary.verdict, sealedAt: run.summary.times.sealed)
            }
            tell(run.event(.sealed, at: plan.clock.now()))
        case .sealFailed(let folder, let error):
            keep(.failure(error), of: folder)
            logger.error(
                "the run could not be sealed; what was acknowledged is in its folder and can be recovered",
                metadata: ["run": "\(folder.path)", "reason": "\(error)"])
            var event = RunEvent(.failed, at: plan.clock.now())
            event.run = folder.path
            event.reason = "the run could not be sealed: \(error)"
            tell(event)
            switchboard.say(.unsealed, event.reason)
            switchboard.update { $0.totals.runsUnsealed += 1 }
        case .manifest(let run):
            logger.info("manifest", metadata: ["run": "\(run.folder.path)"])
            tell(run.event(.manifest, at: plan.clock.now()))
        case .manifestFailed(let run, let error):
            logger.error(
                "the manifest could not be written", metadata: ["run": "\(run.folder.path)", "reason": "\(error)"])
            var event = run.event(.failed, at: plan.clock.now())
            event.reason = "the manifest could not be written: \(error)"
            tell(event)
        }
    }

    private func keep(_ result: Result<SealedRun, any Error>, of folder: RunFolder) {
        awaited.withLock { awaited in
            if let key = awaited.paths.removeValue(forKey: folder.path) { awaited.results[key] = result }
        }
    }
}

extension SealedRun {
    public func event(_ kind: RunEvent.Kind, at time: Timestamp) -> RunEvent {
        var event = RunEvent(kind, at: time)
        event.run = folder.path
        event.master = folder.master
        event.pid = summary.pid
        event.series = summary.origin.series
        event.seriesUniqueID = summary.origin.seriesUniqueID
        event.lateOf = lateOf
        event.proposal = summary.origin.proposal?.description
        event.sample = summary.origin.sample
        event.verdict = summary.verdict
        event.ending = summary.ending
        event.frames = summary.frames
        event.bytes = bytesStored
        event.completeness = summary.completeness
        event.seconds = sealingSeconds
        return event
    }
}
