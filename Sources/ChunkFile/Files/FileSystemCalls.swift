import Diagnostics
import Glibc

/// The calls as the rest of the target makes them: whole, resumed after interruption and short counts, with errors that
/// name the path, the offset and the system's own words.
extension FileSystem {
    public func open(_ path: String, _ mode: OpenMode) throws(ChunkFileError) -> OpenFile {
        do {
            return OpenFile(descriptor: try openFile(path, mode), path: path)
        } catch {
            throw error.fault("cannot open file", at: path)
        }
    }

    /// Writes all of `bytes` at `offset`. On an error some of them may be in the file.
    public func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ChunkFileError) {
        var done = 0
        while done < bytes.count {
            do {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                done += try progress(writeOnce(file, rest, at: offset + done))
            } catch {
                if error.number == EINTR { continue }
                throw error.fault("cannot write \(bytes.count) bytes", at: "\(file.path), offset \(offset)")
            }
        }
    }

    /// Writes `first` and `second` one after the other at `offset`, in one call where the system takes it whole.
    public func write(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(ChunkFileError) {
        let count = first.count + second.count
        var done = 0
        while done == 0 {
            do {
                done = try progress(writeOnce(file, first, second, at: offset))
            } catch {
                if error.number == EINTR { continue }
                throw error.fault("cannot write \(count) bytes", at: "\(file.path), offset \(offset)")
            }
        }
        if done < first.count {
            try write(file, UnsafeRawBufferPointer(rebasing: first[done...]), at: offset + done)
            done = first.count
        }
        if done < count {
            let rest = UnsafeRawBufferPointer(rebasing: second[(done - first.count)...])
            try write(file, rest, at: offset + done)
        }
    }

    /// Fills `bytes` from `offset`; returns how many were there before the end of the file.
    public func read(
        _ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(ChunkFileError) -> Int {
        var done = 0
        while done < bytes.count {
            do {
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
                let count = try readOnce(file, into: rest, at: offset + done)
                if count == 0 { break }
                done += min(count, rest.count)
            } catch {
                if error.number == EINTR { continue }
                throw error.fault("cannot read \(bytes.count) bytes", at: "\(file.path), offset \(offset)")
            }
        }
        return done
    }

    public func allocate(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(ChunkFileError) {
        try retrying("cannot allocate \(count) bytes", at: file.path) { () throws(SystemErrno) in
            try allocateOnce(file, offset: offset, count: count, extendingSize: extendingSize)
        }
    }

    /// Gives the blocks of a range back, which then reads as zeros. Nothing happens where the file system cannot.
    public func release(_ file: OpenFile, offset: Int, count: Int) throws(ChunkFileError) {
        guard count > 0 else { return }
        do {
            try retrying("cannot give space back", at: file.path) { () throws(SystemErrno) in
                try releaseOnce(file, offset: offset, count: count)
            }
        } catch {
            guard error.code == .systemCall else { throw error }
        }
    }

    public func setSize(_ file: OpenFile, _ size: Int) throws(ChunkFileError) {
        try retrying("cannot set the file's size to \(size) bytes", at: file.path) { () throws(SystemErrno) in
            try setSizeOnce(file, size)
        }
    }

    public func size(_ file: OpenFile) throws(ChunkFileError) -> Int {
        try retrying("cannot ask the file's size", at: file.path) { () throws(SystemErrno) in try sizeOnce(file) }
    }

    public func sync(_ file: OpenFile, dataOnly: Bool = true) throws(ChunkFileError) {
        try retrying("cannot bring the file to the disk", at: file.path) { () throws(SystemErrno) in
            try syncOnce(file, dataOnly: dataOnly)
        }
    }

    /// Takes the lock without waiting.
    /// - Returns: false if another open file holds it.
    public func tryLock(_ file: OpenFile, shared: Bool = false) throws(ChunkFileError) -> Bool {
        try retrying("cannot lock the file", at: file.path) { () throws(SystemErrno) in
            try tryLockOnce(file, shared: shared)
        }
    }

    public func unlock(_ file: OpenFile) throws(ChunkFileError) {
        try retrying("cannot unlock the file", at: file.path) { () throws(SystemErrno) in try unlockOnce(file) }
    }

    public func map(_ file: OpenFile, offset: Int, count: Int) throws(ChunkFileError) -> UnsafeMutableRawPointer {
        try retrying("cannot map \(count) bytes", at: "\(file.path), offset \(offset)") { () throws(SystemErrno) in
            try mapOnce(file, offset: offset, count: count)
        }
    }

    /// Replaces `destination` in one step.
    public func rename(_ source: String, to destination: String) throws(ChunkFileError) {
        try retrying("cannot rename", at: "\(source) to \(destination)") { () throws(SystemErrno) in
            try renameOnce(source, to: destination)
        }
    }

    public func remove(_ path: String) throws(ChunkFileError) {
        try retrying("cannot remove the file", at: path) { () throws(SystemErrno) in try removeOnce(path) }
    }

    /// Makes one folder; the umask applies.
    public func makeFolder(_ path: String, permissions: UInt32) throws(ChunkFileError) {
        try retrying("cannot make the folder", at: path) { () throws(SystemErrno) in
            try makeFolderOnce(path, permissions: permissions)
        }
    }

    public func setPermissions(_ path: String, _ permissions: UInt32) throws(ChunkFileError) {
        try retrying("cannot set permissions \(String(permissions, radix: 8))", at: path) { () throws(SystemErrno) in
            try setPermissionsOnce(path, permissions)
        }
    }

    public func setGroup(_ path: String, _ group: UInt32) throws(ChunkFileError) {
        try retrying("cannot set group \(group)", at: path) { () throws(SystemErrno) in try setGroupOnce(path, group) }
    }

    public func statistics(_ path: String) throws(ChunkFileError) -> FileSystemStatistics {
        try retrying("cannot ask about the file system", at: path) { () throws(SystemErrno) in try statisticsOnce(path) }
    }

    /// Repeats an interrupted call, and words any other failure.
    private func retrying<Value>(
        _ what: @autoclosure () -> String, at place: @autoclosure () -> String, _ call: () throws(SystemErrno) -> Value
    ) throws(ChunkFileError) -> Value {
        while true {
            do {
                return try call()
            } catch {
                if error.number == EINTR { continue }
                throw error.fault(what(), at: place())
            }
        }
    }

    /// A write that takes nothing and reports nothing would make the loop endless.
    private func progress(_ count: Int) throws(SystemErrno) -> Int {
        if count <= 0 { throw SystemErrno(EIO) }
        return count
    }
}

extension SystemErrno {
    /// The system's text: "No space left on device (ENOSPC)".
    public var text: String {
        let words = strerror(number).map { String(cString: $0) } ?? "unknown error"
        return Self.names[number].map { "\(words) (\($0))" } ?? "\(words) (errno \(number))"
    }

    package func fault(_ what: String, at place: String) -> ChunkFileError {
        let (code, remedy): (ChunkFileErrorCode, String?) =
            switch number {
            case ENOSPC, EDQUOT: (.diskFull, "Free space on this file system; what was acknowledged is safe")
            case EACCES, EPERM: (.notPermitted, "Check the owner and mode of the file and its folder")
            case EROFS: (.notPermitted, "The file system is mounted read-only; see the kernel log")
            case ENOENT, ENOTDIR: (.notFound, nil)
            case EEXIST: (.alreadyExists, "Choose another name; nothing is overwritten")
            case EIO: (.systemCall, "The device reports an error; see the kernel log")
            default: (.systemCall, nil)
            }
        return ChunkFileError(code, what, at: place, got: text, remedy: remedy)
    }

    private static let names: [Int32: String] = [
        ENOSPC: "ENOSPC", EDQUOT: "EDQUOT", EACCES: "EACCES", EPERM: "EPERM", EROFS: "EROFS", ENOENT: "ENOENT",
        ENOTDIR: "ENOTDIR", EEXIST: "EEXIST", EIO: "EIO", EFBIG: "EFBIG", EMFILE: "EMFILE", ENFILE: "ENFILE",
        EISDIR: "EISDIR", EOPNOTSUPP: "EOPNOTSUPP", ENOMEM: "ENOMEM", EINVAL: "EINVAL", ESTALE: "ESTALE",
        ELOOP: "ELOOP", ENAMETOOLONG: "ENAMETOOLONG", ENODEV: "ENODEV",
    ]
}
