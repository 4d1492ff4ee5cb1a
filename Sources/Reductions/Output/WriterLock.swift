import ChunkFile
import Diagnostics

/// The lock of the one process that writes a result: on a file beside it, which is there for as long.
///
/// Not on the result itself: HDF5 takes locks of the same kind when it opens a file, and whoever looks at an unfinished result would be refused.
/// A lock file that a killed process left behind is not locked, and is used again.
///
/// The final name is taken by an empty file, which the result then replaces. That this empty file is ours stands in the lock file, so that
/// whoever goes on after a killed process can tell it from an empty file of somebody else, which is never replaced.
final class WriterLock {
    private let file: OpenFile
    private let fileSystem: any FileSystem
    /// Not before the lock is: a refused initialiser runs `deinit` too, which must neither close the file again nor remove another's.
    private var isHeld = false
    /// Whether an empty file of the final name is ours.
    private(set) var hasTakenName = false

    private static let note = Array("name taken\n".utf8)

    /// - Parameter path: of the unfinished result; `.lock` is appended.
    /// - Throws: `locked`, `cannotWrite`.
    init(_ path: String, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        self.fileSystem = fileSystem
        let path = path + ".lock"
        do throws(ChunkFileError) {
            do throws(ChunkFileError) {
                file = try fileSystem.open(path, .createExclusively(permissions: 0o666))
            } catch {
                guard error.code == .alreadyExists else { throw error }
                file = try fileSystem.open(path, .readWrite)
            }
        } catch {
            throw ReductionFileError(error)
        }
        let isOurs: Bool
        do throws(ChunkFileError) { isOurs = try fileSystem.tryLock(file) } catch {
            fileSystem.closeFile(file)
            throw ReductionFileError(error)
        }
        guard isOurs else {
            fileSystem.closeFile(file)
            throw ReductionFileError(
                .locked, "Another process writes this result", at: path, remedy: "Wait until it has ended, or stop it")
        }
        do throws(ChunkFileError) { hasTakenName = try fileSystem.size(file) > 0 } catch {
            fileSystem.closeFile(file)
            throw ReductionFileError(error)
        }
        isHeld = true
    }

    /// Notes that the final name, which was free just now, is about to be taken by an empty file.
    func noteTakenName() throws(ReductionFileError) {
        guard !hasTakenName else { return }
        try fileSystem.put(Self.note, file, at: 0)
        hasTakenName = true
    }

    /// The result has replaced the empty file. The note goes with the lock file.
    func nameIsGiven() { hasTakenName = false }

    /// The empty file is gone, or never was.
    func forgetTakenName() throws(ReductionFileError) {
        guard hasTakenName else { return }
        do throws(ChunkFileError) { try fileSystem.setSize(file, 0) } catch { throw ReductionFileError(error) }
        hasTakenName = false
    }

    /// Removes the lock file and gives the lock up. While the final name is taken by an empty file the lock file stays, to say so.
    func release() {
        guard isHeld else { return }
        isHeld = false
        if !hasTakenName { try? fileSystem.remove(file.path) }
        // By name, since a child process that is just being started may hold the descriptor, and with it the lock, a moment longer.
        try? fileSystem.unlock(file)
        fileSystem.closeFile(file)
    }

    deinit { release() }
}
