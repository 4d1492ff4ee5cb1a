import Diagnostics
import GRDB

/// Numbers of names that were met before, so that a hand-over asks for each once in the life of the process. Rows of these tables are never
/// deleted or renumbered; a transaction that fails clears all of it.
struct KnownNames {
    enum Table: String, Hashable {
        case team, instrument, proposal, technique, keyword
    }

    struct Named: Hashable {
        let table: Table
        let tenant: Int64
        let name: ExactText
    }

    /// Two teams call different samples by one name.
    struct Sample: Hashable {
        let tenant: Int64
        let team: Int64
        let name: ExactText
    }

    struct Session: Hashable {
        let tenant: Int64
        let proposal: Int64
        let name: ExactText
    }

    struct Key: Hashable {
        let name: ExactText
        let dimension: String
    }

    var tenants: [ExactText: Int64] = [:]
    var named: [Named: Int64] = [:]
    var sessions: [Session: Int64] = [:]
    var samples: [Sample: Int64] = [:]
    var keys: [Key: Int64] = [:]
    var units: [ExactText: Int64] = [:]

    mutating func tenant(_ name: String, _ db: Database) throws -> Int64 {
        try Self.known(&tenants, ExactText(name)) {
            try Self.number(
                db, "SELECT id FROM tenant WHERE name = ?", "INSERT INTO tenant (name) VALUES (?) RETURNING id", [name])
        }
    }

    /// The number of a name, nil for nil; a name that was never met gets a row.
    mutating func number(of name: String?, in table: Table, tenant: Int64, _ db: Database) throws -> Int64? {
        guard let name else { return nil }
        return try Self.known(&named, Named(table: table, tenant: tenant, name: ExactText(name))) {
            try Self.number(
                db, "SELECT id FROM \(table.rawValue) WHERE tenant = ? AND name = ?",
                "INSERT INTO \(table.rawValue) (tenant, name) VALUES (?, ?) RETURNING id", [tenant, name])
        }
    }

    mutating func session(_ name: String?, proposal: Int64?, tenant: Int64, _ db: Database) throws -> Int64? {
        guard let name else { return nil }
        return try Self.known(&sessions, Session(tenant: tenant, proposal: proposal ?? 0, name: ExactText(name))) {
            try Self.number(
                db, "SELECT id FROM session WHERE tenant = ? AND name = ? AND proposal = ?",
                "INSERT INTO session (tenant, name, proposal) VALUES (?, ?, ?) RETURNING id", [tenant, name, proposal ?? 0])
        }
    }

    mutating func sample(_ name: String?, team: Int64?, tenant: Int64, _ db: Database) throws -> Int64? {
        guard let name else { return nil }
        return try Self.known(&samples, Sample(tenant: tenant, team: team ?? 0, name: ExactText(name))) {
            try Self.number(
                db, "SELECT id FROM sample WHERE tenant = ? AND name = ? AND team = ?",
                "INSERT INTO sample (tenant, name, team) VALUES (?, ?, ?) RETURNING id", [tenant, name, team ?? 0])
        }
    }

    mutating func key(_ name: String, dimension: String, _ db: Database) throws -> Int64 {
        try Self.known(&keys, Key(name: ExactText(name), dimension: dimension)) {
            try Self.number(
                db, "SELECT id FROM metadata_key WHERE name = ? AND dimension = ?",
                "INSERT INTO metadata_key (name, dimension) VALUES (?, ?) RETURNING id", [name, dimension])
        }
    }

    mutating func unit(_ symbol: String, _ db: Database) throws -> Int64 {
        try Self.known(&units, ExactText(symbol)) {
            try Self.number(
                db, "SELECT id FROM unit WHERE symbol = ?", "INSERT INTO unit (symbol) VALUES (?) RETURNING id", [symbol])
        }
    }

    private static func known<Name>(_ table: inout [Name: Int64], _ name: Name, _ ask: () throws -> Int64) rethrows -> Int64 {
        if let number = table[name] { return number }
        let number = try ask()
        table[name] = number
        return number
    }

    private static func number(
        _ db: Database, _ find: String, _ insert: String, _ arguments: StatementArguments
    ) throws -> Int64 {
        if let found = try Int64.fetchOne(db, sql: find, arguments: arguments) { return found }
        guard let made = try Int64.fetchOne(db, sql: insert, arguments: arguments) else {
            throw CatalogueError(.damaged, "A new row has no number", got: insert)
        }
        return made
    }
}
