import GRDB
import Identifiers
import RunModel

/// From which runs a result was made: rows of the table `derivation`, which name them whether the catalogue has them or not.
enum DerivationRows {
    /// As they are stored, in the order of their identifiers.
    static func inputs(of run: Int64, _ db: Database) throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(sql: "SELECT input_pid FROM derivation WHERE run = ? ORDER BY input_pid"), arguments: [run])
    }

    static func write(_ inputs: some Sequence<RunIdentifier>, of run: Int64, _ db: Database) throws {
        for input in Set(inputs.map(\.description)) {
            try db.run("INSERT INTO derivation (run, input_pid) VALUES (?, ?)", run, input)
        }
    }

    /// Those that its values name, and that have an identifier of the form of ours.
    static func named(by run: Int64, _ db: Database) throws -> [RunIdentifier] {
        let text = try String.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT text FROM value WHERE run = ? AND key = (SELECT id FROM metadata_key WHERE name = ? AND dimension = '')"
            ), arguments: [run, RunValueKeys.namedInputs])
        return text.map(identifiers) ?? []
    }

    static func named(in values: [StoredValue]) -> [RunIdentifier] {
        values.first { $0.key == RunValueKeys.namedInputs }?.text.map(identifiers) ?? []
    }

    private static func identifiers(_ text: String) -> [RunIdentifier] {
        text.split(separator: "\n").compactMap { try? RunIdentifier(String($0)) }
    }
}
