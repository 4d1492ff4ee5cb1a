import Diagnostics
import Foundation
import GRDB
import Synchronization

/// The catalogue in one file of SQLite: readers beside one writer (write-ahead log), each commit on disk before it is acknowledged
/// (`synchronous=FULL`), foreign keys on.
public final class SQLiteCatalogue: CatalogueStore {
    public let path: String
    package let pool: DatabasePool
    let limits: QueryLimits
    let names = Mutex(KnownNames())
    let arrivals: HandOverQueue
    private let longReads = LongReads(
        places: min(SQLiteCatalogue.connections - 2, max(2, ProcessInfo.processInfo.activeProcessorCount)))
    /// Of chains that were read a moment ago.
    let entryTexts = Mutex(EntryTexts())

    /// How long a writer waits for another process's, seconds.
    static let patience = 10.0
    /// That read.
    private static let connections = 8
    /// Of each connection: what is read again and again is the upper pages of the indexes.
    static let cacheKiB = 64 << 10

    /// How long the log grows before it is written back, pages of 4 KiB: 64 MiB. Acknowledged commits are on disk in the log.
    static let checkpointPages = 16 << 10

    /// Opens the catalogue, makes it if there is none, and brings an older one to this version.
    /// - Throws: `notACatalogue` and `newerSchema`, which leave the file as it is; `modeTooOpen`, `busy`, `storage`.
    public convenience init(path: String) throws(CatalogueError) {
        try self.init(path: path, migrator: CatalogueSchema.migrator)
    }

    /// Of the tests that walk from each version of the schema to the last, and of those of each way that a query goes.
    package init(
        path: String, migrator: DatabaseMigrator = CatalogueSchema.migrator, limits: QueryLimits = QueryLimits()
    ) throws(CatalogueError) {
        self.path = path
        self.limits = limits
        do {
            let hasLog =
                switch try CatalogueFile.prepare(path) {
                case .new: false
                case .catalogue: try CatalogueFile.check(path)
                }
            // Of two who switch the log on at once, SQLite refuses one without waiting, whatever its patience.
            if !hasLog { try MigrationLock.holding(path) { try Self.stamp(path) } }
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.read { db in
                guard try !migrator.hasBeenSuperseded(db) else { throw Self.newer(path) }
            }
            // The library sets NORMAL when it switches the log on: that may lose acknowledged commits in a power cut.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            if try !pool.read(migrator.hasCompletedMigrations) {
                try MigrationLock.holding(path) { try migrator.migrate(pool) }
                // Whole indexes may have been written: out of the log, in which each page is looked for, as far as no reader is in the way.
                _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            self.pool = pool
            arrivals = HandOverQueue()
        } catch { throw catalogueError(error, at: path) }
    }

    /// Writes the log back into the file, as far as no reader is in the way, and closes it; whoever calls afterwards gets an error. Waits for
    /// those who read and write.
    public func close() throws(CatalogueError) {
        do {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
            try pool.close()
        } catch { throw catalogueError(error, at: path) }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(patience)
        configuration.maximumReaderCount = connections
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
            // Pages of the log are read by their own index; the file itself by mapping, which spares copies.
            try db.execute(sql: "PRAGMA mmap_size = \(2 << 30)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            // Pages that many hand-overs change are written back once for all of them, and not at every thousandth page.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
        }
        return configuration
    }

    /// Marks a new file as a catalogue before anything else is written, outside the log: the header is what another program looks at. Then
    /// switches the log on.
    private static func stamp(_ path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            // Whoever waited for another finds it done.
            let application = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            if application != CatalogueSchema.applicationID {
                try db.execute(sql: "PRAGMA application_id = \(CatalogueSchema.applicationID)")
            }
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }

    private static func newer(_ path: String) -> CatalogueError {
        CatalogueError(
            .newerSchema, "The catalogue was written by a newer version of this program", at: path,
            expected: "a schema up to '\(CatalogueSchema.versions.last?.name ?? "")'",
            remedy: "Use that version; this one left the file as it is")
    }

    /// Looks something up within one snapshot, on the caller's thread: what takes microseconds, a record by its identifier and what stands beside
    /// it. A page asks some ten such questions, and a quarter of its time went to handing each to another thread and back.
    func lookingUp<Value: Sendable>(_ body: (Database) throws -> Value) async throws(CatalogueError) -> Value {
        do { return try lookUp(body) } catch { throw catalogueError(error, at: path) }
    }

    /// Not asynchronous, so that the library's blocking form is meant.
    private func lookUp<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value { try pool.read(body) }

    /// Reads within one snapshot what may take long, while others go on here.
    func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(CatalogueError) -> Value {
        do { return try await longReads.run(pool, body) } catch { throw catalogueError(error, at: path) }
    }

    /// Writes in one transaction.
    func writing<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(CatalogueError) -> Value {
        do { return try await pool.write(body) } catch { throw catalogueError(error, at: path) }
    }

    /// Keeps the names that a transaction met once it is on disk: the numbers of one that fails are given to others.
    func remember(_ met: KnownNames, after db: Database) {
        db.afterNextTransaction(onCommit: { [self] _ in names.withLock { $0 = met } })
    }
}
