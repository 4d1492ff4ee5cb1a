import ChunkFile
import Foundation
import Glibc
import Synchronization

/// The machine's files, with a memory of what had reached the disk: file contents as of their last `fsync`, names as of the last `fsync`
/// of their folder, and nothing else. This is the least that POSIX allows a power cut to leave.
public final class PowerCutFileSystem: FileSystem {
    private struct Disk: Sendable {
        /// By inode: bytes as of the last sync.
        var contents: [UInt64: [UInt8]] = [:]
        /// By inode of the folder: names as of its last sync.
        var folders: [UInt64: [String: UInt64]] = [:]
        var isFolder: Set<UInt64> = []
    }

    private let below: any FileSystem
    private let disk = Mutex(Disk())

    public init(over below: any FileSystem = LocalFileSystem()) {
        self.below = below
    }

    /// What is found after the power came back, made anew in the empty folder `target`.
    ///
    /// - Parameters:
    ///   - folder: a folder whose own name is taken to be on the disk, as the output folder of a recorder.
    ///   - luck: the part of the 4 KiB pages that were never forced to the disk and got there all the same, in no order: 0 none, 1 all.
    public func image(of folder: String, in target: String, luck: Double = 0, seed: UInt64 = 1) throws {
        var generator = Xorshift(seed: seed)
        try copy(folder, to: target, luck: luck, &generator)
    }

    private func copy(_ source: String, to target: String, luck: Double, _ generator: inout Xorshift) throws {
        let state = disk.withLock { $0 }
        let files = FileManager.default
        for (name, inode) in (state.folders[Self.inode(source)] ?? [:]).sorted(by: { $0.key < $1.key }) {
            if state.isFolder.contains(inode) {
                try files.createDirectory(atPath: target + "/" + name, withIntermediateDirectories: false)
                try copy(source + "/" + name, to: target + "/" + name, luck: luck, &generator)
                continue
            }
            var bytes = state.contents[inode] ?? []
            if luck > 0, Self.inode(source + "/" + name) == inode, let now = files.contents(atPath: source + "/" + name) {
                Self.mix(&bytes, Array(now), luck, &generator)
            }
            _ = files.createFile(atPath: target + "/" + name, contents: Data(bytes))
        }
    }

    /// Puts some pages of `now` over `bytes`.
    private static func mix(_ bytes: inout [UInt8], _ now: [UInt8], _ luck: Double, _ generator: inout Xorshift) {
        if now.count > bytes.count { bytes += [UInt8](repeating: 0, count: now.count - bytes.count) }
        for start in stride(from: 0, to: now.count, by: 4_096) where Double.random(in: 0..<1, using: &generator) < luck {
            let end = min(start + 4_096, now.count)
            bytes.replaceSubrange(start..<end, with: now[start..<end])
        }
    }

    private struct Xorshift: RandomNumberGenerator {
        var state: UInt64
        init(seed: UInt64) { state = seed | 1 }
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static func inode(_ path: String) -> UInt64 {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    public func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno) {
        try below.syncOnce(file, dataOnly: dataOnly)
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw SystemErrno(errno) }
        let number = UInt64(status.st_ino)
        if status.st_mode & S_IFMT == S_IFDIR {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: file.path)) ?? []
            var found: [String: UInt64] = [:]
            var folders: Set<UInt64> = []
            for name in names {
                var entry = stat()
                guard lstat(file.path + "/" + name, &entry) == 0 else { continue }
                found[name] = UInt64(entry.st_ino)
                if entry.st_mode & S_IFMT == S_IFDIR { folders.insert(UInt64(entry.st_ino)) }
            }
            let (entries, inner) = (found, folders)
            disk.withLock {
                $0.folders[number] = entries
                $0.isFolder.formUnion(inner)
            }
            return
        }
        // Files of the tests are small; one that is extended ahead ends in a hole.
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), 64 << 20))
        let got = bytes.withUnsafeMutableBytes { pread(file.descriptor, $0.baseAddress, $0.count, 0) }
        guard got == bytes.count else { throw SystemErrno(EIO) }
        let whole = bytes
        disk.withLock { $0.contents[number] = whole }
    }

    public func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32 {
        let descriptor = try below.openFile(path, mode)
        if case .createExclusively = mode {
            // The number of a removed file may be given again.
            var status = stat()
            if fstat(descriptor, &status) == 0 { disk.withLock { $0.contents[UInt64(status.st_ino)] = nil } }
        }
        return descriptor
    }
    public func closeFile(_ file: OpenFile) { below.closeFile(file) }
    public func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        try below.writeOnce(file, bytes, at: offset)
    }
    public func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int { try below.writeOnce(file, first, second, at: offset) }
    public func readOnce(_ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int {
        try below.readOnce(file, into: bytes, at: offset)
    }
    public func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno) {
        try below.allocateOnce(file, offset: offset, count: count, extendingSize: extendingSize)
    }
    public func releaseOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) {
        try below.releaseOnce(file, offset: offset, count: count)
    }
    public func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno) { try below.setSizeOnce(file, size) }
    public func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int { try below.sizeOnce(file) }
    public func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool {
        try below.tryLockOnce(file, shared: shared)
    }
    public func unlockOnce(_ file: OpenFile) throws(SystemErrno) { try below.unlockOnce(file) }
    public func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer {
        try below.mapOnce(file, offset: offset, count: count)
    }
    public func unmap(_ address: UnsafeMutableRawPointer, count: Int) { below.unmap(address, count: count) }
    public func renameOnce(_ source: String, to destination: String) throws(SystemErrno) {
        try below.renameOnce(source, to: destination)
    }
    public func removeOnce(_ path: String) throws(SystemErrno) { try below.removeOnce(path) }
    public func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno) {
        try below.makeFolderOnce(path, permissions: permissions)
    }
    public func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno) {
        try below.setPermissionsOnce(path, permissions)
    }
    public func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno) { try below.setGroupOnce(path, group) }
    public func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics { try below.statisticsOnce(path) }
}
