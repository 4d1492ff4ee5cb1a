import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func formats(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> [String] {
        try await lookingUp { db in
            try FileFormats(db).formats(of: RunRows.position(of: pid, scope: .everything(tenant: tenant), db))
        }
    }
}

/// Reads of what media types the files of runs are, one run after the other.
struct FileFormats {
    /// A run of a million files has them in a few formats, which the first thousand show.
    private static let mostLookedAt = 1000
    private let paths: RepeatedStatement

    init(_ db: Database) throws {
        paths = try RepeatedStatement(
            db, "SELECT path FROM file WHERE run = ? ORDER BY position LIMIT \(Self.mostLookedAt)", [0])
    }

    /// In alphabetical order; without what is not known here.
    func formats(of run: Int64) throws -> [String] {
        var formats: Set<String> = []
        try paths.bind(1, run)
        try paths.forEach { if let format = $0.text(0).flatMap(FileMediaType.of) { formats.insert(format) } }
        return formats.sorted()
    }
}
