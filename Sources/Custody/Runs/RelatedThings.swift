import DataCite
import Identifiers
import RunCatalogue

extension RunRelations {
    /// In DataCite's words; a run whose identifier others cannot follow is not named.
    ///
    /// Source: DataCite metadata schema 4.5, property 12 (https://doi.org/10.14454/g8e5-6293).
    var related: [DataCiteRecord.RelatedIdentifier] {
        typealias Related = DataCiteRecord.RelatedIdentifier
        func own(_ relation: RelationType, _ pids: [some CustomStringConvertible], _ kind: ResourceKind) -> [Related] {
            pids.compactMap { pid in (try? InstrumentRelations.target(of: "\(pid)")).map { Related(relation, $0, kind) } }
        }
        return own(.isDerivedFrom, inputs, .dataset) + own(.isSourceOf, results, .dataset)
            + own(.isPartOf, collections, .collection)
            + plans.map { Related(.isDocumentedBy, .doi($0), .outputManagementPlan) }
            + software.map { program in
                switch program {
                case .doi(let doi): Related(.isCompiledBy, .doi(doi), .software)
                case .address(let address): Related(.isCompiledBy, .url(address), .software)
                }
            }
            + stated.compactMap(\.related)
    }
}

extension RunRelations.Stated {
    /// nil for a run whose identifier others cannot follow.
    fileprivate var related: DataCiteRecord.RelatedIdentifier? {
        guard let relation = RelationType(rawValue: word.rawValue) else { return nil }
        if word == .references { return (try? IGSN(target)).map { .init(relation, .igsn($0), .physicalObject) } }
        let kind: ResourceKind =
            switch word {
            case .isSupplementTo, .isCitedBy: .journalArticle
            default: .dataset
            }
        guard word.inverse == nil else {
            return (try? InstrumentRelations.target(of: target)).map { .init(relation, $0, kind) }
        }
        return (try? DOI(target)).map { .init(relation, .doi($0), kind) }
    }
}

extension FacilityRules {
    /// Where everyone reads what an open run's record does not hold, files and values of it among them; nil where the facility's file does not
    /// say where pages are.
    func metadata(of pid: String) -> DataCiteRecord.RelatedIdentifier? {
        guard pagesAreTold else { return nil }
        return .metadata(
            at: "\(page(of: pid))/ro-crate-metadata.json", scheme: "RO-Crate", schemeUri: "https://w3id.org/ro/crate/1.2")
    }
}
