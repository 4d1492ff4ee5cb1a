import ChunkFile
import Diagnostics
import Synchronization

/// The lock of a run, on its `armed.json`: whoever holds it writes the run, be it the recorder, its seal or a recovery.
///
/// The kernel lets go of it when the process dies, however it dies. Ledgers have locks of their own, for followers.
final class RunLock: Sendable {
    private let file: OpenFile
    private let fileSystem: any FileSystem
    private let isHeld = Mutex(true)

    private init(_ file: OpenFile, _ fileSystem: any FileSystem) {
        self.file = file
        self.fileSystem = fileSystem
    }

    deinit { release() }

    /// Lets go of the lock before this object goes: a sealed run that is still talked about, or one whose seal failed, is no longer written.
    func release() {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        if wasHeld { fileSystem.closeFile(file) }
    }

    /// Makes `path` with these bytes, whole or not at all, and locked from its first moment on.
    static func make(
        _ bytes: UnsafeRawBufferPointer, at path: String, permissions: UInt32, durable: Bool, fileSystem: any FileSystem
    ) throws(ChunkFileError) -> RunLock {
        let temporary = path + RunFolder.unfinishedSuffix
        let lock = RunLock(try fileSystem.open(temporary, .createExclusively(permissions: permissions)), fileSystem)
        _ = try fileSystem.tryLock(lock.file)
        try fileSystem.write(lock.file, bytes, at: 0)
        if durable { try fileSystem.sync(lock.file, dataOnly: false) }
        try fileSystem.rename(temporary, to: path)
        return lock
    }

    /// Takes the lock of a run, or nil when somebody has it.
    static func take(_ path: String, fileSystem: any FileSystem) throws(ChunkFileError) -> RunLock? {
        let file: OpenFile
        do {
            file = try fileSystem.open(path, .readWrite)
        } catch {
            // A sealed run may be written by nobody; read-only is enough but on file systems that emulate the lock (NFS).
            guard error.code == .notPermitted else { throw error }
            file = try fileSystem.open(path, .readOnly)
        }
        let lock = RunLock(file, fileSystem)
        return try fileSystem.tryLock(file) ? lock : nil
    }
}
