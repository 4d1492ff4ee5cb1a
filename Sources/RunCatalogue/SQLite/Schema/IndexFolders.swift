import GRDB

extension CatalogueSchema {
    /// Where runs lie: so that it is seen before a run is described whether somebody else's lie there.
    @Sendable static func indexFolders(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX run_by_folder ON run (folder, tenant, team) WHERE folder IS NOT NULL")
    }
}
