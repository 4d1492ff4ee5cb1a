import Glibc

/// The machine's own files.
public struct LocalFileSystem: FileSystem {
    public init() {}

    public func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 {
        let descriptor =
            switch mode {
            case .readOnly: Glibc.open(path, O_RDONLY | O_CLOEXEC)
            case .readWrite: Glibc.open(path, O_RDWR | O_CLOEXEC)
            case .createExclusively(let permissions): Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions))
            }
        return try checked(descriptor)
    }

    public func closeFile(_ file: OpenFile) {
        // A child that is just being started has copies of all descriptors until it becomes another program, and a lock ends with the last copy.
        _ = flock(file.descriptor, LOCK_UN)
        _ = close(file.descriptor)
    }

    public func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        try checked(pwrite(file.descriptor, bytes.baseAddress, bytes.count, offset))
    }

    public func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int {
        // Safe: the kernel only reads from the two pieces, and both outlive the call.
        var pieces = (
            iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
        )
        let written = withUnsafeBytes(of: &pieces) { raw in
            pwritev(file.descriptor, raw.baseAddress?.assumingMemoryBound(to: iovec.self), 2, offset)
        }
        return try checked(written)
    }

    public func readOnce(
        _ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int {
        try checked(pread(file.descriptor, bytes.baseAddress, bytes.count, offset))
    }

    public func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno) {
        _ = try checked(LinuxCalls.fallocate(file.descriptor, keepingSize: !extendingSize, offset, count))
    }

    public func releaseOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) {
        _ = try checked(LinuxCalls.punchHole(file.descriptor, offset, count))
    }

    public func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno) {
        _ = try checked(ftruncate(file.descriptor, size))
    }

    public func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int {
        var status = stat()
        _ = try checked(fstat(file.descriptor, &status))
        return Int(status.st_size)
    }

    public func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno) {
        _ = try checked(dataOnly ? fdatasync(file.descriptor) : fsync(file.descriptor))
    }

    public func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool {
        if flock(file.descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw SystemErrno(errno)
    }

    public func unlockOnce(_ file: OpenFile) throws(SystemErrno) {
        _ = try checked(flock(file.descriptor, LOCK_UN))
    }

    public func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer {
        let flags = MAP_SHARED | Int32(MAP_POPULATE)
        guard let address = mmap(nil, count, PROT_READ | PROT_WRITE, flags, file.descriptor, offset), address != MAP_FAILED
        else { throw SystemErrno(errno) }
        return address
    }

    public func unmap(_ address: UnsafeMutableRawPointer, count: Int) {
        _ = munmap(address, count)
    }

    public func renameOnce(_ source: String, to destination: String) throws(SystemErrno) {
        _ = try checked(Glibc.rename(source, destination))
    }

    public func removeOnce(_ path: String) throws(SystemErrno) {
        _ = try checked(unlink(path))
    }

    public func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno) {
        _ = try checked(mkdir(path, mode_t(permissions)))
    }

    public func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno) {
        _ = try checked(chmod(path, mode_t(permissions)))
    }

    public func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno) {
        _ = try checked(chown(path, uid_t.max, gid_t(group)))
    }

    public func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics {
        var figures = statvfs()
        _ = try checked(statvfs(path, &figures))
        let unit = Int(clamping: figures.f_frsize)
        return FileSystemStatistics(
            kind: FileSystemKind(magic: UInt32(truncatingIfNeeded: try checked(LinuxCalls.fileSystemMagic(path)))),
            freeBytes: bytes(Int(clamping: figures.f_bavail), unit),
            totalBytes: bytes(Int(clamping: figures.f_blocks), unit))
    }

    /// A network file system may state nonsense: saturate.
    private func bytes(_ blocks: Int, _ unit: Int) -> Int {
        let (product, overflow) = blocks.multipliedReportingOverflow(by: unit)
        return overflow ? Int.max : product
    }

    private func checked<T: SignedInteger>(_ result: T) throws(SystemErrno) -> T {
        if result < 0 { throw SystemErrno(errno) }
        return result
    }
}
