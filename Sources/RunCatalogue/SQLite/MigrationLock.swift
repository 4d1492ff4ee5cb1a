import Glibc

/// One process at a time makes a catalogue, or brings it to a newer version. The lock is a file of its own beside the catalogue: closing a descriptor of
/// the catalogue itself would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, 2.2).
enum MigrationLock {
    /// Of the file beside the catalogue's.
    static let ending = "-migrating"

    static func holding(_ path: String, _ body: () throws -> Void) throws {
        let file = open(path + ending, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CatalogueFile.failure("The lock beside the catalogue cannot be made", path + ending) }
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw CatalogueFile.failure("The lock beside the catalogue cannot be taken", path) }
        }
        try body()
    }
}
