import ChunkFile
import Diagnostics

/// A text or a picture that is written in pieces under another name and gets its own at the end.
///
/// Never over an existing file without being asked; half of it is never found under the final name.
final class ProductFile {
    private let path: String
    private let replaces: Bool
    private let fileSystem: any FileSystem
    private let file: OpenFile
    private var pending: [UInt8] = []
    private var offset = 0

    private static let pieceBytes = 1 << 20

    /// - Throws: `alreadyExists`, `cannotWrite`.
    init(_ path: String, replacing: Bool, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        self.path = path
        self.fileSystem = fileSystem
        replaces = replacing
        if !replacing { try ReductionFile.requireFree(path, fileSystem) }
        let partial = ReductionFile.partialPath(path)
        // What an earlier call left unfinished is made anew: it cost no more than this one.
        try? fileSystem.remove(partial)
        do throws(ChunkFileError) {
            file = try fileSystem.open(partial, .createExclusively(permissions: 0o666))
        } catch {
            throw ReductionFileError(error)
        }
    }

    deinit { fileSystem.closeFile(file) }

    func write(_ text: String) throws(ReductionFileError) { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws(ReductionFileError) {
        pending += bytes
        if pending.count >= Self.pieceBytes { try drain() }
    }

    private func drain() throws(ReductionFileError) {
        try fileSystem.put(pending, file, at: offset)
        offset += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    func finish() throws(ReductionFileError) {
        try drain()
        try fileSystem.bringToDisk(file)
        try ReductionFile.giveName(path, replacing: replaces, fileSystem)
        try ReductionFile.syncFolder(of: path, fileSystem)
    }

    /// Writes one whole file.
    static func write(
        _ bytes: [UInt8], to path: String, replacing: Bool, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) {
        let file = try ProductFile(path, replacing: replacing, fileSystem)
        try file.write(bytes)
        try file.finish()
    }

    static func write(
        _ text: String, to path: String, replacing: Bool, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) { try write(Array(text.utf8), to: path, replacing: replacing, fileSystem) }
}
