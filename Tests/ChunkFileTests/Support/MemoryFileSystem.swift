import ChunkFile
import Glibc
import Synchronization
import TestSupport

/// One read-only file in memory, so that a hundred thousand changed files cost no disk.
final class MemoryFileSystem: FileSystem {
    let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 { 99 }
    func closeFile(_ file: OpenFile) {}
    func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int { bytes.withLock { $0.count } }

    func readOnce(_ file: OpenFile, into room: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        guard offset >= 0 else { throw SystemErrno(EINVAL) }
        return bytes.withLock { bytes in
            guard offset < bytes.count else { return 0 }
            let count = min(room.count, bytes.count - offset)
            room.copyBytes(from: bytes[offset..<offset + count])
            return count
        }
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

/// Whole small files; one that is recorded and has its end 16 GiB ahead is refused.
enum Bytes {
    static func of(_ path: String) throws -> [UInt8] {
        let files = LocalFileSystem()
        let file = try files.open(path, .readOnly)
        defer { files.closeFile(file) }
        let size = try files.size(file)
        guard size <= 256 << 20 else { throw JudgeFailure("\(path) is not small: \(size) bytes") }
        var bytes = [UInt8](repeating: 0, count: size)
        let got = try bytes.withUnsafeMutableBytes { try files.read(file, into: $0, at: 0) }
        guard got == bytes.count else { throw JudgeFailure("\(path) is shorter than its size") }
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let files = LocalFileSystem()
        if access(path, F_OK) == 0 { try files.remove(path) }
        let file = try files.open(path, .createExclusively(permissions: 0o600))
        defer { files.closeFile(file) }
        try bytes.withUnsafeBytes { try files.write(file, $0, at: 0) }
    }
}
