import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestStore
import TestSupport

/// Runs of an invented facility, numbered: run n begins n seconds after the first one.
enum SampleRuns {
    static let tenant = "soleil"
    static let start = Timestamp(unixNanoseconds: 1_780_000_000_000_000_000)
    static let everything = ReaderScope.everything(tenant: tenant)

    static func pid(_ number: Int) throws -> RunIdentifier {
        var generator = SeededGenerator(seed: UInt64(number))
        return try RunIdentifier.draw(prefix: "20.500.12345", using: &generator)
    }

    static func run(
        _ number: Int, name: String? = nil, origin: RunOrigin? = nil, files: Int = 3, energy: Double = 10_000,
        unit: String = "eV",
        keywords: [String] = [],
        access: RunAccess = RunAccess(state: .embargoed, opensAt: 2_000_000_000, closedUntil: 2_000_000_000)
    ) throws -> RunHandOver {
        let began = start.advanced(bySeconds: Double(number))
        return RunHandOver(
            tenant: tenant, pid: try pid(number), kind: .raw, name: name ?? "lysozyme_\(number)", title: "Crystal \(number)",
            verdict: .complete,
            origin: origin
                ?? RunOrigin(
                    team: "team-a", instrument: "proxima-1", proposal: "20260101", session: "s1", sample: "HEWL", technique: "MX"),
            startedAt: began, endedAt: began.advanced(bySeconds: 0.5), folder: "/data/\(number)", keywords: keywords,
            files: try (0..<files).map {
                try RunFile(path: "d/\($0).h5", role: .data, bytes: Int64($0) * 10, digest: "sha256:\($0)")
            },
            values: [
                try MetadataValue("beam/incident_energy", energy, unit: unit),
                try MetadataValue("sample/temperature", 100, unit: "K"), try MetadataValue("operator/note", text: "cryo-cooled"),
            ],
            access: access, event: EventDraft(action: "registered", at: began),
            outbox: [OutboxDraft(topic: "datacite", payload: "{}"), OutboxDraft(topic: "file-access", payload: "{}")])
    }

    /// A scope of someone who has an account and belongs to teams.
    static func member(_ teams: Set<String>, now: Int64? = 1_900_000_000) -> ReaderScope {
        ReaderScope(tenant: tenant, trustedNow: now, openRuns: .all, teams: teams)
    }
}

/// A catalogue in a folder that goes with it.
final class TemporaryCatalogue: Sendable {
    let folder: TemporaryFolder
    let store: any CatalogueStore
    var path: String { folder.file("catalogue.sqlite").path }

    /// - Parameter limits: from how many runs on a query goes another way.
    init(limits: QueryLimits = QueryLimits()) throws {
        folder = try TemporaryFolder("catalogue")
        store = try StoreUnderTest.open(at: folder.file("catalogue.sqlite").path, limits: limits)
    }

    /// As someone with the file and another program would.
    func edit(_ sql: String) throws {
        try store.edit(
            """
            PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
            \(sql);
            PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF
            """)
    }

    func numbers(_ filter: RunFilter = RunFilter(), _ scope: ReaderScope = SampleRuns.everything) async throws -> [String] {
        try await store.page(filter, scope: scope, after: nil, limit: 100, countLimit: 100).runs.map(\.name)
    }
}

/// The error of a call that must throw one.
func failure<Value>(_ body: () async throws -> Value) async -> CatalogueError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? CatalogueError }
}
