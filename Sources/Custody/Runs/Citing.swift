import DataCite
import Diagnostics
import Identifiers
import RunCatalogue

extension Custodian {
    /// Enters works that a registry knows to cite a run, a session or a selection, beside those that people have stated.
    ///
    /// Told to everyone once all of it is open; a registry that knows of it is told again then, or now.
    /// - Returns: those that were not known.
    public func enter(citations: [DOI], of thing: CitedThing) async throws(CatalogueError) -> [DOI] {
        let message = try OutsideMessage.record(pid: "\(thing.pid)", alone: true).draft
        return try await store.enter(
            citations: citations, of: thing, by: deed(of: .system), outbox: [message], tenant: tenant)
    }

    /// The same of a run. A work of which somebody has said that the run is a supplement to it is known.
    public func enter(citations: [DOI], of pid: RunIdentifier) async throws(CatalogueError) -> [DOI] {
        let own = try await store.statedRelations(of: pid, scope: .everything(tenant: tenant)).own.map(\.draft)
        var known = Set(own.filter { $0.word == .isCitedBy || $0.word == .isSupplementTo }.map { $0.target.lowercased() })
        var new: [DOI] = []
        for work in citations where known.count < CitedThing.mostWorks && known.insert(work.description.lowercased()).inserted {
            _ = try await relate(pid, RelationDraft(.isCitedBy, work.description), by: .system)
            new.append(work)
        }
        return new
    }
}

extension FullDescription {
    /// Source: DataCite metadata schema 4.5, property 12 (https://doi.org/10.14454/g8e5-6293).
    func cited(by works: [DOI]) -> FullDescription {
        var cited = self
        cited.related += works.map { .init(.isCitedBy, .doi($0), .journalArticle) }
        return cited
    }
}
