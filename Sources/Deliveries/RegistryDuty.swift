import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import Minting
import RunCatalogue

/// What a registry may know by an identifier.
enum Registrable: Sendable {
    case subject(Subject)
    case collection(PersistentIdentifier)

    var description: String {
        switch self {
        case .subject(let subject): subject.description
        case .collection(let pid): "\(pid)"
        }
    }

    /// Whose clocks, when they move, move what is told of selections.
    var owner: ClockOwner? {
        switch self {
        case .subject(.session(let session)): .session(session.name)
        case .subject(.run(let pid)): .run(pid)
        case .collection: nil
        }
    }
}

extension Custodian {
    /// What an identifier of a message names; nil: nothing that is known.
    func registrable(_ text: String) async throws(CatalogueError) -> Registrable? {
        do throws(CatalogueError) {
            if let pid = try? PersistentIdentifier(text) {
                do throws(CatalogueError) {
                    _ = try await store.collection(pid, scope: .everything(tenant: rules.tenant))
                    return .collection(pid)
                } catch {
                    guard error.code == .notFound else { throw error }
                }
            }
            return .subject(try await subject(text, for: .custodian))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    func registryDuty(_ one: Registrable) async throws(CatalogueError) -> MintingOrder? {
        switch one {
        case .subject(let subject): try await registryDuty(subject)
        case .collection(let pid): try await registryDuty(collection: pid)
        }
    }

    func registration(of one: Registrable) async throws(CatalogueError) -> RegisteredIdentifier? {
        switch one {
        case .subject(let subject): try await registration(of: subject, for: .custodian)
        case .collection(let pid):
            try await store.registration(ofCollection: pid, scope: .everything(tenant: rules.tenant))
        }
    }

    /// What a registry ought to know of a selection of runs, if somebody asked for it: a draft while nobody may know of one of its runs, then
    /// findable, as closed as the run that opens last; hidden when nothing but withdrawn runs is left; of what was paid for nothing, and hidden where
    /// that was found out when it had been told.
    public func registryDuty(collection pid: PersistentIdentifier) async throws(CatalogueError) -> MintingOrder? {
        let all = ReaderScope.everything(tenant: rules.tenant)
        guard let registration = try await store.registration(ofCollection: pid, scope: all) else { return nil }
        let now = try await time.now().now
        var seen: Set<ClockOwner> = []
        for run in try await store.collection(pid, scope: all).runs {
            let owner = try await store.clockOwner(of: run, tenant: rules.tenant)
            guard seen.insert(owner).inserted else { continue }
            let care = try await record(of: owner)
            guard care.record.status(at: now).readers.bytes != .payer, care.proposal?.kind != .proprietary else {
                return try hidden(registration)
            }
        }
        guard let access = try await access(ofCollection: pid) else { return .draft(try handle("\(pid)")) }
        let record = try await dataCiteRecord(ofCollection: pid, scope: all)
        if case .withdrawn = access.state { return try order(record, at: "\(pid)", isHidden: true) }
        return try order(record, at: "\(pid)", isHidden: false)
    }

    /// What was told of paid work before anybody knew that it is: what the registry says of it stays said, and no list has it any more.
    private func hidden(_ registration: RegisteredIdentifier) throws(CatalogueError) -> MintingOrder? {
        switch registration.state {
        case .findable, .registered: .hide(try handle(registration.pid))
        case nil, .absent, .draft: nil
        }
    }

    private func handle(_ pid: String) throws(CatalogueError) -> Handle {
        do { return try Handle(pid) } catch {
            throw CatalogueError(.badRequest, "Not an identifier that can be registered", at: pid, cause: error)
        }
    }

    private func order(_ record: DataCiteRecord, at pid: String, isHidden: Bool) throws(CatalogueError) -> MintingOrder {
        do throws(MintingError) {
            return isHidden
                ? try .hide(record, at: rules.page(of: pid)) : try .publish(record, at: rules.page(of: pid))
        } catch {
            throw CatalogueError(
                .badRequest, error.what, at: pid, got: error.got ?? error.cause.map { "\($0)" }, expected: error.expected,
                remedy: error.remedy, cause: error)
        }
    }

    /// What a registry ought to know of a session or a run now; nil: nothing.
    ///
    /// | state | session | run, if somebody asked for it |
    /// |---|---|---|
    /// | collecting | a draft: its owner alone knows of it | nothing |
    /// | embargoed, held, open, purged | findable, with dates and rights of this moment | as the session |
    /// | withdrawn | hidden, its record a tombstone | as the session |
    /// | paid for | nothing | nothing; hidden where it was told before its proposal was known |
    ///
    /// - Throws: `badRequest` where a record cannot be made: something mandatory is missing, or the identifier is no DOI.
    public func registryDuty(_ subject: Subject) async throws(CatalogueError) -> MintingOrder? {
        let care: RecordUnderCare
        let pid: String
        var asked: RegisteredIdentifier?
        switch subject {
        case .session(let session):
            guard let own = session.pid else { return nil }
            pid = "\(own)"
            care = try await record(of: .session(session.name))
        case .run(let run):
            pid = "\(run)"
            asked = try await store.registration(of: run, scope: .everything(tenant: rules.tenant))
            guard asked != nil else { return nil }
            care = try await record(of: store.clockOwner(of: run, tenant: rules.tenant))
        }
        let status = care.record.status(at: try await time.now().now)
        // By the clock and by the proposal: what is one of them is never told.
        guard status.readers.bytes != .payer, care.proposal?.kind != .proprietary else {
            guard let asked else { return nil }
            return try hidden(asked)
        }
        let handle = try handle(pid)
        guard status.readers.shortRecord == .everyone else {
            if case .session = subject { return .draft(handle) }
            return nil
        }
        let all = ReaderScope.everything(tenant: rules.tenant)
        let record: DataCiteRecord
        switch subject {
        case .session(let session): record = try await dataCiteRecord(of: session, scope: all)
        case .run(let run): record = try await dataCiteRecord(of: run, scope: all)
        }
        if case .withdrawn = status.state { return try order(record, at: pid, isHidden: true) }
        return try order(record, at: pid, isHidden: false)
    }
}

extension MintingOrder {
    /// As the catalogue remembers it.
    func remembered(from state: RegistryWord?) -> RegistryWord {
        let before = state.flatMap { RegistryState(rawValue: $0.rawValue) } ?? .absent
        return RegistryWord(rawValue: outcome(from: before).rawValue) ?? .absent
    }
}
