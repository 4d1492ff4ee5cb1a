import Custody
import Diagnostics
import EmbargoClock
import Minting
import Notices
import RunCatalogue

/// One walk over the messages of one topic.
///
/// Messages that say the same are told together: all that were written before the question what is to be told are answered by it, also those
/// that would have been tried later, and those that wait for a person.
struct TopicPass {
    let deliverer: Deliverer
    let topic: String
    private(set) var report = DeliveryReport()
    private(set) var looked = 0
    private(set) var hasLostLease = false
    private var pause: TopicPause?

    init(deliverer: Deliverer, topic: String) {
        self.deliverer = deliverer
        self.topic = topic
    }

    private var store: any CatalogueStore { deliverer.store }

    mutating func run(_ progress: (Int) -> Void) async throws(CatalogueError) {
        guard let now = try await deliverer.seconds() else { return }
        pause = try await TopicPause.read(topic, store)
        guard pause?.isOver(at: now) ?? true else { return }
        let all = try await store.undeliveredMessages(topic: topic, tenant: deliverer.tenant, limit: Deliverer.most)
        var groups: [String: [OutboxMessage]] = [:]
        for message in all { groups[message.payload, default: []].append(message) }
        // In the order in which they are due.
        for message in all {
            guard message.due.map({ $0 <= now }) ?? false, let group = groups.removeValue(forKey: message.payload) else {
                continue
            }
            guard try await deliverer.takeLease() else {
                hasLostLease = true
                return
            }
            looked += group.count
            let outcome = try await DeliveryAttempt(deliverer: deliverer).tell(message)
            guard try await deliverer.takeLease() else {
                // Somebody took us for dead and has told of it since: what we told may be older. It is told once more.
                hasLostLease = true
                try await store.post(
                    [OutboxDraft(topic: topic, payload: message.payload)], tenant: deliverer.tenant, at: now)
                return
            }
            try await note(outcome, group, now: now)
            progress(looked)
            if let pause, !pause.isOver(at: now) { return }
        }
    }

    private mutating func note(
        _ outcome: DeliveryAttempt.Outcome, _ group: [OutboxMessage], now: Int64
    ) async throws(CatalogueError) {
        switch outcome {
        case .told(let what):
            if let what { report.sent.append(what) } else { report.overtaken += group.count }
            for message in group { try await store.delivered(message.number, at: now) }
            if pause != nil {
                try await TopicPause.end(topic, store)
                pause = nil
            }
        case .failed(let saying, let again, let isTheWay):
            let due = group.filter { $0.due.map { $0 <= now } ?? false }
            let failures = (group.map(\.attempts).max() ?? 0) + 1
            let next = again.map { now + $0(failures) }
            for message in due {
                try await store.failed(message.number, saying: saying, next: next)
                report.failures.append(.init(number: message.number, topic: topic, saying: saying, next: next))
            }
            if isTheWay {
                let inARow = (pause?.failures ?? 0) + 1
                let new = TopicPause(topic: topic, failures: inARow, until: again.map { now + $0(inARow) }, saying: saying)
                pause = new
                try await new.save(store)
            }
            // An alarm about a mail would be a mail.
            if next == nil, topic != OutsideMessage.mailTopic, let first = due.first {
                try await store.post(
                    [try OutsideMessage.stuck(first.number).draft], tenant: deliverer.tenant, at: now)
            }
        }
    }
}
