import GRDB

/// Which instrument recorded a run: the one whose serial number is the text that the run holds as its detector's.
enum DetectorRows {
    /// Of the metadata value; nil while no run has one.
    static func key(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM metadata_key WHERE name = ? AND dimension = ''"),
            arguments: [RunValueKeys.detectorSerialNumber])
    }

    /// The instruments of a run, as a SELECT of their identifiers: `?1` is the run. Where two have its number, none is told: which of them it was
    /// nobody knows.
    ///
    /// The run's value is asked, and not its copy: it is digested with the run.
    /// - Returns: nil where no instrument has a serial number, or no run: nothing is to be looked for.
    static func instruments(_ db: Database) throws -> String? {
        guard let key = try key(db) else { return nil }
        let areKnown = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM instrument WHERE serial_number IS NOT NULL)"))
        guard areKnown == true else { return nil }
        return """
            SELECT min(instrument.pid) AS pid FROM value
            CROSS JOIN instrument INDEXED BY instrument_by_serial_number
                ON instrument.tenant = (SELECT tenant FROM run WHERE id = ?1) AND instrument.serial_number = value.text
            WHERE value.run = ?1 AND value.key = \(key) GROUP BY instrument.serial_number HAVING count(*) = 1
            """
    }

    static func write(_ values: [StoredValue], of run: Int64, _ db: Database) throws {
        guard let text = values.first(where: { $0.key == RunValueKeys.detectorSerialNumber })?.text else { return }
        try db.run("INSERT INTO used_detector (run, serial_number) VALUES (?, ?)", run, text)
    }

    /// An instrument has this number no more: public records that named it by the number are told anew. By its new one they are found when the
    /// change of the instrument is looked at.
    static func lookAgain(at serialNumber: String, _ db: Database) throws {
        try db.run("INSERT OR IGNORE INTO harvest_due SELECT 1, run FROM used_detector WHERE serial_number = ?", serialNumber)
    }

    /// Whether the column by which runs find an instrument is what its document says.
    static func isAsSaid(_ instrument: Int64, _ db: Database) throws -> Bool {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT serial_number, document FROM instrument WHERE id = ?"), arguments: [instrument])
        guard let row, let document = row[1] as String? else { return true }
        return try row[0] as String? == InstrumentRows.record(document).serialNumber
    }
}
