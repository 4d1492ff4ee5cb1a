import Diagnostics
import FoundationEssentials
import GRDB
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func put(
        _ instrument: InstrumentRecord, tenant: String, by: Deed
    ) async throws(CatalogueError) -> ImportOutcome {
        try checkWritten(
            names: [tenant, instrument.name, instrument.pid, instrument.title], at: "instrument \(quoted(instrument.name))")
        return try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            var instrument = instrument
            let known = try InstrumentRows.find("name = ?", [instrument.name], number, db)
            // An identifier that was drawn once stays, whatever is said now.
            if let known { (instrument.pid, instrument.landingPage) = (known.pid, known.landingPage) }
            if known == instrument { return .unchanged }
            guard let row = try names.number(of: instrument.name, in: .instrument, tenant: number, db) else {
                throw CatalogueError(.badRequest, "An instrument without a name", at: quoted(instrument.title))
            }
            let taken = try InstrumentRows.find("pid = ? AND name <> ?", [instrument.pid, instrument.name], number, db)
            if let taken {
                throw CatalogueError(
                    .exists, "Another instrument has this identifier", at: quoted(instrument.name), got: instrument.pid,
                    expected: "that of \(quoted(taken.name))", remedy: "Import it without an identifier: one is drawn")
            }
            try db.run(
                """
                UPDATE instrument SET pid = ?, landing_page = ?, owner = ?, manufacturer = ?, model = ?, serial_number = ?,
                    document = ? WHERE id = ?
                """, instrument.pid, instrument.landingPage, instrument.owners.first?.name, instrument.manufacturers.first?.name,
                instrument.model, instrument.serialNumber, try RunNote.text(instrument), row)
            if let before = known?.serialNumber, before != instrument.serialNumber { try DetectorRows.lookAgain(at: before, db) }
            try RecordWriter(db: db, tenant: number, tenantName: tenant, change: try nextChange(db)).append(
                known == nil ? "registered" : "changed", to: .instrument, row, by)
            return known == nil ? .new : .changed
        }
    }

    public func instrument(_ text: String, tenant: String) async throws(CatalogueError) -> InstrumentRecord {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db),
                let found = try InstrumentRows.find("(name = ?1 OR pid = ?1)", [text], number, db)
            else {
                throw CatalogueError(
                    .notFound, "The catalogue has no such instrument", at: quoted(text),
                    remedy: "faisceau instrument list names them")
            }
            return found
        }
    }

    public func instruments(tenant: String) async throws(CatalogueError) -> [InstrumentRecord] {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            return try String.fetchAll(
                db.cachedStatement(
                    sql: "SELECT document FROM instrument WHERE tenant = ? AND document IS NOT NULL ORDER BY name"),
                arguments: [number]
            ).map(InstrumentRows.record)
        }
    }
}

enum InstrumentRows {
    /// One that was imported; one that is only a name in some run's origin is none.
    static func find(
        _ condition: String, _ arguments: StatementArguments, _ tenant: Int64, _ db: Database
    ) throws -> InstrumentRecord? {
        try String.fetchOne(
            db.cachedStatement(
                sql: "SELECT document FROM instrument WHERE \(condition) AND document IS NOT NULL AND tenant = \(tenant)"),
            arguments: arguments
        ).map(record)
    }

    static func record(_ document: String) throws -> InstrumentRecord {
        do { return try JSONDecoder().decode(InstrumentRecord.self, from: Data(document.utf8)) } catch {
            throw CatalogueError(.damaged, "The record of an instrument cannot be read", cause: error)
        }
    }
}
