import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import Minting
import RunCatalogue

extension Custodian {
    /// What a registry ought to hold of every session, and of every run and selection that somebody asked for, to be compared with what it says.
    ///
    /// What was paid for is left out: a question would tell of it.
    /// - Parameter progress: how many were looked at.
    public func registryHoldings(
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> (holdings: [DriftReport.Holding], refused: [(pid: String, error: CatalogueError)]) {
        let subjects = try await registrables()
        var holdings: [DriftReport.Holding] = []
        var refused: [(String, CatalogueError)] = []
        for (number, subject) in subjects.enumerated() {
            do {
                if let order = try await registryDuty(subject) { holdings.append(try await holding(order, subject)) }
            } catch {
                guard error.code == .badRequest else { throw error }
                refused.append((subject.description, error))
            }
            progress(number + 1)
        }
        return (holdings, refused)
    }

    /// All of which a registry may know.
    func registrables() async throws(CatalogueError) -> [Registrable] {
        var subjects: [Registrable] = try await store.sessions(
            tenant: rules.tenant, proposal: nil, onlyCollecting: false, limit: 100_000
        ).map { .subject(.session($0)) }
        subjects += try await store.registeredRuns(of: nil, tenant: rules.tenant, limit: 1_000_000).map { .subject(.run($0)) }
        subjects += try await store.registeredCollections(with: nil, tenant: rules.tenant, limit: 1_000_000).map {
            .collection($0)
        }
        return subjects
    }

    private func holding(
        _ order: MintingOrder, _ subject: Registrable
    ) async throws(CatalogueError) -> DriftReport.Holding {
        switch order.deed {
        case .draft: return DriftReport.Holding(pid: order.pid, state: .draft)
        case .publish(let record, let address), .update(let record, let address):
            return DriftReport.Holding(
                pid: order.pid, state: .findable, address: address, digests: AttributeDigests(record))
        case .hide(let record, let address):
            // Only what was findable is hidden: what never was stays what it is.
            let told = try await registration(of: subject)?.state
            let state = RegistryState(rawValue: order.remembered(from: told).rawValue) ?? .absent
            return DriftReport.Holding(
                pid: order.pid, state: state, address: state == .absent ? nil : address,
                digests: state == .absent ? nil : record.map(AttributeDigests.init))
        }
    }

    /// Has the registry told again of what differs.
    /// - Returns: how many messages were written.
    public func tellAgain(_ report: DriftReport) async throws(CatalogueError) -> Int {
        let pids = Set(report.differences.filter { $0.kind != .notCompared }.map(\.pid)).sorted()
        let now = try await time.now().now.secondsSince1970
        var drafts: [OutboxDraft] = []
        for pid in pids { drafts.append(try OutsideMessage.record(pid: pid).draft) }
        try await store.post(drafts, tenant: rules.tenant, at: now)
        return drafts.count
    }
}
