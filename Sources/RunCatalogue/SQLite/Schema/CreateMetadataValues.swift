import GRDB

extension CatalogueSchema {
    /// Metadata values, a row each: as written, and in SI units.
    ///
    /// A key is a name and what it measures: an energy and a length of one name are two keys, so a range in keV never meets millimetres.
    @Sendable static func createMetadataValues(_ db: Database) throws {
        try db.execute(
            sql: """
                -- dimension: '' for texts, else the words of PhysicalDimension.
                CREATE TABLE metadata_key (
                    id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''), dimension TEXT NOT NULL, UNIQUE (name, dimension)
                ) STRICT;
                CREATE TABLE unit (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL UNIQUE) STRICT;
                CREATE TABLE value (
                    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    key INTEGER NOT NULL REFERENCES metadata_key (id), number REAL, unit INTEGER REFERENCES unit (id), si REAL, text TEXT,
                    PRIMARY KEY (run, key),
                    CHECK ((text IS NULL) = (number IS NOT NULL AND unit IS NOT NULL AND si IS NOT NULL))
                ) STRICT, WITHOUT ROWID;
                -- A range of one key, with the run as its last column: the question is answered without reading the table.
                CREATE INDEX value_by_number ON value (key, si, run) WHERE si IS NOT NULL;
                """)
    }
}
