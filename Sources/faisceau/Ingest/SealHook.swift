import Foundation
import Glibc
import Logging
import RunModel

/// `--on-seal CMD`: starts a command for each sealed run, so that automatic processing begins where a run became final.
///
/// The command runs by `/bin/sh -c`, with the run's run.json as standard input and FAISCEAU_RUN, FAISCEAU_MASTER, FAISCEAU_VERDICT and
/// FAISCEAU_PID in its environment; what it prints goes to our standard error. A few at once, each for a limited time; its failure is
/// logged and touches nothing else. It has a lower priority than the frame path, which a service may have raised, and is not spared when
/// memory runs out, as a service may be.
final class SealHook: Sendable {
    static let atOnce = 2
    static let limit_s = 600.0
    /// Runs that wait for their command; more are left out, with a word in the log.
    static let longestQueue = 1000

    private struct State {
        var waiting: [RunEvent] = []
        var running: Set<pid_t> = []
        var isClosed = false
        var isLeft = false
        var threads = SealHook.atOnce
    }

    private let command: String
    private let logger: Logger
    private let condition = NSCondition()
    // Under the condition's lock only.
    private nonisolated(unsafe) var state = State()

    init(_ command: String, logger: Logger) {
        self.command = command
        self.logger = logger
        for number in 1...Self.atOnce {
            let thread = Thread { self.work() }
            thread.name = "on-seal-\(number)"
            thread.start()
        }
    }

    /// Has the command run for a sealed run; returns at once.
    func start(for run: RunEvent) {
        let isTaken = condition.withLock {
            guard state.waiting.count < Self.longestQueue else { return false }
            state.waiting.append(run)
            condition.broadcast()
            return true
        }
        if !isTaken { logger.error("no on-seal command for this run: too many wait", metadata: ["run": "\(run.run ?? "")"]) }
    }

    /// Waits until all commands have ended, for so long at the most; what still runs then goes on by itself, what waits is not begun.
    func finish(within seconds: Double) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let (running, waiting) = condition.withLock {
            state.isClosed = true
            condition.broadcast()
            while state.threads > 0, !state.isLeft, condition.wait(until: deadline) {}
            defer { state.waiting = [] }
            return (state.running.count, state.waiting)
        }
        for run in waiting {
            logger.error(
                "no on-seal command for this run: the ingest ends before its turn", metadata: ["run": "\(run.run ?? "")"])
        }
        if running > 0 { logger.warning("on-seal commands are left to themselves", metadata: ["count": "\(running)"]) }
    }

    /// Ends the waiting of `finish`, if it waits.
    func endWaiting() {
        condition.withLock {
            state.isLeft = state.isClosed
            condition.broadcast()
        }
    }

    private static let niceness: Int32 = 10

    /// Commands inherit what a service's `OOMScoreAdjust=` says, and only they themselves can put it back: in the child of `posix_spawn`,
    /// which shares our memory until it runs its program, a new value would be ours as well. Where it may not be set, it stays.
    private static let shell = "{ echo 0 > /proc/self/oom_score_adj; } 2> /dev/null; exec /bin/sh -c \"$1\""

    private func work() {
        // Linux gives priority by thread, and commands inherit that of the thread that starts them.
        if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) < Self.niceness {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        }
        while let run = next() {
            let folder = run.run ?? ""
            switch spawn(for: run) {
            case .failure(let reason):
                logger.error("on-seal command not started", metadata: ["run": "\(folder)", "reason": "\(reason.text)"])
            case .success(let process):
                condition.withLock { _ = state.running.insert(process) }
                let ending = Self.wait(for: process)
                condition.withLock { _ = state.running.remove(process) }
                let fields: Logger.Metadata = ["run": "\(folder)", "ending": "\(ending)"]
                if ending == "0" {
                    logger.info("on-seal command done", metadata: fields)
                } else {
                    logger.error("on-seal command failed", metadata: fields)
                }
            }
        }
        condition.withLock {
            state.threads -= 1
            condition.broadcast()
        }
    }

    private func next() -> RunEvent? {
        condition.withLock {
            while state.waiting.isEmpty, !state.isClosed { condition.wait() }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
    }

    private func spawn(for run: RunEvent) -> Result<pid_t, ChildProcess.Refusal> {
        ChildProcess.start(
            ["/bin/sh", "-c", Self.shell, "sh", command], input: (run.run ?? "") + "/run.json",
            variables: [
                "FAISCEAU_RUN": run.run, "FAISCEAU_MASTER": run.master, "FAISCEAU_VERDICT": run.verdict?.rawValue,
                "FAISCEAU_PID": run.pid.map { "\($0)" },
            ])
    }

    /// The exit code, or how else it ended. One that takes too long is asked to end, then made to.
    private static func wait(for process: pid_t) -> String {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(limit_s)
        var wasAsked = false
        while true {
            if let ending = ChildProcess.ending(of: process) {
                return wasAsked && ending != .unknown ? "ended after \(Int(limit_s)) s" : "\(ending)"
            }
            if clock.now > deadline, !wasAsked {
                wasAsked = true
                kill(-process, SIGTERM)
            }
            if clock.now > deadline + .seconds(5) { kill(-process, SIGKILL) }
            usleep(20_000)
        }
    }
}
