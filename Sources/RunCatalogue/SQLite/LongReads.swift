import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Reads that may take long: lists, searches, checks. On threads of their own, as many at a time as the machine has processors, so that one
/// after the other is answered early and not all of them late, and some of the connections stay free for what is only looked up.
///
/// A reader gives its connection back on the thread that read. Whoever only looks up waits for a connection on its own thread: if that is one
/// of the few on which tasks go on, no task may be needed to give one back.
final class LongReads: Sendable {
    private let queue = OperationQueue()

    /// - Parameter places: how many read at a time.
    init(places: Int) {
        queue.name = "catalogue.reads"
        queue.maxConcurrentOperationCount = places
    }

    /// Reads within one snapshot. A task that is cancelled gives up at once, whether it waits or reads.
    func run<Value: Sendable>(
        _ pool: DatabasePool, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let read = LongRead()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.addOperation { continuation.resume(with: Result { try read.run(pool, body) }) }
            }
        } onCancel: {
            read.giveUp()
        }
    }
}

/// One read, which can be given up while it goes on.
private final class LongRead: Sendable {
    private struct State {
        var isGivenUp = false
        /// While it reads: an interrupt after that would be somebody else's.
        nonisolated(unsafe) var connection: SQLiteConnection?
    }

    private let state = Mutex(State())

    func run<Value>(_ pool: DatabasePool, _ body: (Database) throws -> Value) throws -> Value {
        try begin(nil)
        return try pool.read { db in
            try begin(db.sqliteConnection)
            defer { state.withLock { $0.connection = nil } }
            do { return try body(db) } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
                throw CancellationError()
            }
        }
    }

    private func begin(_ connection: SQLiteConnection?) throws {
        nonisolated(unsafe) let connection = connection
        try state.withLock { state in
            if state.isGivenUp { throw CancellationError() }
            state.connection = connection
        }
    }

    func giveUp() {
        state.withLock { state in
            state.isGivenUp = true
            if let connection = state.connection { sqlite3_interrupt(connection) }
        }
    }
}
