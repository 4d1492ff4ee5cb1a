import CommandLineSupport
import Diagnostics
import Foundation
import Glibc
import Logging
import RunModel

/// `--live FILE.yaml`: for each run a process that reduces its frames while they are recorded, for the status page.
///
/// A process of its own, of lower priority, that reads what the ledgers acknowledge: whatever becomes of it (a kill, a stop, a configuration
/// that fits no detector), the recording goes on as without it. One at a time: when a run is armed, the reduction of the one before ends.
final class LiveReductionRunner: Sendable {
    /// Where it puts the curve; the owner's alone, taken away at the end.
    let folder: String
    private let configuration: String
    private let logger: Logger
    private let lock = NSLock()
    // Under the lock only.
    private nonisolated(unsafe) var running: pid_t?
    /// Runs armed so far; only the newest is reduced.
    private nonisolated(unsafe) var armed = 0
    private nonisolated(unsafe) var isStopped = false
    private let starting = NSLock()

    /// How long a process that was asked to end may take, seconds.
    private static let patience_s = 2.0

    /// - Parameter folder: is made here, and must not exist.
    /// - Throws: `outputFailed`.
    init(configuration: String, folder: String, logger: Logger) throws(CommandLineError) {
        guard mkdir(folder, 0o700) == 0 else {
            throw CommandLineError(
                .outputFailed, "the folder of the live reduction cannot be made", at: folder,
                got: String(cString: strerror(errno)),
                remedy: "set TMPDIR to a folder that may be written")
        }
        self.configuration = configuration
        self.folder = folder
        self.logger = logger
    }

    /// A place for what it puts out, that nobody else has.
    static func newFolder() -> String { FileManager.default.temporaryDirectory.path + "/faisceau-live-\(UUID().uuidString)" }

    /// Returns at once: starting a process takes milliseconds, and frames come right behind the event.
    func tell(_ event: RunEvent) {
        guard event.event == .armed, let run = event.run else { return }
        let number = lock.withLock {
            armed += 1
            return armed
        }
        let thread = Thread { [self] in
            if let process = start(run, number) { awaitEnd(of: process, run) }
        }
        thread.name = "live-reduction"
        thread.start()
    }

    /// nil when a newer run was armed meanwhile, the ingest has ended, or there is no process to be had.
    private func start(_ run: String, _ number: Int) -> pid_t? {
        starting.lock()
        defer { starting.unlock() }
        // One at a time: the one before publishes once more before it ends, and would do that over the files of the one that begins. Only
        // this thread waits for it.
        if let before = lock.withLock({ running.take() }) { Self.end(before) }
        guard lock.withLock({ number == armed && !isStopped }) else { return nil }
        for name in [LiveReductionStatus.fileName, LiveReductionStatus.curveName] { unlink(folder + "/" + name) }
        // The program that runs, also after its file was replaced by a newer one.
        let words = ["/proc/\(getpid())/exe", "reduce", "azimuthal", run, "--config", configuration, "--live", folder, "--quiet"]
        switch ChildProcess.start(words, input: "/dev/null") {
        case .failure(let reason):
            logger.error("live reduction not started", metadata: ["run": "\(run)", "reason": "\(reason.text)"])
            return nil
        case .success(let process):
            lock.withLock { running = process }
            return process
        }
    }

    private func awaitEnd(of process: pid_t, _ run: String) {
        var ending: ChildProcess.Ending?
        while ending == nil {
            ending = ChildProcess.ending(of: process)
            if ending == nil { usleep(50_000) }
        }
        let wasWanted = lock.withLock {
            guard running == process else { return false }
            running = nil
            return true
        }
        if wasWanted, ending != .code(0) {
            logger.warning(
                "the live reduction ended early; the recording goes on",
                metadata: ["run": "\(run)", "ending": "\(ending ?? .unknown)"])
        }
    }

    /// Asks a process and what it started to end, and makes them.
    private static func end(_ process: pid_t) {
        kill(-process, SIGTERM)
        wait(for: process)
        // A stopped process does not hear SIGTERM, and one of the idle class hears it late.
        kill(-process, SIGKILL)
        wait(for: process)
    }

    /// Until nothing is left of its group, for as long as it may take; who has ended is there until `awaitEnd` has seen it.
    private static func wait(for process: pid_t) {
        let deadline = Date(timeIntervalSinceNow: patience_s)
        while Date() < deadline, kill(-process, 0) == 0 { usleep(20_000) }
    }

    /// Ends the reduction that runs, and takes the folder away.
    func stop() {
        // First: who waits in `start` for the one before then starts none.
        lock.withLock { isStopped = true }
        // A process that is just being started is one to be ended, too.
        starting.lock()
        defer { starting.unlock() }
        if let process = lock.withLock({ running.take() }) {
            // It sees by itself that the run is sealed, and takes what is left.
            Self.wait(for: process)
            Self.end(process)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
