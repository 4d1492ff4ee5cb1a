import Diagnostics
import Identifiers
import RunCatalogue
import RunModel

extension SealedRun {
    /// A derived run belongs to the session of its inputs, and opens with them; a recorded one to what its run.json says.
    ///
    /// - Throws: `badRequest` for inputs of several sessions: such a result would have to open with the latest of them, and move with each.
    func placed(by custodian: Custodian, _ notes: inout [String]) async throws(CatalogueError) -> SealedRun {
        guard let derivation = summary.derivation else { return self }
        var origins = Set<RunOrigin>()
        for input in derivation.inputs {
            guard let pid = input.pid else {
                notes.append("input '\(input.path)' has no identifier: the result does not open with it")
                continue
            }
            do {
                let origin = try await custodian.store.run(pid, scope: .everything(tenant: custodian.tenant)).origin
                origins.insert(
                    RunOrigin(instrument: origin.instrument, proposal: origin.proposal, session: origin.session))
                if case .run = try await custodian.store.clockOwner(of: pid, tenant: custodian.tenant) {
                    notes.append("input \(pid) has clocks of its own: the result is counted from its own end")
                }
            } catch {
                guard error.code == .notFound else { throw error }
                notes.append("input \(pid) is not in the catalogue: the result does not open with it")
            }
        }
        guard origins.count <= 1 else {
            throw CatalogueError(
                .badRequest, "A result of several sessions cannot be handed over yet", at: "\(summary.pid)",
                // Whose they are is not told: who hands over may know nothing of them.
                got: "inputs of \(origins.count) sessions",
                expected: "inputs of one session", remedy: "Reduce the sessions one by one")
        }
        guard let origin = origins.first else { return self }
        var placed = self
        placed.proposal = origin.proposal
        placed.session = origin.session
        placed.instrument = placed.instrument ?? origin.instrument
        return placed
    }
}
