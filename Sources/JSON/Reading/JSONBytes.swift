import Diagnostics
import Glibc

/// Bytes that are looked at one after another: those in memory, or those of a file through a window that moves, so that a file of any length
/// takes the memory of one window.
public final class JSONBytes {
    /// For messages; nil in memory.
    public let path: String?
    private let descriptor: Int32?
    private var window: [UInt8]
    /// Where the window begins in the file.
    private var base: UInt64 = 0
    private var place = 0
    /// After a jump a record is looked at, which is short; then the file is read on.
    private let firstWindow: Int
    private let largestWindow: Int
    private var wanted: Int

    public init(_ bytes: [UInt8]) {
        (path, descriptor, window) = (nil, nil, bytes)
        (firstWindow, largestWindow, wanted) = (0, 0, 0)
    }

    /// - Parameter largestWindow: in bytes, at least 1.
    /// - Throws: `unreadable`, also for what is no plain file.
    public init(path: String, largestWindow: Int = 1 << 18) throws(JSONError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("The file cannot be opened", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw JSONError(.unreadable, "This is no plain file", at: path, expected: "a file, which is read more than once")
        }
        (self.descriptor, window) = (descriptor, [])
        let firstWindow = min(max(1, largestWindow), 1 << 14)
        (self.firstWindow, self.largestWindow, wanted) = (firstWindow, max(1, largestWindow), firstWindow)
    }

    deinit { if let descriptor { close(descriptor) } }

    /// What tells that a file was changed while it was read: its size and when it was written last. In memory nothing changes.
    /// - Throws: `unreadable`.
    public func stamp() throws(JSONError) -> FileStamp {
        guard let descriptor else { return FileStamp(bytes: window.count, seconds: 0, nanoseconds: 0) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("The file cannot be looked at", path ?? "") }
        return FileStamp(
            bytes: status.st_size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Of the next byte.
    public var offset: UInt64 { base + UInt64(place) }

    public func seek(to offset: UInt64) {
        guard descriptor != nil else { return place = Int(min(offset, UInt64(window.count))) }
        (base, place) = (offset, 0)
        wanted = firstWindow
        window.removeAll(keepingCapacity: true)
    }

    /// The next byte, which stays; nil at the end.
    /// - Throws: `unreadable`.
    func peek() throws(JSONError) -> UInt8? {
        if place < window.count { return window[place] }
        guard let descriptor else { return nil }
        base += UInt64(place)
        place = 0
        let (from, wanted) = (base, wanted)
        var got = 0
        window = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            repeat { got = pread(descriptor, buffer.baseAddress, wanted, off_t(clamping: from)) } while got < 0 && errno == EINTR
            count = max(0, got)
        }
        guard got >= 0 else { throw Self.failure("The file cannot be read", "\(path ?? ""), byte \(from)") }
        self.wanted = largestWindow
        return window.first
    }

    /// - Throws: `unreadable`.
    func next() throws(JSONError) -> UInt8? {
        guard let byte = try peek() else { return nil }
        place += 1
        return byte
    }

    /// Appends what comes next of a text, up to a quotation mark, a backslash or a control character, which stay, or the end of the window.
    func takePlain(into text: inout [UInt8]) {
        let rest = window[place...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 } ?? rest.endIndex
        text += rest[..<end]
        place = end
    }

    private static func failure(_ what: String, _ place: String) -> JSONError {
        JSONError(.unreadable, what, at: place, got: String(cString: strerror(errno)))
    }
}

public struct FileStamp: Hashable, Sendable {
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
}
