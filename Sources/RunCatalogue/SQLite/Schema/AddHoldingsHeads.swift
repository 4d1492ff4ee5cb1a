import GRDB

extension CatalogueSchema {
    /// The histories of instruments, samples, plans and collections end where their heads say, as those of all other records do: a link that is
    /// cut off the end is missed.
    @Sendable package static func addHoldingsHeads(_ db: Database) throws {
        for (kind, table) in [
            ("instrument", "instrument"), ("sample", "sample"), ("plan", "management_plan"), ("collection", "collection"),
        ] {
            try db.execute(
                sql: """
                    INSERT INTO history (kind, record, tenant, length, head)
                    SELECT kind, record, \(table).tenant, number, digest FROM event JOIN \(table) ON \(table).id = record
                    WHERE kind = '\(kind)'
                        AND number = (SELECT max(number) FROM event AS other WHERE other.kind = event.kind AND other.record = event.record)
                    """)
        }
    }
}
