import CommandLineSupport
import Foundation
import Logging
import RunModel
import RunPipeline
import Synchronization

/// Keeps systemd told of an ingest that runs as its service: ready, what it does, that the acquisition moves, that the end has begun.
///
/// The watchdog is fed for the writer's thread, not by a timer that would live on: when the writer has stood still for half of what systemd
/// allows, nothing is said, and systemd ends the service and begins it again. From the beginning of the end on it is fed whatever the
/// writer does: the end has a limit of its own.
final class ServiceHeart: Sendable {
    private let notifier: SystemdNotifier
    private let logger: Logger
    private let isStopped = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    private let hasFailed = Atomic<Bool>(false)

    /// What sealing the last runs and their digests may take before systemd hears of it again, seconds, and how often it does.
    private static let endLimit_s = 300.0
    private static let endInterval: Duration = .seconds(60)

    init(_ notifier: SystemdNotifier, switchboard: IngestSwitchboard, logger: Logger) {
        self.notifier = notifier
        self.logger = logger
        guard notifier.isActive else { return }
        let thread = Thread { [self] in
            let interval_s = notifier.watchdogInterval_s ?? .infinity
            var saidEnding = ContinuousClock.now
            while !isStopped.load(ordering: .relaxed) {
                let isEnding = isEnding.load(ordering: .relaxed)
                if isEnding || switchboard.secondsSinceBeat < interval_s {
                    say { () throws(CommandLineError) in try notifier.watchdog() }
                }
                if !isEnding {
                    saidEnding = .now
                } else if ContinuousClock.now - saidEnding >= Self.endInterval {
                    saidEnding = .now
                    sayEnding()
                }
                Thread.sleep(forTimeInterval: min(interval_s / 2, 10))
            }
        }
        thread.name = "systemd"
        thread.start()
    }

    func sayReady(_ status: String) { say { () throws(CommandLineError) in try notifier.ready(status) } }

    func tell(_ event: RunEvent) {
        guard notifier.isActive, event.event != .manifest else { return }
        let words = event.reason ?? event.run ?? ""
        say { () throws(CommandLineError) in try notifier.status("\(event.event.rawValue): \(words)") }
    }

    /// The end has begun; said again every minute until `stop`, as each time only prolongs it by so much.
    func sayStopping() {
        guard !isEnding.exchange(true, ordering: .relaxed) else { return }
        sayEnding()
    }

    private func sayEnding() {
        say { () throws(CommandLineError) in try notifier.stopping("sealing what has come", within: Self.endLimit_s) }
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
