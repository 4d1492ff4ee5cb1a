import GRDB

extension CatalogueSchema {
    /// From which runs those were made that somebody has described and whose values name their inputs: the table was there from the beginning, and
    /// nobody wrote into it.
    @Sendable static func enterInputs(_ db: Database) throws {
        let key = "SELECT id FROM metadata_key WHERE name = ? AND dimension = ''"
        guard let key = try Int64.fetchOne(db, sql: key, arguments: ["scicat/inputDatasets"]) else { return }
        let runs = try Int64.fetchAll(
            db, sql: "SELECT run.id FROM run CROSS JOIN value ON value.run = run.id AND value.key = ?", arguments: [key])
        for run in runs { try DerivationRows.write(DerivationRows.named(by: run, db), of: run, db) }
    }
}
