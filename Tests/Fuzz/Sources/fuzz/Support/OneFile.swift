import ChunkFile
import Glibc

/// The input as the only file there is, read-only.
final class OneFile: FileSystem {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 { 99 }
    func closeFile(_ file: OpenFile) {}
    func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int { bytes.count }

    func readOnce(_ file: OpenFile, into room: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        guard offset >= 0 else { throw SystemErrno(EINVAL) }
        guard offset < bytes.count else { return 0 }
        let count = min(room.count, bytes.count - offset)
        room.copyBytes(from: bytes[offset..<offset + count])
        return count
    }

    func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        throw SystemErrno(EROFS)
    }
    func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int { throw SystemErrno(EROFS) }
    func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno) {
        throw SystemErrno(EROFS)
    }
    func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno) {}
    func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool { true }
    func unlockOnce(_ file: OpenFile) throws(SystemErrno) {}
    func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer {
        throw SystemErrno(ENODEV)
    }
    func unmap(_ address: UnsafeMutableRawPointer, count: Int) {}
    func renameOnce(_ source: String, to destination: String) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func removeOnce(_ path: String) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno) { throw SystemErrno(EROFS) }
    func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics {
        FileSystemStatistics(kind: .tmpfs, freeBytes: 0, totalBytes: 0)
    }
}
