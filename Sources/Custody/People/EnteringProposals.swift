import Diagnostics
import RunCatalogue

extension Custodian {
    /// Enters a proposal of a group, for ingestors of it and the facility: where no user office hands documents over.
    ///
    /// Only the facility changes one that is there: who may read follows from it. The team's runs that name it are brought under it.
    /// - Throws: `forbidden`; `exists` for another proposal of this name, told alike to everyone who may not know of that one.
    public func enterProposal(_ proposal: ProposalDescription, by actor: Actor) async throws(CatalogueError) -> ImportOutcome {
        let outcome = try await enter(proposal, by: actor)
        _ = try await bringRuns(under: proposal, by: actor)
        return outcome
    }

    private func enter(_ proposal: ProposalDescription, by actor: Actor) async throws(CatalogueError) -> ImportOutcome {
        try requireFacility(actor, "Entering proposals", ingestorOf: proposal.team)
        guard !Account.reservedGroups.contains(proposal.team.lowercased()) else {
            throw CatalogueError(.badRequest, "No group is called so", at: "'\(proposal.team)'", expected: "a team's name")
        }
        if let known = try await self.proposal(proposal.name) {
            let isSame =
                known.team == proposal.team && known.title == proposal.title && known.abstract == proposal.abstract
                && known.kind == proposal.kind
                && proposal.persons.allSatisfy { said in known.persons.contains { $0.isMeant(by: said) } }
                && (proposal.stated ?? StatedFacts()).texts.allSatisfy { (known.stated?[$0.key] ?? $0.value) == $0.value }
            guard isSame else {
                throw CatalogueError(
                    .exists, "There is another proposal of this name", at: "'\(proposal.name.prefix(80).printable)'",
                    remedy: "The facility changes it: faisceau proposal import")
            }
            // What was not kept of it when it was entered is taken from who says it again.
            let facts = (proposal.stated ?? StatedFacts()).texts.merging(known.stated?.texts ?? [:]) { $1 }
            guard facts != (known.stated?.texts ?? [:]) else { return .unchanged }
            var filled = known
            filled.stated = StatedFacts(facts)
            return try await store.put(filled, by: deed(of: actor), tenant: tenant)
        }
        return try await store.put(proposal, by: deed(of: actor), tenant: tenant)
    }

    /// Calls a proposal otherwise, or says another thing of what it is about; nil: as it is. For the facility.
    /// - Parameter stated: each in place of what the proposal has of its field.
    /// - Throws: `forbidden`; `notFound`.
    public func changeProposal(
        _ name: String, title: String?, abstract: String?, stated: StatedFacts = StatedFacts(), by actor: Actor
    ) async throws(CatalogueError) {
        try requireFacility(actor, "Changing proposals")
        var proposal = try await store.proposal(name, tenant: tenant)
        if let title { proposal.title = title }
        if let abstract { proposal.abstract = abstract }
        if !stated.isEmpty {
            proposal.stated = StatedFacts((proposal.stated ?? StatedFacts()).texts.merging(stated.texts) { $1 })
        }
        _ = try await store.put(proposal, by: deed(of: actor), tenant: tenant)
    }
}

extension TeamPerson {
    /// Whether somebody who says less of a person means this one, in this role.
    fileprivate func isMeant(by said: TeamPerson) -> Bool {
        role == said.role && person.familyName == said.person.familyName
            && (said.person.givenName == nil || said.person.givenName == person.givenName)
            && (said.person.email == nil || said.person.email == person.email)
    }
}
