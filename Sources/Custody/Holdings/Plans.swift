import RunCatalogue

extension Custodian {
    /// Brings a data management plan into the catalogue, linked to its proposal: for the team and the facility, as all that it says.
    /// - Throws: `notFound` for a proposal that is not there, in the same words for one in which the actor has no part.
    public func importPlan(
        _ document: PlanDocument, proposal: String, by actor: Actor
    ) async throws(CatalogueError) -> ImportOutcome {
        let plan = ManagementPlan(
            proposal: proposal, identifier: document.identifier, modified: document.modified, document: document.text)
        // The records of open runs name the plans of their proposal.
        let told = try await store.registeredRuns(telling: .plans(ofProposal: proposal), tenant: tenant, limit: 1_000_000)
        let outbox = try told.map { run throws(CatalogueError) in
            try OutsideMessage.record(pid: "\(run)", alone: true).draft
        }
        return try await store.put(plan, scope: scope(ofActor: actor), by: acting(actor), outbox: outbox)
    }
}
