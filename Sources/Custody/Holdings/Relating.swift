import Identifiers
import RunCatalogue

extension Custodian {
    /// Says how a run stands to another one that it replaces, to a copy elsewhere, to an article. Told to everyone once the run is open; a registry
    /// that knows of either run is told again.
    ///
    /// Of two runs the actor has a part in both: the other one's record says it too.
    /// - Throws: `notFound`, `forbidden` for who has no part; `badRequest` for a run that would replace itself.
    public func relate(
        _ pid: RunIdentifier, _ draft: RelationDraft, by actor: Actor
    ) async throws(CatalogueError) -> StatedRelation {
        let scope = try await requirePart(in: pid, actor, "Stating relations")
        if let other = draft.run { _ = try await requirePart(in: other, actor, "Stating relations") }
        return try await store.relate(
            pid, draft, scope: scope, by: acting(actor), outbox: messages(about: [pid, draft.run].compactMap(\.self)))
    }

    /// Takes a relation back, which is an event too.
    public func removeRelation(_ number: Int64, of pid: RunIdentifier, by actor: Actor) async throws(CatalogueError) {
        let scope = try await requirePart(in: pid, actor, "Stating relations")
        let known = try await store.statedRelations(of: pid, scope: scope).own.first { $0.number == number }
        try await store.removeRelation(
            number, of: pid, scope: scope, by: acting(actor), outbox: messages(about: [pid, known?.draft.run].compactMap(\.self)))
    }

    /// For each of these that a registry was to know of.
    private func messages(about runs: [RunIdentifier]) async throws(CatalogueError) -> [OutboxDraft] {
        var messages: [OutboxDraft] = []
        for run in runs where try await isToldOutside(run) {
            messages.append(try OutsideMessage.record(pid: "\(run)", alone: true).draft)
        }
        return messages
    }
}
