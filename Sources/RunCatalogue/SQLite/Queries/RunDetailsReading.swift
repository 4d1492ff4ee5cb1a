import Diagnostics
import GRDB
import Identifiers
import Quantities
import RunModel

extension SQLiteCatalogue {
    public func details(
        of runs: [RunIdentifier], _ parts: RunDetails.Parts, scope: ReaderScope
    ) async throws(CatalogueError) -> [RunDetails?] {
        try Self.check(runs.count, 0...Self.longestPage, "runs to describe")
        let read: @Sendable (Database) throws -> [RunDetails?] = { db in
            let reading = try RunDetailsReading(scope, db)
            return try runs.map { try reading.details(of: $0, parts) }
        }
        return runs.count == 1 ? try await lookingUp(read) : try await reading(read)
    }
}

/// Reads what stands beside runs, one after the other, and each name and unit once for all of them: a page of 25 runs has a thousand values,
/// and some ten units.
final class RunDetailsReading {
    private let db: Database
    private let scope: ReaderScope
    private let rows: RepeatedStatement
    private let inputs: DerivationReading
    private var keys: [Int64: String] = [:]
    private var units: [Int64: (unit: PhysicalUnit, written: String)] = [:]

    init(_ scope: ReaderScope, _ db: Database) throws {
        (self.scope, self.db) = (scope, db)
        inputs = try DerivationReading(.inputs, scope, db)
        rows = try RepeatedStatement(db, "SELECT key, number, unit, text FROM value WHERE run = ?")
    }

    /// - Returns: nil for a run that this reader may not read, or not any more.
    func details(of pid: RunIdentifier, _ parts: RunDetails.Parts) throws -> RunDetails? {
        let run: Int64
        do { run = try RunRows.position(of: pid, scope: scope, db) } catch let error as CatalogueError {
            switch error.code {
            case .notFound, .forbidden: return nil
            default: throw error
            }
        }
        var details = RunDetails()
        if parts.contains(.values) { details.values = try values(of: run, pid) }
        if parts.contains(.inputs) { details.inputs = try inputs.runs(beside: run) }
        if parts.contains(.times) { (details.createdAt, details.changedAt) = try times(of: run) }
        if parts.contains(.persons) {
            let persons = try DescribedRows.persons(of: run, db)
            details.readsAsInsider = try !persons.isEmpty && RunRows.isInside(run, scope: scope, db)
            details.persons = details.readsAsInsider ? persons : persons.forOutsiders
        }
        return details
    }

    /// Sorted by key.
    func values(of run: Int64, _ pid: RunIdentifier) throws -> [MetadataValue] {
        var values: [MetadataValue] = []
        try rows.bind(1, run)
        try rows.forEach { row in
            let key = try key(row.number(0))
            if let text = row.text(3) {
                values.append(try MetadataValue(key, text: text))
            } else if let unit = row.numberIfAny(2) {
                let (unit, written) = try self.unit(unit, at: "\(pid), \(key)")
                values.append(try MetadataValue(key, row.real(1), unit, written: written))
            } else {
                throw CatalogueError(.damaged, "A metadata value is neither a text nor a number", at: "\(pid), \(key)")
            }
        }
        return values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// When the catalogue got to know of it, and when it last learned something: of the first link of its history and of the last.
    func times(of run: Int64) throws -> (Timestamp?, Timestamp?) {
        func at(_ order: String) throws -> Timestamp? {
            let sql = "SELECT at_ns FROM event WHERE kind = 'run' AND record = ? ORDER BY number \(order) LIMIT 1"
            return try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: [run]).map(Timestamp.init(unixNanoseconds:))
        }
        return (try at("ASC"), try at("DESC"))
    }

    private func key(_ number: Int64) throws -> String {
        if let known = keys[number] { return known }
        let statement = try db.cachedStatement(sql: "SELECT name FROM metadata_key WHERE id = ?")
        guard let key = try String.fetchOne(statement, arguments: [number]) else {
            throw CatalogueError(.damaged, "A metadata value has no name", got: "key \(number)")
        }
        keys[number] = key
        return key
    }

    private func unit(_ number: Int64, at place: String) throws -> (unit: PhysicalUnit, written: String) {
        if let known = units[number] { return known }
        let statement = try db.cachedStatement(sql: "SELECT symbol FROM unit WHERE id = ?")
        guard let symbol = try String.fetchOne(statement, arguments: [number]) else {
            throw CatalogueError(.damaged, "A metadata value has no unit", at: place, got: "unit \(number)")
        }
        let unit: PhysicalUnit
        do { unit = try PhysicalUnit(symbol) } catch {
            throw CatalogueError(
                .damaged, "The unit of a metadata value is not known", at: place, got: quoted(symbol), cause: error)
        }
        units[number] = (unit, symbol)
        return (unit, symbol)
    }
}
