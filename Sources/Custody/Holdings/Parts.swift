import Diagnostics
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Who acts, by number, at a time that can be trusted.
    func acting(_ actor: Actor) async throws(CatalogueError) -> Deed {
        Deed(at: Timestamp(try await time.decisionTime()), person: actor.personNumber)
    }

    /// What somebody who acts reads.
    func scope(ofActor actor: Actor) async throws(CatalogueError) -> ReaderScope {
        switch actor {
        case .custodian, .system: try await scope(of: .custodian)
        case .account(let account): try await scope(of: .account(account))
        }
    }

    /// Who may change what stands beside a run: its team, the staff of its beamline, an ingestor of its team, curators and directors; and of
    /// these, who may read it.
    /// - Returns: the scope in which they do.
    /// - Throws: `notFound`, `forbidden` as for the run; `forbidden` for a reader who has no part in it.
    func requirePart(in pid: RunIdentifier, _ actor: Actor, _ what: String) async throws(CatalogueError) -> ReaderScope {
        let scope = try await scope(ofActor: actor)
        let run = try await store.run(pid, scope: scope)
        guard case .account(let account) = actor else { return scope }
        let proposal = try await proposal(run.origin.proposal)
        let roles = roles(
            of: actor, proposal: proposal, team: proposal?.team ?? run.origin.team, instrument: run.origin.instrument)
        let isIngestor = account.roles.contains(.ingestor) && run.origin.team.map(account.teams.contains) ?? false
        guard !account.isDisabled, !roles.isEmpty || isIngestor else {
            throw CatalogueError(
                .forbidden, "\(what) is for those who have a part in the run", at: "\(pid)", got: account.name,
                expected: "its team, staff of its beamline, or a curator")
        }
        return scope
    }

    /// Who may say where a run's bytes lie: the facility, and an ingestor of its team; and of these, who may read it.
    func requireKeeper(of pid: RunIdentifier, _ actor: Actor, _ what: String) async throws(CatalogueError) -> ReaderScope {
        let scope = try await scope(ofActor: actor)
        let run = try await store.run(pid, scope: scope)
        try requireFacility(actor, what, beamline: run.origin.instrument, ingestorOf: run.origin.team)
        return scope
    }
}
