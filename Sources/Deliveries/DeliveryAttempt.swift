import Custody
import Diagnostics
import Dispatch
import EmbargoClock
import Identifiers
import Minting
import Notices
import RunCatalogue

/// One message, told once.
struct DeliveryAttempt {
    let deliverer: Deliverer

    enum Outcome {
        /// Acknowledged by whoever was told; nil: there was nobody to tell.
        case told(String?)
        /// - Parameters:
        ///   - again: seconds to wait, from how often it has failed; nil: a person must look at it.
        ///   - isTheWay: the way out failed, and not this message: nothing else would pass either.
        case failed(saying: String, again: (@Sendable (Int) -> Int64)?, isTheWay: Bool)
    }

    private var custodian: Custodian { deliverer.custodian }

    func tell(_ message: OutboxMessage) async throws(CatalogueError) -> Outcome {
        do {
            switch try OutsideMessage(message) {
            case .record(let pid, let alone):
                return .told(try await tellRegistry(pid, isFirst: message.attempts == 0 && !alone))
            case .notice(let key, let standsForOthers):
                let now = try await custodian.time.now().now
                let mail = try await NoticeMail(custodian: custodian, sender: deliverer.office.sender).message(
                    key, standsForOthers: standsForOthers, at: now)
                return .told(try await send(mail))
            case .stuck(let number):
                let now = try await custodian.time.now().now
                let mail = try await NoticeMail(custodian: custodian, sender: deliverer.office.sender).alarm(number, at: now)
                return .told(try await send(mail))
            }
        } catch let error as MintingError { return outcome(of: error) } catch let error as NoticeError {
            return outcome(of: error)
        } catch let error as CatalogueError {
            switch error.code {
            case .badRequest, .unknownValue, .historyBroken, .damaged:
                // This record, and no other.
                return .failed(saying: error.description, again: nil, isTheWay: false)
            default: throw error
            }
        } catch { throw CatalogueError(.badRequest, "A message cannot be told", at: "message \(message.number)", cause: error) }
    }

    // MARK: - The registry

    /// - Parameter isFirst: the clocks of a session or a run are also those of the runs and selections that have a record of their own: each that is
    ///   registered has a message of its own then.
    private func tellRegistry(_ pid: String, isFirst: Bool) async throws -> String? {
        let registry = deliverer.office.registry
        guard registry.keepsRecords, let subject = try await custodian.registrable(pid) else { return nil }
        if isFirst, let owner = subject.owner {
            let others = try await othersThatTell(of: owner)
            if !others.isEmpty, let now = try await deliverer.seconds() {
                let drafts = try others.sorted().map { try OutsideMessage.record(pid: $0, alone: true).draft }
                try await custodian.store.post(drafts, tenant: deliverer.tenant, at: now)
            }
        }
        guard let order = try await custodian.registryDuty(subject) else { return nil }
        try await order.carryOut(on: registry)
        let told = try await custodian.registration(of: subject)?.state
        let state = order.remembered(from: told)
        guard let now = try await deliverer.seconds() else { return nil }
        try await custodian.store.remember(pid, is: state, at: now, tenant: deliverer.tenant)
        return "\(pid) \(state.rawValue)"
    }

    /// Registered records that go by clocks, or tell of what goes by them.
    private func othersThatTell(of owner: ClockOwner) async throws(CatalogueError) -> Set<String> {
        let (store, tenant, limit) = (custodian.store, deliverer.tenant, 1_000_000)
        var others: [RunIdentifier] = []
        switch owner {
        case .session: others = try await store.registeredRuns(of: owner, tenant: tenant, limit: limit)
        case .run(let pid): others = try await store.registeredRuns(telling: .result(pid), tenant: tenant, limit: limit)
        }
        others += try await store.registeredFollowers(of: owner, tenant: tenant, limit: limit)
        others += try await store.registeredRuns(telling: .results(of: owner), tenant: tenant, limit: limit)
        let collections = try await store.registeredCollections(with: owner, tenant: tenant, limit: limit)
        var names = Set(others.map(\.description)).union(collections.map(\.description))
        if case .run(let pid) = owner { names.remove(pid.description) }
        return names
    }

    private func outcome(of error: MintingError) -> Outcome {
        let isOfAll = error.code == .loginRefused || error.code == .misconfigured
        guard error.isRetryable else { return .failed(saying: error.description, again: nil, isTheWay: isOfAll) }
        return .failed(saying: error.description, again: wait(error), isTheWay: true)
    }

    private func wait(_ error: MintingError) -> @Sendable (Int) -> Int64 {
        let generator = deliverer.generator
        return { failures in
            var dice = AnyGenerator(generator())
            switch RetryPlan.standard.step(after: error, failures: failures, using: &dice) {
            case .again(let wait): return max(1, wait.components.seconds)
            case .forAPerson: return .max >> 1
            }
        }
    }

    // MARK: - Mails

    private func send(_ message: MailMessage?) async throws -> String? {
        guard let message else { return nil }
        let mail = deliverer.office.mail
        // A mail program takes its time: it is waited for on a thread of its own.
        let result: Result<MailReceipt, NoticeError> = await withCheckedContinuation { continuation in
            DispatchQueue(label: "faisceau.mail").async {
                let result: Result<MailReceipt, NoticeError>
                do throws(NoticeError) { result = .success(try mail.deliver(message)) } catch { result = .failure(error) }
                continuation.resume(returning: result)
            }
        }
        _ = try result.get()
        return "\(message.key) to \(message.recipients.count)"
    }

    private func outcome(of error: NoticeError) -> Outcome {
        switch error.code {
        case .malformed, .controlCharacter, .addressMalformed, .tooLong, .datesUnknown, .deliveryRefused:
            return .failed(saying: error.description, again: nil, isTheWay: false)
        case .deliveryDeferred:
            // Perhaps of one address only: the others are tried.
            return .failed(saying: error.description, again: wait(MintingError(.busy, error.what)), isTheWay: false)
        case .spoolFull, .spoolNotWritable, .spoolFailed, .commandMissing, .commandFailed, .commandTimedOut:
            return .failed(saying: error.description, again: wait(MintingError(.unreachable, error.what)), isTheWay: true)
        }
    }
}

/// A generator whose kind is not known, as one that generic code takes.
private struct AnyGenerator: RandomNumberGenerator {
    private var generator: any RandomNumberGenerator

    init(_ generator: any RandomNumberGenerator) { self.generator = generator }

    mutating func next() -> UInt64 { generator.next() }
}
