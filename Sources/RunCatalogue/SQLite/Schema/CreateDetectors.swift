import GRDB

extension CatalogueSchema {
    /// Runs by the serial numbers of their detectors, and instruments by theirs: an open run's record names the instrument that recorded it.
    @Sendable static func createDetectors(_ db: Database) throws {
        try db.execute(
            sql: """
                -- A copy of one of the run's metadata values, by which runs are found that an instrument recorded.
                CREATE TABLE used_detector (
                    run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE, serial_number TEXT NOT NULL
                ) STRICT;
                CREATE INDEX used_detector_by_serial_number ON used_detector (serial_number);
                CREATE INDEX instrument_by_serial_number ON instrument (tenant, serial_number) WHERE serial_number IS NOT NULL;
                """)
        guard let key = try DetectorRows.key(db) else { return }
        try db.execute(
            sql: """
                INSERT INTO used_detector SELECT run.id, value.text FROM run CROSS JOIN value ON value.run = run.id AND value.key = ?
                """, arguments: [key])
        // Instruments that are known already are told from now on.
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO harvest_due SELECT 1, run FROM used_detector
                WHERE serial_number IN (SELECT serial_number FROM instrument)
                """)
    }
}
