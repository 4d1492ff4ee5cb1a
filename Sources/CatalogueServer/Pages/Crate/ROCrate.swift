import Custody
import DataCite
import JSON
import RunCatalogue

/// A record as an RO-Crate 1.2 (https://w3id.org/ro/crate/1.2) that is detached: it describes, and what it describes is found at addresses.
///
/// It is made of the record that everyone may read; files are added for whom they are not hidden from.
struct ROCrate {
    static let name = "ro-crate-metadata.json"
    static let profile = "https://w3id.org/ro/crate"
    private static let version = "https://w3id.org/ro/crate/1.2"
    /// Runs of a session or a collection, and other things beside the record, that are named one by one.
    private static let mostRelated = 1000

    let json: JSONValue

    init(_ page: RecordPage, _ files: CrateFiles?) {
        var entities = CrateEntities()
        let root = page.address
        let (record, access) = (page.record, page.access)
        _ = entities.add(
            Self.name, "CreativeWork",
            ["about": CrateEntities.reference(root), "conformsTo": CrateEntities.reference(Self.version)])
        var others = CrateEntities()
        let publisher = others.add(
            record.publisher.publisherIdentifier ?? "#publisher", "Organization",
            ["name": .string(record.publisher.name), "url": record.publisher.publisherIdentifier.map { .string($0) }])
        let authors = record.creators.enumerated().map { Self.agent($1, "#creator-\($0 + 1)", &others) }
        var parts = Self.related(page, .hasPart, "Dataset", &others)
        if let files { parts += Self.parts(files, &others) }
        let archive = files.flatMap { files in
            files.run.hasBytes
                ? others.add(
                    files.addresses.archive(of: files.run.pid), "DataDownload",
                    [
                        "name": "All files in one archive", "encodingFormat": "application/x-tar",
                        "contentUrl": .string(files.addresses.archive(of: files.run.pid)),
                    ]) : nil
        }
        let mentions =
            Self.related(page, .isCollectedBy, "IndividualProduct", &others)
            + Self.related(page, .isDerivedFrom, "Thing", &others) { $0 != .dataset }
            + Self.related(page, .references, "Thing", &others) + Self.related(page, .isDocumentedBy, "CreativeWork", &others)
            + Self.related(page, .isSourceOf, "Dataset", &others)
        let sources = Self.related(page, .isDerivedFrom, "Dataset", &others) { $0 == .dataset }
        let identifier = others.add(
            "#identifier", "PropertyValue",
            [
                "name": .string("\(record.doi)"), "propertyID": "https://registry.identifiers.org/registry/doi",
                "value": .string("doi:\(record.doi)"), "url": .string(page.resolver),
            ])
        var told: [(String, JSONValue?)] = [
            ("name", .string(page.title)), ("description", .string(Self.description(page))),
            ("datePublished", .string(Self.published(record, access))), ("license", Self.licence(record, &others)),
            ("identifier", identifier), ("url", .string(root)), ("author", .array(authors)),
            ("publisher", publisher), ("inLanguage", .string(record.language ?? "en")),
            ("temporalCoverage", record.dates.first { $0.dateType == .collected }.map { .string($0.date) }),
            ("keywords", record.subjects.isEmpty ? nil : JSONValue(record.subjects.map(\.subject))),
            ("version", record.version.map { .string($0) }),
        ]
        if access.state != .notData {
            told.append(("isAccessibleForFree", .bool(access.state == .open)))
            told.append(("conditionsOfAccess", .string(Self.conditions(access))))
        }
        told += [
            ("isPartOf", .array(Self.related(page, .isPartOf, "Collection", &others))),
            ("isBasedOn", .array(sources)), ("mentions", .array(mentions)), ("hasPart", .array(parts)), ("distribution", archive),
        ]
        var object: JSONObject = ["@id": .string(root), "@type": "Dataset"]
        for (key, value) in told {
            guard let value, !value.isEmpty else { continue }
            object[key] = value.withoutList
        }
        json = [
            "@context": .string(Self.version + "/context"),
            "@graph": .array(entities.list + [.object(object)] + others.list),
        ]
    }

    private static func conditions(_ access: PublicAccess) -> String {
        access.state == .embargoed && access.opens != nil ? "\(access.words), open from \(access.opens ?? "")" : access.words
    }

    /// The first open day, also while it lies ahead. Where none is promised: of what ended, when it did; else when the record was made.
    private static func published(_ record: DataCiteRecord, _ access: PublicAccess) -> String {
        let day = access.opens ?? access.endedOn
        let known = [DateType.created, .updated, .collected].lazy.compactMap { type in
            record.dates.first { $0.dateType == type }?.date
        }
        return day ?? known.first.map { String($0.prefix(10)) } ?? "\(record.publicationYear)-01-01"
    }

    private static func description(_ page: RecordPage) -> String {
        let told = page.record.descriptions.map(\.description)
        guard told.isEmpty else { return told.joined(separator: "\n\n") }
        let place = [page.beamline, page.record.publisher.name].compactMap(\.self).joined(separator: ", ")
        return "\(page.record.types.resourceType): \(page.title). Recorded and kept at \(place)."
    }

    /// A crate has one; that of what was withdrawn says that there is none.
    private static func licence(_ record: DataCiteRecord, _ entities: inout CrateEntities) -> JSONValue {
        guard let licence = record.rightsList.first(where: { $0.rightsIdentifierScheme == "SPDX" }),
            let address = licence.rightsUri
        else {
            return entities.add(
                "#no-licence", "CreativeWork",
                ["name": "No licence", "description": "What this record is about is offered under no licence."])
        }
        return entities.add(
            address, "CreativeWork",
            [
                "name": .string(licence.rights), "identifier": licence.rightsIdentifier.map { .string($0.uppercased()) },
                "description": .string("The data are open under this licence from the day on that the record names."),
            ])
    }

    private static func agent(
        _ party: DataCiteRecord.Party, _ fallback: String, _ entities: inout CrateEntities
    ) -> JSONValue {
        let identifier = party.nameIdentifiers.first?.nameIdentifier ?? fallback
        guard party.kind == .personal else {
            return entities.add(identifier, "Organization", ["name": .string(party.name)])
        }
        let homes = party.affiliations.enumerated().map { index, home in
            entities.add(
                home.affiliationIdentifier ?? "\(fallback)-affiliation-\(index + 1)", "Organization", ["name": .string(home.name)]
            )
        }
        return entities.add(
            identifier, "Person",
            [
                "name": .string(party.spokenName),
                "givenName": party.givenName.map { .string($0) }, "familyName": party.familyName.map { .string($0) },
                "affiliation": .array(homes),
            ])
    }

    private static func related(
        _ page: RecordPage, _ relation: RelationType, _ type: JSONValue, _ entities: inout CrateEntities,
        where isMeant: (ResourceKind?) -> Bool = { _ in true }
    ) -> [JSONValue] {
        page.record.relatedIdentifiers.filter { $0.relationType == relation && isMeant($0.resourceTypeGeneral) }.prefix(
            mostRelated
        )
        .compactMap { one in
            let address: String
            switch one.relatedIdentifierType {
            case "DOI": address = page.cited.address(of: one.relatedIdentifier)
            case "Handle": address = "https://hdl.handle.net/\(one.relatedIdentifier)"
            case "URL": address = one.relatedIdentifier
            default: return nil
            }
            // What is no address names nothing in a graph.
            guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && ![0x22, 0x3C, 0x3E, 0x5C].contains($0) }) else {
                return nil
            }
            return entities.add(address, type, ["name": .string(one.relatedIdentifier)])
        }
    }

    private static func parts(_ files: CrateFiles, _ entities: inout CrateEntities) -> [JSONValue] {
        let run = files.run
        var parts = files.listed.enumerated().map { index, file in
            // What is served nowhere has a name, and no address.
            let identifier = run.hasBytes ? files.addresses.file(file.path, of: run.pid) : "#file-\(index + 1)"
            return entities.add(
                identifier, "File",
                [
                    "name": .string(file.path), "contentSize": .string("\(file.bytes)"),
                    "encodingFormat": .string(FileDoor.mediaType(of: file.path)), "sha256": file.sha256.map { .string($0) },
                ])
        }
        if !files.isWhole {
            let address = files.addresses.metalink(of: run.pid)
            parts.append(
                entities.add(
                    run.hasBytes ? address : "#files", "File",
                    [
                        "name": .string("The list of all \(files.total) files: names, sizes, digests, addresses"),
                        "description": .string(
                            "Too many to be described here one by one; \(run.bytes) bytes together. Named above are the master files."
                        ),
                        "encodingFormat": .string(MetalinkStream.mediaType),
                    ]))
        }
        return parts
    }
}
