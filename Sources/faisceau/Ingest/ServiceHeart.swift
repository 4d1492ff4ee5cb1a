import CommandLineSupport
import Foundation
import Logging
import RunModel
import RunPipeline
import Synchronization

/// Keeps systemd told of an ingest that runs as its service: ready, what it does, that the acquisition moves, that the end has begun.
///
/// The watchdog is fed for the writer's thread, not by a timer that would live on: when the writer has stood still for as long as systemd
/// allows, nothing is said, and systemd ends the service and begins it again.
final class ServiceHeart: Sendable {
    private let notifier: SystemdNotifier
    private let logger: Logger
    private let isStopped = Atomic<Bool>(false)
    private let hasFailed = Atomic<Bool>(false)

    /// What sealing the last runs and their digests may take, seconds.
    private static let longestEnd_s = 300.0

    init(_ notifier: SystemdNotifier, switchboard: IngestSwitchboard, logger: Logger) {
        self.notifier = notifier
        self.logger = logger
        guard notifier.isActive, let interval_s = notifier.watchdogInterval_s else { return }
        let thread = Thread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                if switchboard.secondsSinceBeat < interval_s { say { () throws(CommandLineError) in try notifier.watchdog() } }
                Thread.sleep(forTimeInterval: interval_s / 2)
            }
        }
        thread.name = "watchdog"
        thread.start()
    }

    func sayReady(_ status: String) { say { () throws(CommandLineError) in try notifier.ready(status) } }

    func tell(_ event: RunEvent) {
        guard notifier.isActive, event.event != .manifest else { return }
        let words = event.reason ?? event.run ?? ""
        say { () throws(CommandLineError) in try notifier.status("\(event.event.rawValue): \(words)") }
    }

    func sayStopping() {
        say { () throws(CommandLineError) in try notifier.stopping("sealing what has come", within: Self.longestEnd_s) }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// A service manager that does not listen must not cost a frame: it is said once.
    private func say(_ body: () throws(CommandLineError) -> Void) {
        do { try body() } catch {
            guard !hasFailed.exchange(true, ordering: .relaxed) else { return }
            logger.warning("systemd does not hear", metadata: ["reason": "\(error)"])
        }
    }
}
