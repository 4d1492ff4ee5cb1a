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

    /// How long a process that was asked to end may take, seconds.
    private static let patience_s = 2.0

    /// - Parameter folder: exists, and is empty.
    init(configuration: String, folder: String, logger: Logger) {
        self.configuration = configuration
        self.folder = folder
        self.logger = logger
    }

    /// A folder for what it puts out.
    static func makeFolder() throws -> String {
        var template = Array((FileManager.default.temporaryDirectory.path + "/faisceau-live-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func tell(_ event: RunEvent) {
        guard event.event == .armed, let run = event.run else { return }
        let before = lock.withLock { running.take() }
        if let before { kill(-before, SIGTERM) }
        for name in [LiveReductionStatus.fileName, LiveReductionStatus.curveName] { unlink(folder + "/" + name) }
        // The program that runs, also after its file was replaced by a newer one.
        let words = ["/proc/\(getpid())/exe", "reduce", "azimuthal", run, "--config", configuration, "--live", folder, "--quiet"]
        switch ChildProcess.start(words, input: "/dev/null") {
        case .failure(let reason):
            logger.error("live reduction not started", metadata: ["run": "\(run)", "reason": "\(reason.text)"])
        case .success(let process):
            lock.withLock { running = process }
            let thread = Thread { [self] in awaitEnd(of: process, run) }
            thread.name = "live-reduction"
            thread.start()
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

    private static func wait(for process: pid_t) {
        let deadline = Date(timeIntervalSinceNow: patience_s)
        while Date() < deadline, kill(process, 0) == 0 { usleep(20_000) }
    }

    /// Ends the reduction that runs, and takes the folder away.
    func stop() {
        if let process = lock.withLock({ running.take() }) {
            // It sees by itself that the run is sealed, and takes what is left.
            Self.wait(for: process)
            kill(-process, SIGTERM)
            Self.wait(for: process)
            // A stopped process does not hear SIGTERM.
            kill(-process, SIGKILL)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
