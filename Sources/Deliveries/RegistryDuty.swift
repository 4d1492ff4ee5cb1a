import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import Minting
import RunCatalogue

extension Custodian {
    /// What a registry ought to know of a session or a run now; nil: nothing.
    ///
    /// | state | session | run, if somebody asked for it |
    /// |---|---|---|
    /// | collecting | a draft: its owner alone knows of it | nothing |
    /// | embargoed, held, open, purged | findable, with dates and rights of this moment | as the session |
    /// | withdrawn | hidden, its record a tombstone | as the session |
    /// | paid for | nothing | nothing |
    ///
    /// - Throws: `badRequest` where a record cannot be made: something mandatory is missing, or the identifier is no DOI.
    public func registryDuty(_ subject: Subject) async throws(CatalogueError) -> MintingOrder? {
        let care: RecordUnderCare
        let pid: String
        switch subject {
        case .session(let session):
            guard let own = session.pid else { return nil }
            pid = "\(own)"
            care = try await record(of: .session(session.name))
        case .run(let run):
            pid = "\(run)"
            guard try await store.registration(of: run, scope: .everything(tenant: rules.tenant)) != nil else { return nil }
            care = try await record(of: store.clockOwner(of: run, tenant: rules.tenant))
        }
        let status = care.record.status(at: try await time.now().now)
        // By the clock and by the proposal: what is one of them is never told.
        guard status.readers.bytes != .payer, care.proposal?.kind != .proprietary else { return nil }
        let handle: Handle
        do { handle = try Handle(pid) } catch {
            throw CatalogueError(.badRequest, "Not an identifier that can be registered", at: pid, cause: error)
        }
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
        do throws(MintingError) {
            if case .withdrawn = status.state { return try .hide(record, at: rules.page(of: pid)) }
            return try .publish(record, at: rules.page(of: pid))
        } catch {
            throw CatalogueError(
                .badRequest, error.what, at: pid, got: error.got ?? error.cause.map { "\($0)" }, expected: error.expected,
                remedy: error.remedy, cause: error)
        }
    }
}

extension MintingOrder {
    /// As the catalogue remembers it.
    func remembered(from state: RegistryWord?) -> RegistryWord {
        let before = state.flatMap { RegistryState(rawValue: $0.rawValue) } ?? .absent
        return RegistryWord(rawValue: outcome(from: before).rawValue) ?? .absent
    }
}
