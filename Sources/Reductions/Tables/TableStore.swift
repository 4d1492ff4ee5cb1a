import ChunkFile
import Diagnostics
import Foundation
import Glibc
import ScatteringGeometry
import Synchronization

/// A folder in which tables are kept from one command to the next, under the digest of all that they depend on.
///
/// It is a convenience and never an obstacle: a file that is not as it was written is replaced, a folder that cannot be written is left alone, and
/// `note` hears of it. Several processes may use it at once: a file gets its name when it is whole.
public final class TableStore: Sendable {
    public let folder: String
    /// All files together, bytes; those that were not used for longest go first.
    public let mostBytes: Int
    private let fileSystem: any FileSystem
    private let note: @Sendable (String) -> Void
    private let read = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    /// After a refusal nothing more is written: the next one would be refused too, and one note is enough.
    private let isRefused = Atomic<Bool>(false)

    /// 2 GiB: some twenty matrices of 4.5 million split pixels.
    public static let defaultMostBytes = 2 << 30

    /// - Parameters:
    ///   - folder: need not exist.
    ///   - note: called with what went wrong, in a sentence.
    public init(
        folder: String, mostBytes: Int = defaultMostBytes, fileSystem: any FileSystem = LocalFileSystem(),
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.folder = folder
        self.mostBytes = mostBytes
        self.fileSystem = fileSystem
        self.note = note
    }

    /// `$XDG_CACHE_HOME/faisceau/tables`, else `~/.cache/faisceau/tables` (XDG Base Directory Specification 0.8, which has relative paths
    /// ignored); nil when neither variable names a folder.
    public static func defaultFolder(_ environment: [String: String]) -> String? {
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        return (folder("XDG_CACHE_HOME") ?? folder("HOME").map { $0 + "/.cache" }).map { $0 + "/faisceau/tables" }
    }

    /// Tables that were read.
    public var hits: Int { read.load(ordering: .relaxed) }
    /// Tables that were written.
    public var writes: Int { written.load(ordering: .relaxed) }

    /// The tables of a request; nil when they are not here, or not as they were written.
    /// - Parameter digest: of the request.
    func reduction(for request: PixelReductionRequest, digest: String) -> BinnedReduction? {
        let path = TableFolder.path(of: digest, in: folder)
        // Where there is a file that cannot be opened, writing fails too, and says so.
        guard let file = try? fileSystem.open(path, .readOnly) else { return nil }
        do {
            defer { fileSystem.closeFile(file) }
            let tables = try TableFile.read(request, digest: digest, from: file, most: mostBytes, fileSystem)
            let reduction = try BinnedReduction(request, tables)
            TableFolder.touch(path)
            read.add(1, ordering: .relaxed)
            return reduction
        } catch {
            tell("tables are computed anew", error)
            return nil
        }
    }

    /// Keeps the tables of a request, in the place of what is there.
    func keep(_ reduction: BinnedReduction, for request: PixelReductionRequest, digest: String) {
        guard !isRefused.load(ordering: .relaxed) else { return }
        let tables = StoredTables(reduction)
        let facts = TableFile.Facts(
            request, digest: digest, entryCount: tables.arrays.entryCount, lower: tables.lower, upper: tables.upper)
        guard facts.byteCount <= mostBytes else {
            note("tables are not kept: they have \(facts.byteCount) bytes, \(mostBytes) at most (\(folder))")
            return
        }
        do throws(ReductionFileError) {
            try write(tables, facts)
            written.add(1, ordering: .relaxed)
        } catch {
            isRefused.store(true, ordering: .relaxed)
            tell("tables are not kept", error)
        }
        TableFolder.prune(folder, to: mostBytes, sparing: digest, fileSystem)
    }

    /// Not brought to the disk: what a power cut leaves of a file has another digest.
    private func write(_ tables: StoredTables, _ facts: TableFile.Facts) throws(ReductionFileError) {
        let path = TableFolder.path(of: facts.digest, in: folder)
        let begun = TableFolder.newTemporaryPath(facts.digest, in: folder)
        TableFolder.make(folder, fileSystem)
        let file: OpenFile
        do throws(ChunkFileError) { file = try fileSystem.open(begun, .createExclusively(permissions: 0o600)) } catch {
            throw ReductionFileError(error)
        }
        do throws(ReductionFileError) {
            defer { fileSystem.closeFile(file) }
            try TableFile.write(tables, facts, to: file, fileSystem)
            do throws(ChunkFileError) { try fileSystem.rename(begun, to: path) } catch { throw ReductionFileError(error) }
        } catch {
            try? fileSystem.remove(begun)
            throw error
        }
    }

    private func tell(_ what: String, _ error: any Error) {
        guard let error = error as? any Diagnosed else { return note("\(what): \(error)") }
        note("\(what): \(error.sentence)")
    }
}
