import Custody
import Deliveries
import Diagnostics
import EmbargoClock
import Logging
import RunCatalogue
import ServiceLifecycle
import Synchronization
import WebText

/// Enters the facility's instruments, opens what is due, signs the day, and tells what is to be told, again and again. Reading never waits for it.
///
/// Several servers may run it on one catalogue: what is opened is opened once, and one process at a time delivers.
final class Upkeep: Service {
    struct State: Sendable {
        var sweeps = 0
        var opened = 0
        var sent = 0
        var waiting = 0
        var sweepProblem: String?
        var deliveryProblem: String?

        func add(to metrics: inout MetricsText) {
            metrics.add("faisceau_sweeps_total", .counter, "Looks for what is due that went well.", sweeps)
            metrics.add("faisceau_records_opened_total", .counter, "Records that were marked open.", opened)
            metrics.add("faisceau_messages_sent_total", .counter, "Messages of the outbox that were delivered.", sent)
            metrics.add("faisceau_messages_waiting", .gauge, "Messages of the outbox that wait.", waiting)
            metrics.add("faisceau_sweep_failing", .gauge, "1 while the last sweep failed.", sweepProblem == nil ? 0 : 1)
            metrics.add("faisceau_delivery_failing", .gauge, "1 while the last delivery failed.", deliveryProblem == nil ? 0 : 1)
        }
    }

    private let custodian: Custodian
    private let deliverer: Deliverer?
    private let tally: DownloadTally
    private let certificate: CertificateKeeper?
    private let pause: Duration
    private let logger: Logger
    private let kept = Mutex(State())

    init(
        _ custodian: Custodian, office: DeliveryOffice?, holder: String, tally: DownloadTally, certificate: CertificateKeeper?,
        seconds: Int, logger: Logger
    ) {
        self.certificate = certificate
        self.tally = tally
        self.custodian = custodian
        deliverer = office.map { Deliverer(custodian, office: $0, holder: holder) }
        pause = .seconds(seconds)
        self.logger = logger
    }

    var state: State { kept.withLock { $0 } }

    /// Until the server is told to end. A registry that does not answer holds up no opening: each has a loop of its own.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await self.again {
                        await self.enterInstruments()
                        await self.sweep()
                        await self.offer()
                        await self.writeBack()
                    }
                }
                group.addTask { await self.again { await self.deliver() } }
                group.addTask { await self.again { await self.countDownloads() } }
                if let certificate = self.certificate { group.addTask { await self.again { certificate.look() } } }
            }
        }
        // What was sent since the last look.
        await countDownloads()
    }

    /// In one transaction for all, and none where there were none; what cannot be counted now is told, and is not kept.
    private func countDownloads() async {
        let downloads = tally.take()
        guard !downloads.isEmpty else { return }
        do throws(CatalogueError) { try await custodian.countDownloads(downloads) } catch {
            logger.warning("downloads were not counted", metadata: ["downloads": "\(downloads.count)", "error": "\(error)"])
        }
    }

    private func again(_ body: () async -> Void) async {
        while !Task.isCancelled {
            await body()
            try? await Task.sleep(for: pause)
        }
    }

    private func sweep() async {
        do throws(CatalogueError) {
            let report = try await custodian.sweep()
            if !report.opened.isEmpty { logger.notice("opened", metadata: ["records": "\(report.opened.count)"]) }
            for failure in report.failures.prefix(100) {
                logger.error("not opened", metadata: ["record": "\(failure.owner)", "error": "\(failure.error)"])
            }
            kept.withLock {
                $0.sweeps += 1
                $0.opened += report.opened.count
                // Everyone reads it: how many, and not which.
                $0.sweepProblem = report.failures.isEmpty ? nil : "\(report.failures.count) records could not be opened"
            }
            if let signed = try await custodian.signDay(), signed.isNew {
                logger.notice("signed", metadata: ["file": "\(signed.path)"])
            }
        } catch {
            logger.error("the sweep failed", metadata: ["error": "\(error)"])
            kept.withLock { $0.sweepProblem = error.what }
        }
    }

    /// Those of the facility's file, each once; a server begins also while nobody trusts its clock, and enters them afterwards.
    private func enterInstruments() async {
        do throws(CatalogueError) {
            guard try await custodian.time.now().doubt == nil else { return }
            try await custodian.enterInstruments()
        } catch {
            logger.warning("instruments of the facility's file are not entered", metadata: ["error": "\(error)"])
        }
    }

    /// So that datestamps are those of the changes, and not those of the next harvest. A harvest that comes first does it itself.
    private func offer() async {
        do throws(CatalogueError) { try await custodian.offer() } catch {
            logger.warning("harvesters are not offered what has changed", metadata: ["error": "\(error)"])
        }
    }

    /// In a log that is long each page is looked for before it is read, for every question.
    private func writeBack() async {
        do throws(CatalogueError) { try await custodian.store.writeBack() } catch {
            logger.warning("what was written is not in its place yet", metadata: ["error": "\(error)"])
        }
    }

    private func deliver() async {
        guard let deliverer else { return }
        do throws(CatalogueError) {
            let report = try await deliverer.deliver()
            for failure in report.failures {
                logger.warning("not delivered", metadata: ["topic": "\(failure.topic)", "reason": "\(failure.saying)"])
            }
            kept.withLock {
                $0.sent += report.sent.count
                $0.waiting = report.waiting
                $0.deliveryProblem = report.failures.isEmpty ? nil : "\(report.failures.count) messages could not be delivered"
            }
        } catch {
            logger.error("delivering failed", metadata: ["error": "\(error)"])
            kept.withLock { $0.deliveryProblem = error.what }
        }
    }
}
