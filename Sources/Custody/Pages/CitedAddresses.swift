import DataCite
import Identifiers
import RunCatalogue

/// Under which address the world is sent to a thing that has an identifier: by the resolver of DOIs where that knows of it, else to its page here.
///
/// A run's identifier is drawn when it is armed, and most are registered nowhere: who followed `https://doi.org/…` would find nothing. The one place
/// that decides it, for pages, citations, crates and what is harvested.
public struct CitedAddresses: Sendable {
    private let rules: FacilityRules
    private let registered: Set<String>

    init(_ rules: FacilityRules, registered: Set<String>) { (self.rules, self.registered) = (rules, registered) }

    /// What is not of this facility's prefix was registered by whoever gave it.
    public func isResolved(_ doi: String) -> Bool {
        !doi.lowercased().hasPrefix(rules.prefix.lowercased() + "/") || registered.contains(doi.lowercased())
    }

    public func address(of doi: String) -> String {
        guard isResolved(doi) else { return rules.page(of: doi) }
        return (try? DOI(doi))?.address ?? "https://doi.org/\(doi)"
    }

    /// nil where a citation names the DOI, whose address follows from it.
    public func page(of record: DataCiteRecord) -> String? {
        isResolved("\(record.doi)") ? nil : rules.page(of: "\(record.doi)")
    }
}

extension Custodian {
    /// For these records, and what they are related to.
    public func citedAddresses(for records: some Sequence<DataCiteRecord>) async throws(CatalogueError) -> CitedAddresses {
        var own: Set<String> = []
        for record in records {
            own.insert("\(record.doi)")
            for related in record.relatedIdentifiers where related.relatedIdentifierType == "DOI" {
                own.insert(related.relatedIdentifier)
            }
        }
        let prefix = rules.prefix.lowercased() + "/"
        own = Set(own.map { $0.lowercased() }.filter { $0.hasPrefix(prefix) })
        guard !own.isEmpty else { return CitedAddresses(rules, registered: []) }
        return CitedAddresses(rules, registered: try await store.registered(among: own, tenant: tenant))
    }
}
