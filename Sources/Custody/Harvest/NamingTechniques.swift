import DataCite
import Diagnostics
import RunCatalogue

extension Custodian {
    /// Writes beside the techniques' names what they mean elsewhere, as the facility's file says it now.
    func nameTechniques() async throws(CatalogueError) {
        let changed = try await store.techniques(tenant: tenant).compactMap { known -> (name: String, term: String?)? in
            let term = rules.techniques.technique(named: known.name)?.term
            return term == known.term ? nil : (known.name, term)
        }
        if !changed.isEmpty { try await store.setTerms(changed, tenant: tenant) }
    }

    /// A question about a technique by a name, a label or a term of it finds the runs that call it by any other.
    public func understood(_ filter: RunFilter) async throws(CatalogueError) -> RunFilter {
        guard let asked = filter.technique, let technique = rules.techniques.technique(named: asked) else { return filter }
        var filter = filter
        filter.otherNames = Set(
            try await store.techniques(tenant: tenant).map(\.name).filter {
                $0 != asked && rules.techniques.technique(named: $0)?.term == technique.term
            })
        return filter
    }
}
