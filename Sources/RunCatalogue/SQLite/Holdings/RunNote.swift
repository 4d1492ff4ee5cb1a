import Diagnostics
import FoundationEssentials
import GRDB
import Identifiers
import RunModel

/// Writes into a run's history what happened beside the run: its access and its content stay as they are.
struct RunNote {
    let db: Database
    let tenant: String
    let by: Deed

    /// - Parameter detail: what is to be known, as a JSON text with sorted keys.
    /// - Returns: the change number that was taken.
    @discardableResult
    func write(_ action: String, _ detail: some Encodable, on run: Int64) throws -> Int64 {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?"), arguments: [run])
        guard let row else { throw CatalogueError(.damaged, "A run is gone while it was written about", got: "\(run)") }
        let event = EventDraft(action: action, at: by.at, person: by.person, detail: try Self.text(detail))
        let access = try RunRows.access(row, at: "run \(row["pid"] as String)")
        return try RunMover(db: db, tenantName: tenant, access: access, opened: row["opened"], event: event).move(row)
    }

    static func text(_ detail: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(detail), as: UTF8.self)
    }
}

extension RunRows {
    /// Whether a reader reads a run for another reason than that it is open: then persons, reasons and places are told.
    static func isInside(_ run: Int64, scope: ReaderScope, _ db: Database) throws -> Bool {
        let inside = try AccessCondition(scope, db).inside
        return try Bool.fetchOne(db, sql: "SELECT \(inside.sql) FROM run WHERE id = ?", arguments: inside.arguments + [run])
            ?? false
    }
}
