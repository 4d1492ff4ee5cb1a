import Diagnostics
import Identifiers
import RunCatalogue

extension Custodian {
    /// As `relate(_:_:by:)`, of a thing as people name it: of a sample that was only looked at, its IGSN or its name.
    /// - Throws: as that; `notFound` for a sample of which the actor may not know, in the words for one that is not there.
    public func relate(
        _ pid: RunIdentifier, _ word: RelationWord, to target: String, by actor: Actor
    ) async throws(CatalogueError) -> StatedRelation {
        guard word == .references else { return try await relate(pid, RelationDraft(word, target), by: actor) }
        let scope = try await requirePart(in: pid, actor, "Stating relations")
        return try await state(pid, RelationDraft(word, sample(target, scope)), scope, by: actor)
    }

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
        if draft.word == .references { _ = try await sample(draft.target, scope) }
        return try await state(pid, draft, scope, by: actor)
    }

    private func state(
        _ pid: RunIdentifier, _ draft: RelationDraft, _ scope: ReaderScope, by actor: Actor
    ) async throws(CatalogueError) -> StatedRelation {
        try await store.relate(
            pid, draft, scope: scope, by: acting(actor), outbox: messages(about: [pid, draft.run].compactMap(\.self)))
    }

    /// Takes a relation back, which is an event too.
    public func removeRelation(_ number: Int64, of pid: RunIdentifier, by actor: Actor) async throws(CatalogueError) {
        let scope = try await requirePart(in: pid, actor, "Stating relations")
        let known = try await store.statedRelations(of: pid, scope: scope).own.first { $0.number == number }
        try await store.removeRelation(
            number, of: pid, scope: scope, by: acting(actor), outbox: messages(about: [pid, known?.draft.run].compactMap(\.self)))
    }

    /// The IGSN of a sample that the catalogue has and this reader may know of, or of one elsewhere.
    ///
    /// An IGSN looks like any DOI, so of a DOI that the catalogue does not know nobody here can say that it is a sample's: one that is kept
    /// elsewhere is written as an IGSN. Below our own prefix are our own samples.
    private func sample(_ text: String, _ scope: ReaderScope) async throws(CatalogueError) -> String {
        let written = text.lowercased()
        let isWrittenAsIGSN = ["igsn:", "https://igsn.org/", "http://igsn.org/"].contains(where: written.hasPrefix)
        let igsn = isWrittenAsIGSN || text.contains("/") ? (try? IGSN(text)) : nil
        do {
            switch try await store.sample(igsn?.description ?? text, scope: scope) {
            case .all(let sample): return sample.igsn
            case .identifierOnly(let known): return known
            }
        } catch {
            guard error.code == .notFound else { throw error }
            if let igsn, isWrittenAsIGSN || igsn.doi == nil, igsn.doi?.prefix != rules.prefix { return igsn.description }
            throw CatalogueError(
                .notFound, error.what, at: error.place, expected: "the IGSN of a sample, or its name in the catalogue",
                remedy: "An IGSN that is registered elsewhere is written as such: igsn:10.58052/IESAB0001")
        }
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
