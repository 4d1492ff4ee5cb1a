import Diagnostics
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
        // Read before SQLite opens it: closing a descriptor of the file would drop the locks that SQLite holds in this process.
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("The catalogue cannot be opened", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("The catalogue cannot be looked at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CatalogueError(.notACatalogue, "The catalogue is no plain file", at: path, expected: "a file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CatalogueError(
                .modeTooOpen, "Others than its owner may read or write the catalogue", at: path,
                got: "mode 0\(String(status.st_mode & 0o777, radix: 8))", expected: "mode 0600",
                remedy: "See who read it, then: chmod 600 '\(path)'")
        }
        return try kind(of: file, path)
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

    /// The header of a database, https://www.sqlite.org/fileformat2.html#the_database_header: 16 bytes of text, the application's number
    /// at byte 68, most significant byte first.
    private static func kind(of file: Int32, _ path: String) throws(CatalogueError) -> Kind {
        var header = [UInt8](repeating: 0, count: 100)
        let count = pread(file, &header, header.count, 0)
        guard count >= 0 else { throw failure("The catalogue cannot be read", path) }
        // Another process has just made it.
        if count == 0 { return .new }
        guard count == header.count, Array(header[..<16]) == Array("SQLite format 3\0".utf8) else {
            throw CatalogueError(
                .notACatalogue, "The file is no catalogue", at: path, got: "\(count) bytes of something else",
                expected: "a database of SQLite", remedy: "Name another file; this one was left as it is")
        }
        let application = header[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        guard application == CatalogueSchema.applicationID else {
            throw CatalogueError(
                .notACatalogue, "The file is the database of another program", at: path, got: "application \(application)",
                expected: "application \(CatalogueSchema.applicationID)", remedy: "Name another file; this one was left as it is")
        }
        return .catalogue
    }

    static func failure(_ what: String, _ path: String) -> CatalogueError {
        CatalogueError(.storage, what, at: path, got: String(cString: strerror(errno)))
    }
}
