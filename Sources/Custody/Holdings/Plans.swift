import RunCatalogue

extension Custodian {
    /// Brings a data management plan into the catalogue, linked to its proposal: for the team and the facility, as all that it says.
    /// - Throws: `notFound` for a proposal that is not there, in the same words for one in which the actor has no part.
    public func importPlan(
        _ document: PlanDocument, proposal: String, by actor: Actor
    ) async throws(CatalogueError) -> ImportOutcome {
        let plan = ManagementPlan(
            proposal: proposal, identifier: document.identifier, modified: document.modified, document: document.text)
        return try await store.put(plan, scope: scope(ofActor: actor), by: acting(actor))
    }
}
