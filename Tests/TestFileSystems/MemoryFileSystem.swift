import ChunkFile
import Glibc
import Synchronization

/// One read-only file in memory, so that a hundred thousand changed files (tests), or as many a second (fuzzers), cost no disk.
public final class MemoryFileSystem: FileSystem {
    public let bytes: Mutex<[UInt8]>

    public init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    public func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 { 99 }
    public func closeFile(_ file: OpenFile) {}
    public func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int { bytes.withLock { $0.count } }

    public func readOnce(_ file: OpenFile, into room: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        guard offset >= 0 else { throw SystemErrno(EINVAL) }
        return bytes.withLock { bytes in
            guard offset < bytes.count else { return 0 }
            let count = min(room.count, bytes.count - offset)
            room.copyBytes(from: bytes[offset..<offset + count])
            return count
        }
    }

    public func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        throw SystemErrno(EROFS)
    }
    public func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int { throw SystemErrno(EROFS) }
    public func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno) {
        throw SystemErrno(EROFS)
    }
    public func releaseOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno) {}
    public func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool { true }
    public func unlockOnce(_ file: OpenFile) throws(SystemErrno) {}
    public func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer {
        throw SystemErrno(ENODEV)
    }
    public func unmap(_ address: UnsafeMutableRawPointer, count: Int) {}
    public func renameOnce(_ source: String, to destination: String) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func removeOnce(_ path: String) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    public func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics {
        FileSystemStatistics(kind: .tmpfs, freeBytes: 0, totalBytes: 0)
    }
}
