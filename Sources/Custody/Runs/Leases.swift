import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Where a run lies, with a lease on its bytes: while it lasts they are neither purged nor moved. Several jobs may hold one each.
    /// - Throws: `notFound`, `forbidden`; `gone` for bytes that were purged; `badRequest` for a run whose folder the catalogue does not know.
    public func lease(
        _ pid: RunIdentifier, scope: ReaderScope, holder: String, hours: Int
    ) async throws(CatalogueError) -> (folder: String, until: Timestamp) {
        guard (1...720).contains(hours) else {
            throw CatalogueError(.badRequest, "A lease lasts some hours", at: "\(pid)", got: "\(hours)", expected: "1 to 720")
        }
        let run = try await store.run(pid, scope: scope)
        guard let folder = run.folder else {
            throw CatalogueError(.badRequest, "The catalogue does not say where this run lies", at: "\(pid)")
        }
        let now = try await time.now().now.secondsSince1970
        let until = now + Int64(hours) * 3600
        try await store.takeLease(on: pid, holder: holder, now: now, until: until, tenant: tenant)
        return (folder, Timestamp(unixNanoseconds: until.multipliedReportingOverflow(by: 1_000_000_000).partialValue))
    }

    /// Gives a lease back. One that nobody holds is given back already.
    /// - Throws: `notFound`, `forbidden` as for the run.
    public func releaseLease(_ pid: RunIdentifier, scope: ReaderScope, holder: String) async throws(CatalogueError) {
        let run = try await store.run(pid, scope: scope)
        // Who may not take one ends nobody's: bytes that no job holds may be purged.
        guard run.folder != nil else {
            throw CatalogueError(.badRequest, "The catalogue does not say where this run lies", at: "\(pid)")
        }
        try await store.releaseLease(on: pid, holder: holder)
    }

    /// How many jobs hold the runs of a record.
    func leases(of owner: ClockOwner) async throws(CatalogueError) -> Int {
        let now = try await time.now().now.secondsSince1970
        var held = 0
        for pid in try await runs(of: owner) {
            held += try await store.leases(on: pid, now: now)
        }
        return held
    }

    /// The runs that go by these clocks.
    func runs(of owner: ClockOwner) async throws(CatalogueError) -> [RunIdentifier] {
        guard case .session(let name) = owner else {
            if case .run(let pid) = owner { return [pid] }
            return []
        }
        let filter = RunFilter(proposal: name.proposal, session: name.name)
        var pids: [RunIdentifier] = []
        var cursor: RunCursor?
        repeat {
            let page = try await store.page(
                filter, scope: .everything(tenant: tenant), after: cursor, limit: 1000, countLimit: 0)
            pids += page.runs.map(\.pid)
            cursor = page.next
        } while cursor != nil
        return pids
    }
}
