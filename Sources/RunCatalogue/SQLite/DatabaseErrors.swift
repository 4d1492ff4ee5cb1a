import Diagnostics
import GRDB

/// SQLite's result codes (https://www.sqlite.org/rescode.html) in the catalogue's words. What a statement said is kept, its arguments not:
/// they may be private.
func catalogueError(_ error: any Error, at place: String) -> CatalogueError {
    if let known = error as? CatalogueError { return known }
    if error is CancellationError {
        return CatalogueError(.cancelled, "The request was given up before it was answered", at: place)
    }
    // What cannot be read is not told: a row may be private.
    guard let database = error as? DatabaseError else {
        return CatalogueError(.damaged, "A row of the catalogue cannot be read", at: place, got: "\(type(of: error))")
    }
    let said = "SQLite says: \(database.message ?? "nothing") (code \(database.extendedResultCode.rawValue))"
    switch database.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
        return CatalogueError(
            .busy, "Another program holds the catalogue", at: place, got: said, remedy: "Try again; see who has the file open")
    case .SQLITE_CONSTRAINT:
        return CatalogueError(.badRequest, "The catalogue's rules refuse this", at: place, got: said)
    case .SQLITE_INTERRUPT, .SQLITE_ABORT:
        return CatalogueError(.cancelled, "The request was given up before it was answered", at: place, got: said)
    case .SQLITE_CORRUPT:
        return CatalogueError(
            .damaged, "The catalogue is damaged", at: place, got: said, remedy: "Stop its users, and restore the last backup")
    case .SQLITE_NOTADB:
        return CatalogueError(.notACatalogue, "The file is no database", at: place, got: said)
    case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
        return CatalogueError(
            .storage, "The catalogue cannot be written or read", at: place, got: said,
            remedy: "See the space and the permissions of its folder")
    default:
        return CatalogueError(.damaged, "The catalogue refused a statement", at: place, got: said)
    }
}
