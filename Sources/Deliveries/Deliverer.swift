import Custody
import Diagnostics
import EmbargoClock
import Minting
import Notices
import RunCatalogue

/// Tells the outside world what the outbox says has changed.
///
/// A message is told at least once and acknowledged after it; a repetition does no harm, because what is told is what is true at that moment, and a
/// mail is known by its key. One deliverer at a time, by a lease in the store.
public struct Deliverer: Sendable {
    let custodian: Custodian
    let office: DeliveryOffice
    /// Names this process among all that may deliver.
    let holder: String
    let generator: @Sendable () -> any RandomNumberGenerator & Sendable

    static let lease = "deliveries"
    /// Longer than one message takes at worst (two questions of half a minute, a mail program's minute), and soon over when a process has died.
    static let leaseSeconds: Int64 = 180
    static let most = 100_000

    public init(
        _ custodian: Custodian, office: DeliveryOffice, holder: String,
        generator: @escaping @Sendable () -> any RandomNumberGenerator & Sendable = { SystemRandomNumberGenerator() }
    ) {
        self.custodian = custodian
        self.office = office
        self.holder = holder
        self.generator = generator
    }

    var store: any CatalogueStore { custodian.store }
    var tenant: String { custodian.rules.tenant }

    /// Seconds of trusted time; nil where no time was ever trusted.
    func seconds() async throws(CatalogueError) -> Int64? {
        let now = try await custodian.time.now().now
        return now == .earliest ? nil : now.secondsSince1970
    }

    func takeLease() async throws(CatalogueError) -> Bool {
        guard let now = try await seconds() else { return false }
        return try await store.takeLease(Self.lease, holder: holder, now: now, until: now + Self.leaseSeconds) != nil
    }

    /// Tells all that is due, once.
    ///
    /// - Parameter progress: how many messages were looked at.
    /// - Throws: what the store says; a registry or a mail program that fails is in the report, and its message is tried again.
    public func deliver(progress: @Sendable (Int) -> Void = { _ in }) async throws(CatalogueError) -> DeliveryReport {
        var report = DeliveryReport()
        report.hasNoTime = try await seconds() == nil
        if !report.hasNoTime {
            report.isHeldElsewhere = try await !takeLease()
            if !report.isHeldElsewhere {
                do {
                    try await deliverAll(&report, progress)
                } catch {
                    try? await store.releaseLease(Self.lease, holder: holder)
                    throw error
                }
                try await store.releaseLease(Self.lease, holder: holder)
            }
        }
        let left = try await store.undeliveredMessages(topic: nil, tenant: tenant, limit: Self.most)
        report.stuck = left.count { $0.due == nil }
        report.waiting = left.count - report.stuck
        report.pauses = try await pauses()
        return report
    }

    /// The ways out on which nothing is tried at present.
    public func pauses() async throws(CatalogueError) -> [TopicPause] { try await Self.pauses(custodian) }

    public static func pauses(_ custodian: Custodian) async throws(CatalogueError) -> [TopicPause] {
        var pauses: [TopicPause] = []
        for topic in [OutsideMessage.registryTopic, OutsideMessage.mailTopic] {
            if let pause = try await TopicPause.read(topic, custodian.store) { pauses.append(pause) }
        }
        return pauses
    }

    /// A person has looked: what waits for one is due, and every way out is tried again.
    /// - Returns: how many messages waited.
    public static func retry(_ custodian: Custodian) async throws(CatalogueError) -> Int {
        for topic in [OutsideMessage.registryTopic, OutsideMessage.mailTopic] { try await TopicPause.end(topic, custodian.store) }
        return try await custodian.store.retryStuckMessages(now: custodian.time.now().now.secondsSince1970)
    }

    private func deliverAll(_ report: inout DeliveryReport, _ progress: @Sendable (Int) -> Void) async throws(CatalogueError) {
        var looked = 0
        // The registry first: a mail may name what it makes findable. What a delivery writes itself (a run's message, an alarm) is told in the
        // same call.
        for _ in 0..<3 {
            var isWorking = false
            for topic in [OutsideMessage.registryTopic, OutsideMessage.mailTopic] {
                var pass = TopicPass(deliverer: self, topic: topic)
                try await pass.run { progress(looked + $0) }
                looked += pass.looked
                isWorking = isWorking || pass.looked > 0
                report.add(pass.report)
                if pass.hasLostLease { return report.isHeldElsewhere = true }
            }
            guard isWorking else { return }
        }
    }
}
