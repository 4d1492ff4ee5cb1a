import ConfigurationText
import DataCite
import Diagnostics
import Identifiers
import RunCatalogue

/// What an instrument is related to, from PIDINST's property to DataCite's.
enum InstrumentRelations {
    /// PIDINST 1.0, property 12.2.
    static let relations: [RelationType] = [
        .isDescribedBy, .isNewVersionOf, .isPreviousVersionOf, .hasPart, .isPartOf, .references, .hasMetadata, .isIdenticalTo,
    ]
    static let types = ["DOI", "Handle", "URL"]

    static func read(_ top: YAMLSection) throws -> [InstrumentRecord.Relation] {
        var list: [InstrumentRecord.Relation] = []
        for section in try top.sections(
            "RelatedIdentifier",
            keys: ["relatedIdentifier", "relatedIdentifierType", "relationType", "relatedIdentifierName"])
        {
            let text = try InstrumentDocument.needed("relatedIdentifier", section)
            guard let type = try section.word("relatedIdentifierType", types),
                let relation = try section.word("relationType", relations.map(\.rawValue))
            else {
                throw section.refused(
                    "relationType", "A related identifier needs its type and its relation", got: "not both",
                    expected: "\(types.joined(separator: ", ")); \(relations.map(\.rawValue).joined(separator: ", "))")
            }
            let made = InstrumentRecord.Relation(identifier: text, identifierType: type, relation: relation)
            _ = try section.checked("relatedIdentifier") { _ in try target(made) }
            list.append(made)
        }
        return list
    }

    static func target(
        _ relation: InstrumentRecord.Relation
    ) throws(IdentifierError) -> DataCiteRecord.RelatedIdentifier.Target {
        switch relation.identifierType {
        case "DOI": return .doi(try DOI(relation.identifier))
        case "Handle": return .handle(try Handle(relation.identifier))
        case "URL" where relation.identifier.hasPrefix("https://") || relation.identifier.hasPrefix("http://"):
            return .url(relation.identifier)
        default:
            throw IdentifierError(
                .malformed, "Not an identifier of its type", got: "'\(relation.identifier.prefix(80))'",
                expected: types.joined(separator: ", "))
        }
    }

    /// One that the catalogue stored: a DOI, else a Handle.
    static func target(of pid: String) throws(IdentifierError) -> DataCiteRecord.RelatedIdentifier.Target {
        if let doi = try? DOI(pid) { return .doi(doi) }
        return .handle(try Handle(pid))
    }

    /// Without the address before it.
    static func bare(_ text: String) throws(IdentifierError) -> String {
        if let doi = try? DOI(text) { return doi.description }
        return try Handle(text).description
    }
}
