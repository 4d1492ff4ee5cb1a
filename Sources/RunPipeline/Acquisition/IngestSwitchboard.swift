import BeamlineMetadata
import ChunkFile
import Diagnostics
import Foundation
import RunModel
import Synchronization

/// Joins those who ask a running ingest (control socket, status server) with the thread that writes frames, without making it wait: the
/// writer publishes a status a few times a second and looks at one atomic for each event.
public final class IngestSwitchboard: IngestControl {
    private struct State {
        var status: IngestStatus
        var next: ArmMetadata?
    }

    private let plan: IngestPlan
    private let state: Mutex<State>
    /// The ending that was asked for: 0 none, 1 stopped, 2 aborted.
    private let command = Atomic<UInt8>(0)
    /// When the writer last looked at its orders, milliseconds of the monotonic clock.
    private let beat = Atomic<Int64>(Int64(monotonicTime_s() * 1000))
    private let pool: @Sendable () -> IngestStatus.Pool
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - from: the address that frames come from.
    ///   - pool: asked whenever somebody wants to know the status.
    ///   - wake: has the writer look at its orders now, though no message comes.
    public init(
        plan: IngestPlan, from: String, pool: @escaping @Sendable () -> IngestStatus.Pool = { IngestStatus.Pool() },
        wake: @escaping @Sendable () -> Void = {}
    ) {
        self.plan = plan
        self.pool = pool
        self.wake = wake
        let now = plan.clock.now()
        state = Mutex(
            State(
                status: IngestStatus(
                    state: .armed, since: now, started: now, time: now, program: plan.program, version: plan.version, from: from,
                    out: plan.outputFolder, nextPath: plan.outputFolder, writers: plan.writers)))
    }

    // MARK: those who ask

    public func status() -> IngestStatus {
        let (published, next) = state.withLock { ($0.status, $0.next) }
        var status = published
        status.time = plan.clock.now()
        status.nextRun = next
        status.nextPath = nextPath(next)
        status.pool = pool()
        // What is received is written and acknowledged before its message leaves the pool, whichever writer has it in hand.
        status.unacknowledgedBytes = status.pool.usedBytes
        status.freeBytes = try? plan.fileSystem.statistics(plan.outputFolder).freeBytes
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
    }

    public func stop() { order(1) }
    public func abort() { order(2) }

    private func order(_ number: UInt8) {
        command.store(number, ordering: .releasing)
        wake()
    }

    /// What the folder would be called now; `{series}` stands where the number is not known before the start message.
    private func nextPath(_ next: ArmMetadata?) -> String {
        let plan = plan.naming(next ?? ArmMetadata())
        guard let name = try? plan.nameTemplate.preview(plan.nameFields(at: plan.clock.now(), series: nil)) else {
            return plan.outputFolder
        }
        // Which numbers are taken is known only with the series.
        if plan.nameTemplate.hasSeries { return plan.outputFolder + "/" + name }
        let free = (1...9_999).lazy.map { plan.outputFolder + "/" + RunNameTemplate.numbered(name, $0) }
            .first { !FileManager.default.fileExists(atPath: $0) }
        return free ?? plan.outputFolder
    }

    /// Since the writer's thread last looked at its orders, which it does about once a second unless it stands still.
    public var secondsSinceBeat: Double { monotonicTime_s() - Double(beat.load(ordering: .relaxed)) / 1000 }

    // MARK: the writer, and the threads that seal

    func beats() { beat.store(Int64(monotonicTime_s() * 1000), ordering: .relaxed) }

    /// An order that came since the last call.
    func takeOrder() -> RunSummary.Ending? {
        guard command.load(ordering: .relaxed) != 0 else { return nil }
        return command.exchange(0, ordering: .acquiring) == 1 ? .stopped : .aborted
    }

    /// What was announced for the run that begins now; it is used once.
    func takeNext() -> ArmMetadata? {
        state.withLock { state in
            defer { state.next = nil }
            return state.next
        }
    }

    func update(_ change: (inout IngestStatus) -> Void) {
        let now = plan.clock.now()
        state.withLock { state in
            let before = state.status.state
            change(&state.status)
            if state.status.state != before { state.status.since = now }
        }
    }
}
