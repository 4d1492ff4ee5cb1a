import ChunkFile
import Diagnostics
import FrameIngest
import Foundation
import RunModel
import Synchronization

/// Joins those who ask a running ingest (control socket, status server) with the thread that writes frames, without making it wait: the
/// writer publishes a status a few times a second, and orders come to it in the stream of its messages.
public final class IngestSwitchboard: IngestControl {
    private struct State {
        var status: IngestStatus
        var problems = IngestProblems()
        var armedRuns = 0
        /// Of the runs that an abort is for.
        var open: [AbortFlag] = []
        var next: ArmMetadata?
    }

    private let plan: IngestPlan
    private let state: Mutex<State>
    /// The ending that was asked for: 0 none, 1 stopped, 2 aborted.
    private let command = Atomic<UInt8>(0)
    /// When the writer last looked at the time, milliseconds of the monotonic clock.
    private let beat = Atomic<Int64>(Int64(monotonicTime_s() * 1000))
    private let output: OutputWatch
    private let counters: @Sendable () -> ReceiverCounters
    private let sendOrder: @Sendable () -> Void

    /// - Parameters:
    ///   - from: the address that frames come from.
    ///   - counters: the receiver's, asked whenever somebody wants to know the status.
    ///   - sendOrder: has the writer get an `.order` behind all that has been received (`StreamReceiver.sendOrder`).
    public init(
        plan: IngestPlan, from: String, counters: @escaping @Sendable () -> ReceiverCounters = { ReceiverCounters() },
        sendOrder: @escaping @Sendable () -> Void = {}
    ) {
        self.plan = plan
        self.counters = counters
        self.sendOrder = sendOrder
        output = OutputWatch(plan)
        let now = plan.clock.now()
        state = Mutex(
            State(
                status: IngestStatus(
                    state: .armed, since: now, started: now, time: now, program: plan.program, version: plan.version, from: from,
                    out: plan.outputFolder, nextPath: plan.outputFolder, writers: plan.writers)))
    }

    // MARK: those who ask

    /// Copies what is known: nothing here waits for the writer, the disk or the network.
    public func status() -> IngestStatus {
        let (published, next) = state.withLock { ($0.status, $0.next) }
        let seen = output.view()
        var status = published
        status.time = plan.clock.now()
        status.nextRun = next
        status.nextPath = seen.nextPath
        status.freeBytes = seen.freeBytes
        status.take(counters())
        status.acknowledgement = IngestStatus.Acknowledgement(plan.acknowledgement.snapshot())
        return status
    }

    /// - Throws: `RunModelError` when its name gives no name, `PipelineError.noSeries` when the ingest has stopped.
    public func setNext(_ next: ArmMetadata) throws {
        if let name = next.name { _ = try RunNameTemplate(name).expand(plan.nameFields(at: plan.clock.now(), series: "1")) }
        try state.withLock { state in
            guard state.status.state != .stopped else {
                throw PipelineError(.noSeries, "this ingest has stopped and will make no run", at: plan.outputFolder)
            }
            state.next = next
        }
        output.expect(next, waits: true)
    }

    public func stop() { order(1) }

    /// Writers stop at the frames that they have in hand now: after this returns none is begun.
    public func abort() {
        state.withLock { state in for run in state.open { run.order() } }
        order(2)
    }

    /// An abort is never taken back by a stop.
    private func order(_ number: UInt8) {
        command.max(number, ordering: .releasing)
        sendOrder()
    }

    /// Since the writer's thread last looked at the time, which it does about once a second unless it stands still.
    public var secondsSinceBeat: Double { monotonicTime_s() - Double(beat.load(ordering: .relaxed)) / 1000 }

    // MARK: the writer, and the threads that seal

    func beats() { beat.store(Int64(monotonicTime_s() * 1000), ordering: .relaxed) }

    /// What comes now stands before an abort.
    var isAborting: Bool { command.load(ordering: .relaxed) == 2 }

    /// The order that came since the last call.
    func takeOrder() -> RunSummary.Ending? {
        switch command.exchange(0, ordering: .acquiring) {
        case 1: .stopped
        case 2: .aborted
        default: nil
        }
    }

    /// What was announced for the run that begins now; it is used once.
    func takeNext() -> ArmMetadata? {
        let next = state.withLock { state in
            defer { state.next = nil }
            return state.next
        }
        if next != nil { output.expect(nil, waits: false) }
        return next
    }

    /// The run that this was taken for could not be made. What was announced since then is newer.
    func putBack(_ next: ArmMetadata) {
        let isUsed = state.withLock { state in
            if state.next != nil { return false }
            state.next = next
            return true
        }
        if isUsed { output.expect(next, waits: false) }
    }

    /// A run has its folder.
    func folderChanged() { output.lookAgain() }

    /// nil takes back what was said.
    func say(_ kind: IngestProblems.Kind, _ sentence: String?) {
        state.withLock { state in
            state.problems[kind] = sentence
            state.status.problem = state.problems.mostUrgent
        }
    }

    func opens(_ run: AbortFlag) { state.withLock { $0.open.append(run) } }
    func closes(_ run: AbortFlag) { state.withLock { state in state.open.removeAll { $0 === run } } }

    /// A run is armed.
    func recordsAgain() {
        state.withLock { state in
            state.armedRuns += 1
            state.problems.forgetRuns()
            state.status.problem = state.problems.mostUrgent
        }
    }

    /// How many runs were armed so far, siblings not counted.
    var armedRuns: Int { state.withLock { $0.armedRuns } }

    /// What a closed run's writers had in hand could not be written: as urgent as while frames came, unless a run was armed since.
    ///
    /// - Parameter number: `armedRuns` when the run was closed.
    func sayWritingFailed(_ error: any Error, afterRun number: Int) {
        state.withLock { state in
            state.problems[state.armedRuns == number ? .writing : .writingBefore] = "writing failed: \(error)"
            state.status.problem = state.problems.mostUrgent
        }
    }

    var cannotRecord: Bool { state.withLock { $0.problems.preventsRecording } }

    func update(_ change: (inout IngestStatus) -> Void) {
        let now = plan.clock.now()
        state.withLock { state in
            let before = state.status.state
            change(&state.status)
            if state.status.state != before { state.status.since = now }
        }
    }
}

extension IngestStatus {
    /// What the receiver has counted, and what of it waits.
    mutating func take(_ counters: ReceiverCounters) {
        let (pool, spill) = (counters.pool, counters.spill)
        self.pool = Pool(usedBytes: pool.usedBytes, limitBytes: pool.limitBytes, highestBytes: pool.highestBytes)
        self.spill =
            spill.limitBytes > 0
            ? Pool(usedBytes: spill.usedBytes, limitBytes: spill.limitBytes, highestBytes: spill.highestBytes) : nil
        // What is received is written and acknowledged before its message leaves them; the spill file has no name, and goes with the process.
        unacknowledgedBytes = pool.usedBytes + spill.usedBytes
        totals.droppedBytes = counters.droppedBytes
        totals.heldBack_s = counters.heldBack_s
    }
}
