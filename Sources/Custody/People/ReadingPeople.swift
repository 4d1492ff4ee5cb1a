import Diagnostics
import EmbargoClock
import RunCatalogue

extension Custodian {
    /// The proposals that somebody may know all of: one's own team's; all of them for curators, directors and the custodian.
    public func proposals(for reader: Reader) async throws(CatalogueError) -> [ProposalDescription] {
        let scope = try await scope(of: reader)
        let all = try await store.proposals(tenant: tenant, limit: 100_000)
        return all.filter { Self.mayKnow($0, scope) }
    }

    /// One of them.
    /// - Throws: `notFound`, in the same words for one that is not there.
    public func proposal(_ name: String, for reader: Reader) async throws(CatalogueError) -> ProposalDescription {
        let scope = try await scope(of: reader)
        guard let proposal = try await proposal(name), Self.mayKnow(proposal, scope) else {
            throw CatalogueError(.notFound, "The catalogue has no such proposal", at: "'\(name.prefix(80).printable)'")
        }
        return proposal
    }

    static func mayKnow(_ proposal: ProposalDescription, _ scope: ReaderScope) -> Bool {
        scope.readsEverything || scope.teams.contains(proposal.team) || scope.curates && proposal.kind != .proprietary
    }

    /// The sessions that somebody may know of, the latest first: by the short record, or as the team's, the beamline's, a curator's.
    public func sessions(
        for reader: Reader, proposal: String?, onlyCollecting: Bool
    ) async throws(CatalogueError) -> [(session: SessionRecord, status: EmbargoStatus)] {
        let scope = try await scope(of: reader)
        let now = try await time.now().now
        var visible: [(SessionRecord, EmbargoStatus)] = []
        for session in try await store.sessions(tenant: tenant, proposal: proposal, onlyCollecting: onlyCollecting, limit: 10_000)
        {
            let care = try await record(of: .session(session.name))
            if try await insight(into: care, scope) != .nothing { visible.append((session, care.record.status(at: now))) }
        }
        return visible
    }
}
