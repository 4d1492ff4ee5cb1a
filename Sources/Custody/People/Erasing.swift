import Diagnostics
import RunCatalogue

extension Custodian {
    /// Who would be erased.
    /// - Throws: `forbidden` before anybody is looked for: only the facility learns whether somebody is known.
    public func persons(_ question: PersonQuestion, by actor: Actor) async throws(CatalogueError) -> [KnownPerson] {
        try requireFacility(actor, "Erasing a person")
        return try await store.persons(question, tenant: tenant)
    }

    /// Takes names, addresses and ORCIDs of persons away, for good: what they did stays, under a number. Their accounts are closed, and lose their
    /// names.
    ///
    /// Registries named them as creators: those records are told again, without them.
    /// - Returns: how many public records are told again.
    @discardableResult
    public func erase(persons numbers: [Int64], by actor: Actor) async throws(CatalogueError) -> Int {
        try requireFacility(actor, "Erasing a person")
        var outbox: [OutboxDraft] = []
        for pid in try await store.recordsNaming(persons: numbers, tenant: tenant) {
            outbox.append(try OutsideMessage.record(pid: pid).draft)
        }
        try await store.erase(persons: numbers, by: deed(of: actor), outbox: outbox, tenant: tenant)
        return outbox.count
    }
}
