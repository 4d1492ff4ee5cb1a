import Diagnostics
import Glibc

/// The bytes of a file, looked at through a window that moves: a dump of any length takes the memory of one window.
final class FileBytes {
    let path: String
    private let descriptor: Int32
    private var window: [UInt8] = []
    /// Where the window begins in the file.
    private var base: UInt64 = 0
    private var place = 0
    /// After a jump a record is looked at, which is short; then the file is read on.
    private static let firstWindow = 1 << 14
    private static let largestWindow = 1 << 18
    private var wanted = FileBytes.firstWindow

    /// - Throws: `unreadable`.
    init(path: String) throws(CatalogueImportError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("The dump cannot be opened", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw CatalogueImportError(
                .unreadable, "The dump is no plain file", at: path, expected: "a file, which is read more than once")
        }
    }

    deinit { close(descriptor) }

    /// What tells that the file was changed while it was read: its size and when it was written last.
    func stamp() throws(CatalogueImportError) -> FileStamp {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("The dump cannot be looked at", path) }
        return FileStamp(
            bytes: status.st_size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Of the next byte.
    var offset: UInt64 { base + UInt64(place) }

    func seek(to offset: UInt64) {
        (base, place) = (offset, 0)
        wanted = Self.firstWindow
        window.removeAll(keepingCapacity: true)
    }

    /// The next byte, which stays; nil at the end of the file.
    /// - Throws: `unreadable`.
    func peek() throws(CatalogueImportError) -> UInt8? {
        if place < window.count { return window[place] }
        base += UInt64(place)
        place = 0
        let (from, wanted) = (base, wanted)
        var got = 0
        window = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            repeat { got = pread(descriptor, buffer.baseAddress, wanted, off_t(from)) } while got < 0 && errno == EINTR
            count = max(0, got)
        }
        guard got >= 0 else { throw Self.failure("The dump cannot be read", "\(path), byte \(from)") }
        self.wanted = Self.largestWindow
        return window.first
    }

    /// - Throws: `unreadable`.
    func next() throws(CatalogueImportError) -> UInt8? {
        guard let byte = try peek() else { return nil }
        place += 1
        return byte
    }

    private static func failure(_ what: String, _ place: String) -> CatalogueImportError {
        CatalogueImportError(.unreadable, what, at: place, got: String(cString: strerror(errno)))
    }
}

struct FileStamp: Hashable, Sendable {
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
}
