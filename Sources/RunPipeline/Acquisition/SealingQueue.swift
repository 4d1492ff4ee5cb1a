import Foundation
import Logging
import RunModel
import Synchronization

/// Seals runs on a thread of its own, one after another, so that the next series is received while the last one is sealed; digests
/// of whole files follow on a second thread, which no seal waits for.
///
/// Bounded: a series that ends while `limit` others wait makes the writer wait, and so, in the end, the detector.
final class SealingQueue: Sendable {
    /// A run on its way; the recorder belongs to the writer until `add`, to the sealing thread from then on.
    struct Work: @unchecked Sendable {
        let recorder: RunRecorder
        let ending: RunSummary.Ending
        /// `IngestSwitchboard.armedRuns` when the run was closed.
        let armedRuns: Int
        /// Whether the manifest is written here, or left to the caller.
        let writesManifest: Bool
    }

    enum Outcome: Sendable {
        /// The run's writers had frames in hand when it was closed, and failed at them; its seal is still to be told.
        case writingFailed(any Error, armedRuns: Int)
        case sealed(SealedRun)
        case sealFailed(RunFolder, any Error)
        case manifest(SealedRun)
        case manifestFailed(SealedRun, any Error)
    }

    static let limit = 8

    private struct State {
        var works: [Work] = []
        var manifests: [SealedRun] = []
        var sealing = 0
        var isClosed = false
        var threads = 2
    }

    // A condition, not a Mutex: threads wait for what is behind it. `state` is touched under its lock only.
    private let condition = NSCondition()
    private nonisolated(unsafe) var state = State()
    private let logger: Logger
    private let beat: @Sendable () -> Void
    private let tell: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - beat: called about once a second on a thread that waits here: it waits for the disk, and does not stand still.
    ///   - tell: called on the threads of the queue.
    init(logger: Logger, beat: @escaping @Sendable () -> Void, _ tell: @escaping @Sendable (Outcome) -> Void) {
        self.logger = logger
        self.beat = beat
        self.tell = tell
        Self.thread("sealer") { self.seal() }
        Self.thread("manifests") { self.digest() }
    }

    /// Runs that are not sealed yet.
    var pending: Int { condition.withLock { state.works.count + state.sealing } }

    func add(_ work: Work) {
        condition.withLock {
            while state.works.count >= Self.limit { waitAndBeat() }
            state.works.append(work)
            condition.broadcast()
        }
    }

    /// Waits until everything is sealed and digested, and ends the threads.
    func finish() {
        condition.withLock {
            state.isClosed = true
            condition.broadcast()
            while state.threads > 0 { waitAndBeat() }
        }
    }

    /// Under the lock.
    private func waitAndBeat() {
        beat()
        _ = condition.wait(until: Date(timeIntervalSinceNow: 1))
    }

    private func seal() {
        while let work = nextWork() {
            work.recorder.finishFrames()
            if work.ending != .writingFailed, let failure = work.recorder.writeFailure {
                tell(.writingFailed(failure, armedRuns: work.armedRuns))
            }
            do {
                let run = try RunSealer(recorder: work.recorder, endedBy: work.ending, logger: logger).seal()
                tell(.sealed(run))
                condition.withLock { if work.writesManifest { state.manifests.append(run) } }
            } catch {
                tell(.sealFailed(work.recorder.folder, error))
            }
            condition.withLock {
                state.sealing -= 1
                condition.broadcast()
            }
        }
        threadEnded()
    }

    private func nextWork() -> Work? {
        condition.withLock {
            while state.works.isEmpty, !state.isClosed { condition.wait() }
            guard !state.works.isEmpty else { return nil }
            state.sealing += 1
            condition.broadcast()
            return state.works.removeFirst()
        }
    }

    private func digest() {
        // Linux gives priority by thread: the frame path and the seals go first.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        while let run = nextManifest() {
            do {
                try run.writeManifest()
                tell(.manifest(run))
            } catch {
                tell(.manifestFailed(run, error))
            }
        }
        threadEnded()
    }

    private func nextManifest() -> SealedRun? {
        condition.withLock {
            while state.manifests.isEmpty {
                if state.isClosed, state.works.isEmpty, state.sealing == 0 { return nil }
                condition.wait()
            }
            return state.manifests.removeFirst()
        }
    }

    private func threadEnded() {
        condition.withLock {
            state.threads -= 1
            condition.broadcast()
        }
    }

    private static func thread(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }
}
