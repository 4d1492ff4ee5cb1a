import Custody
import DataCite
import JSON

/// A record in the words of schema.org, as search engines for data read them
/// (https://developers.google.com/search/docs/appearance/structured-data/dataset).
struct SchemaOrg {
    let json: JSONValue

    init(_ page: RecordPage) {
        let record = page.record
        var object: JSONObject = [:]
        object["@context"] = "https://schema.org/"
        object["@type"] = .string(Self.type(page.kind))
        object["@id"] = .string(page.resolver)
        object["identifier"] = [
            "@type": "PropertyValue", "propertyID": "https://registry.identifiers.org/registry/doi",
            "value": .string("doi:\(record.doi)"),
            "url": .string(page.resolver),
        ]
        object["url"] = .string(page.address)
        object["name"] = .string(page.title)
        object["description"] = .string(Self.description(page))
        object["creator"] = .array(record.creators.map(Self.agent))
        let publisher: JSONValue = [
            "@type": "Organization", "name": .string(record.publisher.name),
            "@id": record.publisher.publisherIdentifier.map(JSONValue.string) ?? .null,
        ]
        object["publisher"] = publisher.withoutNulls
        object["inLanguage"] = .string(record.language ?? "en")
        if let opens = page.access.opens { object["datePublished"] = .string(opens) }
        if let collected = record.dates.first(where: { $0.dateType == .collected }) {
            object["temporalCoverage"] = .string(collected.date)
        }
        let words = record.subjects.map { JSONValue.string($0.subject) }
        if !words.isEmpty { object["keywords"] = .array(words) }
        if let licence = record.rightsList.first(where: { $0.rightsIdentifierScheme == "SPDX" })?.rightsUri {
            object["license"] = .string(licence)
        }
        if page.access.state != .notData {
            object["isAccessibleForFree"] = .bool(page.access.state == .open)
            object["conditionsOfAccess"] = .string(
                page.access.state == .embargoed && page.access.opens != nil
                    ? "\(page.access.words), open from \(page.access.opens ?? "")" : page.access.words)
        }
        let relations = [("isPartOf", RelationType.isPartOf), ("hasPart", .hasPart), ("isBasedOn", .isDerivedFrom)]
        for (name, relation) in relations {
            let others = record.relatedIdentifiers.filter {
                $0.relationType == relation && $0.relatedIdentifierType == "DOI" && $0.resourceTypeGeneral != .physicalObject
            }
            if !others.isEmpty {
                object[name] = .array(
                    others.map { ["@type": "Dataset", "@id": .string(page.cited.address(of: $0.relatedIdentifier))] })
            }
        }
        if !page.distribution.isEmpty { object["distribution"] = .array(page.distribution) }
        json = .object(object)
    }

    private static func type(_ kind: PublicRecord.Kind) -> String {
        switch kind {
        case .run, .session, .collection: "Dataset"
        case .sample, .instrument: "Thing"
        }
    }

    /// At least fifty characters: shorter ones are refused by those who read it.
    private static func description(_ page: RecordPage) -> String {
        let record = page.record
        if let abstract = record.descriptions.first(where: { $0.descriptionType == .abstract })?.description, abstract.count >= 50
        {
            return abstract
        }
        let place = [page.beamline, record.publisher.name].compactMap(\.self).joined(separator: ", ")
        let collected = record.dates.first { $0.dateType == .collected }.map { " Collected \($0.date)." } ?? ""
        return "\(record.types.resourceType): \(page.title). Recorded and kept at \(place).\(collected)"
    }

    private static func agent(_ party: DataCiteRecord.Party) -> JSONValue {
        let identifier = party.nameIdentifiers.first.map { JSONValue.string($0.nameIdentifier) } ?? .null
        guard party.kind == .personal else {
            let agent: JSONValue = ["@type": "Organization", "@id": identifier, "name": .string(party.name)]
            return agent.withoutNulls
        }
        let homes = party.affiliations.map { affiliation -> JSONValue in
            let home: JSONValue = [
                "@type": "Organization", "@id": affiliation.affiliationIdentifier.map(JSONValue.string) ?? .null,
                "name": .string(affiliation.name),
            ]
            return home.withoutNulls
        }
        let agent: JSONValue = [
            "@type": "Person", "@id": identifier,
            "name": .string(party.spokenName),
            "givenName": party.givenName.map(JSONValue.string) ?? .null,
            "familyName": party.familyName.map(JSONValue.string) ?? .null,
            "affiliation": homes.isEmpty ? .null : .array(homes),
        ]
        return agent.withoutNulls
    }
}

extension JSONValue {
    /// An object without its empty members.
    fileprivate var withoutNulls: JSONValue {
        guard let object else { return self }
        var kept: JSONObject = [:]
        for member in object.members where member.value != .null { kept[member.key] = member.value }
        return .object(kept)
    }
}
