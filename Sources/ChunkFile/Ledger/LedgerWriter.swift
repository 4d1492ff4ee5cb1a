import Diagnostics

/// Writes the ledger of one data file. The frame that a record names is acknowledged when `append` returns.
///
/// Holds the file's lock as long as it lives: a locked ledger means that its writer does. Used by one thread at a time.
public final class LedgerWriter: @unchecked Sendable {
    public private(set) var path: String
    public let header: LedgerHeader
    /// Records committed.
    public private(set) var count: Int

    private let file: OpenFile
    private let fileSystem: any FileSystem
    private let salt: UInt64
    private var storage: LedgerStorage
    private var isOpen = true

    /// Makes a new ledger, locks it and writes its header.
    /// - Throws: `alreadyExists`, `diskFull`, `limitExceeded` for a text that does not fit.
    public init(
        path: String, header: LedgerHeader, fileSystem: any FileSystem = LocalFileSystem(), permissions: UInt32 = 0o640
    ) throws(ChunkFileError) {
        var generator = SystemRandomNumberGenerator()
        let salt = generator.next()
        let page = try LedgerHeaderPage.encode(header, salt: salt, path: path)
        let file = try fileSystem.open(path, .createExclusively(permissions: permissions))
        do throws(ChunkFileError) {
            try Self.takeLock(file, fileSystem)
            try page.withUnsafeBufferPointer { (bytes) throws(ChunkFileError) in
                try fileSystem.write(file, UnsafeRawBufferPointer(bytes), at: 0)
            }
            let kind = try fileSystem.statistics(path).kind
            storage = LedgerStorage(file: file, fileSystem: fileSystem, isMapped: kind.holdsMappedLedger)
        } catch {
            // Made by this call and empty: it would be in the way of the next one, when the disk has room again.
            try? fileSystem.remove(path)
            fileSystem.closeFile(file)
            throw error
        }
        self.path = path
        self.header = header
        self.file = file
        self.fileSystem = fileSystem
        self.salt = salt
        count = 0
    }

    /// Goes on with a ledger whose writer is gone, after its last committed record (recovery fills lost frames in).
    /// - Throws: `locked` if its writer lives.
    public init(resuming path: String, fileSystem: any FileSystem = LocalFileSystem()) throws(ChunkFileError) {
        let file = try fileSystem.open(path, .readWrite)
        do throws(ChunkFileError) {
            try Self.takeLock(file, fileSystem)
            let reader = try LedgerReader(path: path, fileSystem: fileSystem)
            header = reader.header
            salt = reader.salt
            count = try reader.scan().slotEnd
            // Few records follow, so a mapping would cost more than it saves.
            storage = LedgerStorage(file: file, fileSystem: fileSystem, isMapped: false)
            try fileSystem.writeWord(0, file, at: LedgerHeaderPage.closedOffset)
        } catch {
            fileSystem.closeFile(file)
            throw error
        }
        self.path = path
        self.file = file
        self.fileSystem = fileSystem
    }

    deinit {
        if isOpen {
            storage.close()
            fileSystem.closeFile(file)
        }
        storage.release()
    }

    /// Whether records are stored through a mapping (no system call a frame).
    public var isMapped: Bool { storage.isMapped }

    /// Makes sure that the next record has room. Called before a chunk is written, it leaves no chunk without its record when the
    /// disk is full.
    public func reserve() throws(ChunkFileError) {
        guard isOpen else { throw ChunkFileError(.alreadySealed, "the ledger is closed", at: path) }
        try storage.reserve(index: count)
    }

    /// Commits one record. Its chunk must be in the data file: written, not only queued.
    /// - Throws: `diskFull`; then the record is not committed and this call (not the chunk's) may be made again.
    public func append(_ record: LedgerRecord) throws(ChunkFileError) {
        guard isOpen else { throw ChunkFileError(.alreadySealed, "the ledger is closed", at: path) }
        try storage.commit(record, index: count, salt: salt)
        count += 1
    }

    /// Gives the ledger another name, in the place of one that may be there; the lock goes with it.
    public func rename(to newPath: String) throws(ChunkFileError) {
        try fileSystem.rename(path, to: newPath)
        path = newPath
    }

    /// Brings the records to the disk. The chunks that they name must be there first.
    public func sync() throws(ChunkFileError) {
        guard isOpen else { return }
        try fileSystem.sync(file)
    }

    /// Cuts what was allocated ahead, marks the ledger as finished and lets go of the lock. Does nothing the second time.
    public func close(durable: Bool = false) throws(ChunkFileError) {
        guard isOpen else { return }
        storage.close()
        try fileSystem.setSize(file, LedgerHeaderPage.byteCount + count * LedgerSlot.byteCount)
        try fileSystem.writeWord(LedgerHeaderPage.closedBit | UInt64(count), file, at: LedgerHeaderPage.closedOffset)
        if durable { try fileSystem.sync(file, dataOnly: false) }
        isOpen = false
        fileSystem.closeFile(file)
    }

    private static func takeLock(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ChunkFileError) {
        guard try fileSystem.tryLock(file) else {
            throw ChunkFileError(
                .locked, "another process writes this ledger", at: file.path, remedy: "Wait until that run is sealed")
        }
    }
}
