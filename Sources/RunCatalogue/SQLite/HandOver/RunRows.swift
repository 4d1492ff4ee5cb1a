import Diagnostics
import Foundation
import GRDB
import RunModel

extension RunWriter {
    /// - Parameter first: how many the run has already.
    func write(_ files: some RunFileSource, position: Int64, from first: Int64 = 0) throws {
        let row = try RepeatedStatement(
            db, "INSERT INTO file (run, position, path, role, bytes, digest, changed_ns) VALUES (?, ?, ?, ?, ?, ?, ?)")
        try row.bind(1, position)
        var number: Int64 = 0
        var bytes: Int64 = 0
        try files.forEach { file in
            try row.bind(2, first + number)
            try row.bind(3, file.path)
            try row.bind(4, file.role.rawValue)
            try row.bind(5, file.bytes)
            try row.bind(6, file.digest)
            try row.bind(7, file.changedAt?.unixNanoseconds)
            do { try row.run() } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw CatalogueError(.badRequest, "A file is listed twice", got: quoted(file.path))
            }
            number += 1
            bytes &+= file.bytes
        }
        guard number == files.count, bytes == files.bytes else {
            throw CatalogueError(
                .badRequest, "The files of a run changed while they were read", got: "\(number) files, \(bytes) bytes",
                expected: "\(files.count) files, \(files.bytes) bytes")
        }
    }

    mutating func write(_ values: [StoredValue], position: Int64) throws {
        var numbers: [(key: Int64, unit: Int64?)] = []
        numbers.reserveCapacity(values.count)
        for value in values {
            let key = try names.key(value.key, dimension: value.dimension, db)
            numbers.append((key, try value.unit.map { try names.unit($0, db) }))
        }
        let row = try RepeatedStatement(
            db, "INSERT INTO value (run, key, number, unit, si, text) VALUES (?, ?, ?, ?, ?, ?)")
        try row.bind(1, position)
        for (value, number) in zip(values, numbers) {
            try row.bind(2, number.key)
            try row.bind(3, value.number)
            try row.bind(4, number.unit)
            try row.bind(5, value.siValue)
            try row.bind(6, value.text)
            try row.run()
        }
        try NumberIndex.add(run: position, db)
        try DetectorRows.write(values, of: position, db)
    }

    /// One row a keyword, so that they can be completed and asked for by themselves.
    mutating func write(keywords: [String], position: Int64, tenant: Int64) throws {
        for word in keywords {
            let keyword = try names.number(of: word, in: .keyword, tenant: tenant, db)
            try db.run("INSERT OR IGNORE INTO run_keyword (keyword, run) VALUES (?, ?)", keyword, position)
        }
    }

    /// The texts by which a run is found. Long texts among the values are found by their beginning.
    mutating func writeTexts(_ run: RunHandOver, position: Int64) throws {
        let texts = run.values.compactMap { value -> String? in
            if case .text(let text) = value.content { text } else { nil }
        }
        try writeTexts(name: run.name, title: run.title, run.origin, run.keywords, texts, position: position)
    }

    mutating func writeTexts(
        name: String, title: String?, _ origin: RunOrigin, _ keywords: [String], _ texts: [String], position: Int64
    ) throws {
        let labels = [name, title, origin.sample].compactMap(\.self).joined(separator: "\n")
        let others =
            ([origin.technique, origin.proposal, origin.session, origin.instrument].compactMap(\.self) + keywords
            + texts.map { String($0.prefix(200)) }).joined(separator: "\n")
        try db.run("INSERT INTO run_text (run, labels, others) VALUES (?, ?, ?)", position, labels, others)
        unindexed.append(IndexedText(run: position, labels: labels, others: others))
    }
}

extension Database {
    /// One statement, prepared once in the life of the connection.
    func run(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws {
        let statement = try cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(arguments))
        try statement.execute()
    }
}

extension RecordDigest {
    /// As a column holds it.
    var data: Data { Data(bytes) }
    init(_ data: Data) { self.init(bytes: [UInt8](data)) }
}
