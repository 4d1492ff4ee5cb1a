import GRDB

extension CatalogueSchema {
    /// The numbers among the metadata values, in order, in parts (`NumberIndex`).
    ///
    /// One index over all of them (`value_by_number`) is as large as all numbers of all years, and the fifty values of a run lie in fifty
    /// places of it: a run that is handed over to a million others wrote 200 kB of pages for 2 kB of values.
    @Sendable static func divideNumbers(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP INDEX value_by_number;
                -- Parts of some thousand runs each, in the order of their arrival; a part never changes.
                CREATE TABLE number_part (id INTEGER PRIMARY KEY, runs INTEGER NOT NULL) STRICT;
                CREATE TABLE sorted_number (
                    part INTEGER NOT NULL, key INTEGER NOT NULL, si REAL NOT NULL, run INTEGER NOT NULL,
                    PRIMARY KEY (part, key, si, run)
                ) STRICT, WITHOUT ROWID;
                -- The part that is being gathered.
                CREATE TABLE recent_number (
                    key INTEGER NOT NULL, si REAL NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (key, si, run)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE number_gathering (id INTEGER PRIMARY KEY CHECK (id = 1), runs INTEGER NOT NULL) STRICT;
                -- Runs whose numbers stand in neither yet: some hundred, which are looked at one by one.
                CREATE TABLE unsorted_run (run INTEGER PRIMARY KEY) STRICT;
                INSERT INTO number_part (id, runs) SELECT 1, count(DISTINCT run) FROM value WHERE si IS NOT NULL HAVING count(*) > 0;
                INSERT INTO sorted_number (part, key, si, run)
                    SELECT 1, key, si, run FROM value WHERE si IS NOT NULL ORDER BY key, si, run;
                """)
    }
}
