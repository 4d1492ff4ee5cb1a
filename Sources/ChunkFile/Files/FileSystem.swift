/// An open file: its descriptor, and the path that messages name.
public struct OpenFile: Sendable {
    public let descriptor: Int32
    public let path: String

    public init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }
}

/// The number that a system call left in `errno`, with its text.
public struct SystemErrno: Error, Hashable, Sendable {
    public let number: Int32

    public init(_ number: Int32) {
        self.number = number
    }
}

/// How a file is opened.
public enum OpenMode: Sendable {
    case readOnly
    case readWrite
    /// Made by this call, or refused if the name exists; read and write.
    case createExclusively(permissions: UInt32)
}

/// The system calls below a data file and its ledger, one method a call, none of them retried.
///
/// A parameter of everything that touches the disk, so that a test can cut a write short, interrupt it or fill the disk at
/// any call (`FaultyFileSystem`). Retrying and wording are not here but in the extension of `FileSystemCalls.swift`, which
/// every implementation shares: thus the tests of faults run the real loops. A method throws the bare errno.
public protocol FileSystem: Sendable {
    func openFile(_ path: String, _ mode: OpenMode) throws(SystemErrno) -> Int32
    func closeFile(_ file: OpenFile)
    /// Returns the bytes written, which may be fewer than asked.
    func writeOnce(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int
    /// Gathers two pieces (`pwritev`). Returns the bytes written of both together.
    func writeOnce(
        _ file: OpenFile, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemErrno) -> Int
    /// Returns the bytes read; 0 at the end of the file.
    func readOnce(_ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemErrno) -> Int
    /// Gives the range blocks of its own, which read as zeros. `extendingSize` moves the end of the file too.
    func allocateOnce(_ file: OpenFile, offset: Int, count: Int, extendingSize: Bool) throws(SystemErrno)
    /// Gives the blocks of the range back (`FALLOC_FL_PUNCH_HOLE`): it reads as zeros, the file's size stays.
    func releaseOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno)
    func setSizeOnce(_ file: OpenFile, _ size: Int) throws(SystemErrno)
    func sizeOnce(_ file: OpenFile) throws(SystemErrno) -> Int
    /// `dataOnly` is fdatasync: the size is included, times are not.
    func syncOnce(_ file: OpenFile, dataOnly: Bool) throws(SystemErrno)
    /// Takes the whole-file lock without waiting; false if another open file holds it.
    func tryLockOnce(_ file: OpenFile, shared: Bool) throws(SystemErrno) -> Bool
    func unlockOnce(_ file: OpenFile) throws(SystemErrno)
    /// Maps a range, shared, for reading and writing.
    func mapOnce(_ file: OpenFile, offset: Int, count: Int) throws(SystemErrno) -> UnsafeMutableRawPointer
    func unmap(_ address: UnsafeMutableRawPointer, count: Int)
    func renameOnce(_ source: String, to destination: String) throws(SystemErrno)
    func removeOnce(_ path: String) throws(SystemErrno)
    func makeFolderOnce(_ path: String, permissions: UInt32) throws(SystemErrno)
    func setPermissionsOnce(_ path: String, _ permissions: UInt32) throws(SystemErrno)
    func setGroupOnce(_ path: String, _ group: UInt32) throws(SystemErrno)
    func statisticsOnce(_ path: String) throws(SystemErrno) -> FileSystemStatistics
}
