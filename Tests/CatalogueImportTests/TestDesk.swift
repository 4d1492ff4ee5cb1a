import CatalogueImport
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestStore
import TestSupport

/// A clock that stands.
struct StandingClock: ClockSource {
    let wall: Instant

    func reading() -> ClockReading {
        ClockReading(wall: wall, boot: "first", millisecondsSinceBoot: 1000, isSynchronised: true)
    }
}

/// A custodian of an invented facility in Paris, and a folder for dumps.
final class TestDesk: Sendable {
    let folder: TemporaryFolder
    let store: any CatalogueStore
    let custodian: Custodian
    static let tenant = "facility"

    init(at time: String = "2026-03-01T08:00:00Z", importsProposal: Bool = true) async throws {
        folder = try TemporaryFolder("scicat")
        store = try StoreUnderTest.open(at: folder.file("catalogue.sqlite").path)
        let rules = FacilityRules(
            tenant: Self.tenant, zone: try ZoneTable.zone("Europe/Paris"), policy: try EmbargoPolicy(version: "2026"))
        custodian = Custodian(store: store, rules: rules, clock: StandingClock(wall: try Instant(time)))
        if importsProposal { try await put("20250042", .public) }
    }

    func put(_ name: String, _ kind: ProposalDescription.Kind) async throws {
        _ = try await store.put(
            ProposalDescription(
                name: name, kind: kind, title: "Proteins in a droplet", team: "team-\(name)",
                persons: [
                    TeamPerson(
                        .principalInvestigator, Person(familyName: "Curie", givenName: "Irène", email: "irene@example.org"))
                ]), by: Deed(at: try Timestamp("2026-01-01T00:00:00Z")), tenant: Self.tenant)
    }

    /// Imports files of these texts.
    func take(
        _ files: [String: String], _ options: SciCatOptions = SciCatOptions(), by actor: Actor = .custodian
    ) async throws -> (summary: ImportSummary, records: [ImportedRecord]) {
        var paths: [String] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) { paths.append(try folder.write(text, to: name).path) }
        var records: [ImportedRecord] = []
        let summary = try await SciCatImport(custodian, by: actor, options).run(paths) { records.append($0) }
        return (summary, records)
    }

    func run(_ name: String) async throws -> RunRecord {
        let pid = try await store.run(named: name, scope: .everything(tenant: Self.tenant))
        guard let pid else { throw CatalogueError(.notFound, "No run of this name", at: name) }
        return try await store.run(pid, scope: .everything(tenant: Self.tenant))
    }

    func values(_ name: String) async throws -> [String: MetadataValue.Content] {
        let values = try await store.values(of: run(name).pid, scope: .everything(tenant: Self.tenant))
        return Dictionary(values.map { ($0.key, $0.content) }) { first, _ in first }
    }

    func files(_ name: String) async throws -> [RunFile] {
        try await store.files(of: run(name).pid, scope: .everything(tenant: Self.tenant), from: 0, limit: 100).files.map(\.file)
    }

    func isEmpty() async throws -> Bool {
        try await store.page(
            RunFilter(), scope: .everything(tenant: Self.tenant), after: nil, limit: 1, countLimit: 0
        ).runs.isEmpty
    }
}

/// Records in the field names of the real schema (SciCatProject/scicat-backend-next, src/*/schemas), of an invented facility.
enum Dump {
    static let pid = "20.500.12345/1f0a5a52-7d53-4b0e-9d9e-0b7e6a3c1d01"

    /// As version 4 writes it; `more` replaces or adds members, nil takes one away.
    static func dataset(_ pid: String = pid, _ more: [String: Any?] = [:]) throws -> String {
        try text(
            [
                "_id": pid, "pid": pid, "type": "raw", "datasetName": "Drop 7", "owner": "Irène Curie",
                "ownerEmail": "irene@example.org",
                "contactEmail": "contact@example.org", "sourceFolder": "/data/2025/drop7/",
                "creationTime": "2025-02-26T15:00:00.000Z",
                "startTime": "2025-02-26T14:00:00.000Z", "endTime": "2025-02-26T14:30:00.000Z", "size": 30, "numberOfFiles": 2,
                "packedSize": 12, "ownerGroup": "p42", "accessGroups": ["swing"], "isPublished": false,
                "proposalIds": ["20250042"], "sampleIds": ["s-1"], "instrumentIds": ["i-1"],
                "principalInvestigators": ["Irène Curie"],
                "keywords": ["drop", "protein"], "description": "A drop of lysozyme", "version": "4.0.0",
                "createdAt": "2025-02-26T15:00:01.000Z", "updatedAt": "2025-02-27T10:00:00.000Z",
                "techniques": [["pid": "PaNET01188", "name": "SAXS"]],
                // 26 February 2025 was a Wednesday: the third day of the week that begins with Sunday as 0.
                "datasetlifecycle": [
                    "dateOfPublishing": "2028-02-02T23:00:00.000Z", "publishedOn": "2025-02-01T00:00:00.000Z",
                    "archiveRetentionTime": "2035-02-02T23:00:00.000Z", "archivable": true,
                ],
                "scientificMetadata": [
                    "energy": ["value": 10, "unit": "keV", "valueSI": 1.602176634e-15, "unitSI": "J"],
                    "detector": ["distance": ["value": 2.5, "unit": "m"]],
                ],
            ], more)
    }

    static func block(_ pid: String = pid, _ more: [String: Any?] = [:]) throws -> String {
        try text(
            [
                "_id": "b-1", "datasetId": pid, "size": 30, "chkAlg": "sha256", "ownerGroup": "p42",
                "dataFileList": [
                    [
                        "path": "drop7_master.h5", "size": 10, "time": "2025-02-26T14:30:00.000Z", "chk": "ab12", "uid": "1",
                        "gid": "2",
                        "perm": "640",
                    ],
                    ["path": "drop7_data_000001.h5", "size": 20, "time": "2025-02-26T14:30:00.000Z", "chk": "cd34"],
                ],
            ], more)
    }

    static func published(_ more: [String: Any?] = [:]) throws -> String {
        try text(
            [
                "doi": "10.5072/zq-1", "title": "Drops", "abstract": "Of drops.", "datasetPids": [pid], "status": "registered",
                "registeredTime": "2025-06-01T00:00:00.000Z",
            ], more)
    }

    static func text(_ members: [String: Any], _ more: [String: Any?] = [:]) throws -> String {
        var members = members
        for (key, value) in more { members[key] = value }
        return String(decoding: try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys]), as: UTF8.self)
    }

    /// A dump of one dataset with its files.
    static func plain() throws -> [String: String] { ["datasets.json": "[\(try dataset())]", "blocks.json": "[\(try block())]"] }
}
