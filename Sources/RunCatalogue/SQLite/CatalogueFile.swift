import Diagnostics
import GRDB
import Glibc

/// The file of a catalogue before SQLite sees it: made with its mode, and looked at so that no other program's database is touched.
enum CatalogueFile {
    enum Kind { case new, catalogue }

    /// Makes the file, readable and writable by its owner alone, if it is not there; SQLite gives the same mode to the files beside it.
    /// - Throws: `notACatalogue`, `modeTooOpen`, `storage`.
    static func prepare(_ path: String) throws(CatalogueError) -> Kind {
        let made = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if made >= 0 {
            close(made)
            return .new
        }
        guard errno == EEXIST else { throw failure("The catalogue cannot be made", path) }
        // No descriptor of our own on a catalogue that is there: closing one drops the locks that SQLite holds in this process.
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("The catalogue cannot be looked at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CatalogueError(.notACatalogue, "The catalogue is no plain file", at: path, expected: "a file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CatalogueError(
                .modeTooOpen, "Others than its owner may read or write the catalogue", at: path,
                got: "mode 0\(String(status.st_mode & 0o777, radix: 8))", expected: "mode 0600",
                remedy: "See who read it, then: chmod 600 '\(path)'")
        }
        // Another process has just made it.
        return status.st_size == 0 ? .new : .catalogue
    }

    /// Makes an empty file for a copy; false when one is there.
    static func prepareCopy(_ path: String) throws(CatalogueError) -> Bool {
        let made = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard made < 0 else {
            close(made)
            return true
        }
        guard errno == EEXIST else { throw failure("The copy cannot be made", path) }
        return false
    }

    /// The application's number in the header, https://www.sqlite.org/fileformat2.html#the_database_header, read through SQLite.
    /// - Returns: whether its write-ahead log is switched on: not between the first two steps of whoever is just making it.
    static func check(_ path: String) throws -> Bool {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(SQLiteCatalogue.patience)
        let application: Int32?
        let journal: String?
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            (application, journal) = try queue.read {
                (try Int32.fetchOne($0, sql: "PRAGMA application_id"), try String.fetchOne($0, sql: "PRAGMA journal_mode"))
            }
            try queue.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw CatalogueError(
                .notACatalogue, "The file is no catalogue", at: path, expected: "a database of SQLite",
                remedy: "Name another file; this one was left as it is")
        }
        guard application == CatalogueSchema.applicationID else {
            throw CatalogueError(
                .notACatalogue, "The file is the database of another program", at: path,
                got: "application \(application.map { "\($0)" } ?? "nothing")",
                expected: "application \(CatalogueSchema.applicationID)", remedy: "Name another file; this one was left as it is")
        }
        return journal == "wal"
    }

    static func failure(_ what: String, _ path: String) -> CatalogueError {
        CatalogueError(.storage, what, at: path, got: String(cString: strerror(errno)))
    }
}
