import Diagnostics
import Foundation

/// The folder into which files are fetched. Every way below it is gone part by part, past no link: whatever a server or somebody else on this machine
/// calls a thing, nothing is written elsewhere.
public final class TargetFolder: Sendable {
    public let path: String
    private let descriptor: Int32

    /// Makes it if it is not there.
    /// - Throws: `storage`.
    public init(_ path: String) throws(FetchError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch { throw FetchError(.storage, "The folder cannot be made", at: path, cause: error) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.fault("The folder cannot be opened", path) }
        self.path = path
        descriptor = folder
    }

    deinit { close(descriptor) }

    static func fault(_ what: String, _ place: String, _ number: Int32 = errno) -> FetchError {
        switch number {
        case ELOOP, ENOTDIR, EISDIR:
            FetchError(
                .inTheWay, "A link, a file or a folder stands where another one is to be", at: place,
                remedy: "Take it away, or fetch into another folder")
        case ENAMETOOLONG:
            FetchError(
                .unsafeName, "A name is longer than this file system takes", at: place, remedy: "Fetch into another file system")
        default:
            FetchError(
                .storage, what, at: place, got: String(cString: strerror(number)),
                remedy: "Look at the space and the rights of the folder, and fetch again: what is there is kept")
        }
    }

    /// Where a file is to be; folders on the way are made.
    func place(of file: ListedFile) throws(FetchError) -> TargetPlace {
        let way = try file.way()
        var folder = dup(descriptor)
        guard folder >= 0 else { throw Self.fault("The folder cannot be opened", path) }
        for part in way.dropLast() {
            if mkdirat(folder, part, 0o777) != 0, errno != EEXIST {
                let number = errno
                close(folder)
                throw Self.fault("A folder cannot be made", "\(path)/\(file.path)", number)
            }
            let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let number = errno
            close(folder)
            guard next >= 0 else { throw Self.fault("A folder cannot be opened", "\(path)/\(file.path)", number) }
            folder = next
        }
        return TargetPlace(folder: folder, name: way[way.count - 1], shown: "\(path)/\(file.path)")
    }
}

/// One name in one folder that is open.
final class TargetPlace: Sendable {
    private let folder: Int32
    private let name: String
    let shown: String

    init(folder: Int32, name: String, shown: String) {
        self.folder = folder
        self.name = name
        self.shown = shown
    }

    deinit { close(folder) }

    private var partName: String { name + PartFile.suffix }

    /// What has the name already.
    /// - Throws: `inTheWay` for what is no plain file.
    func existing() throws(FetchError) -> PartFile? {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw TargetFolder.fault("A file cannot be opened", shown)
        }
        return try PartFile(file, shown: shown)
    }

    /// What came before, or nothing yet.
    func part() throws(FetchError) -> PartFile {
        let file = openat(folder, partName, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw TargetFolder.fault("A file cannot be made", shown + PartFile.suffix) }
        return try PartFile(file, shown: shown + PartFile.suffix)
    }

    func removePart() { unlinkat(folder, partName, 0) }

    /// Gives the whole file its name.
    func finish() throws(FetchError) {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT else {
            throw FetchError(.inTheWay, "Something else has taken the name meanwhile", at: shown)
        }
        guard renameat(folder, partName, folder, name) == 0 else { throw TargetFolder.fault("A file cannot be renamed", shown) }
    }
}

/// A plain file that is open.
final class PartFile: Sendable {
    /// Of names of what is not whole yet.
    static let suffix = ".faisceau.part"

    private let descriptor: Int32
    let shown: String
    /// When it was opened.
    let bytes: Int64

    fileprivate init(_ descriptor: Int32, shown: String) throws(FetchError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            close(descriptor)
            throw FetchError(
                .inTheWay, "What has the name is no plain file, or has a second name", at: shown,
                remedy: "Take it away, or fetch into another folder")
        }
        self.descriptor = descriptor
        self.shown = shown
        bytes = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    func truncate(to bytes: Int64) throws(FetchError) {
        guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw TargetFolder.fault("A file cannot be cut", shown) }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FetchError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw TargetFolder.fault("A file cannot be written", shown)
            }
            done += count
        }
    }

    /// Reads the first bytes, in pieces.
    func read(first count: Int64, _ use: (UnsafeRawBufferPointer) -> Void) throws(FetchError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while offset < count {
            let got = pread(descriptor, buffer.baseAddress, Int(min(Int64(buffer.count), count - offset)), off_t(offset))
            if got < 0 {
                if errno == EINTR { continue }
                throw TargetFolder.fault("A file cannot be read", shown)
            }
            guard got > 0 else { throw FetchError(.storage, "A file has become shorter while it was read", at: shown) }
            use(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            offset += Int64(got)
        }
    }

    /// On the disk before it has its name.
    func sync() throws(FetchError) {
        guard fsync(descriptor) == 0 else { throw TargetFolder.fault("A file cannot be written to the disk", shown) }
    }
}
