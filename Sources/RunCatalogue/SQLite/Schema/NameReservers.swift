import GRDB

extension CatalogueSchema {
    /// Who asked for an identifier: of what waits for another's run, a team is told nothing. Of those given out before, nobody is known.
    @Sendable static func nameReservers(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE reservation ADD COLUMN person INTEGER REFERENCES person (id)")
    }
}
