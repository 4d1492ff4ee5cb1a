import ChunkFile
import Diagnostics
import HDF5
import NeXus

// How a result is begun, and gone on with.

extension ReductionFile {
    /// Makes the unfinished file beside the final name.
    ///
    /// - Parameter replacing: whether a finished result of this name is replaced, at the finish and not before.
    /// - Throws: `invalid`, `alreadyExists`, `unfinishedExists`, `diskFull` when the file system says at once that the result will not fit,
    ///   `cannotWrite`.
    public static func create(
        _ path: String, _ description: ReductionDescription, replacing: Bool = false,
        fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) -> ReductionFile {
        try description.check()
        if !replacing { try requireFree(path, fileSystem) }
        let partial = partialPath(path)
        do throws(NeXusError) {
            let root: NeXusGroup
            do throws(HDF5Error) { root = try ReductionTree(description: description).root } catch {
                throw NeXusError(.invalidTree, error.what, got: error.got, expected: error.expected, cause: error)
            }
            try NeXusWriter.write(root, to: partial)
        } catch {
            guard error.code == .alreadyExists else { throw ReductionFileError(error) }
            throw ReductionFileError(
                .unfinishedExists, "There is an unfinished result of this name", at: partial,
                remedy: "Continue it, or remove it to begin again")
        }
        do throws(ReductionFileError) {
            let file = try ReductionFile(path, description, replacing: replacing, fileSystem: fileSystem)
            // A note that was left behind by a file that is no more.
            try file.lock.forgetTakenName()
            try file.reserve()
            try file.flush()
            try syncFolder(of: path, fileSystem)
            return file
        } catch {
            // It holds nothing yet.
            try? fileSystem.remove(partial)
            throw error
        }
    }

    /// Opens the unfinished file of this name and goes on behind its last flush: `rowCount` rows are there. Of a result that has its final
    /// name already these are all: `finish` then only makes sure that the name is on the disk.
    ///
    /// - Throws: `notFound`, `descriptionDiffers`, `locked` while another process writes it, `unsupported`, `cannotRead`.
    public static func resume(
        _ path: String, _ description: ReductionDescription, replacing: Bool = false,
        fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) -> ReductionFile {
        try description.check()
        if try exists(path, fileSystem), try !exists(partialPath(path), fileSystem) {
            do throws(ReductionFileError) {
                return try ReductionFile(path, description, replacing: replacing, isNamed: true, fileSystem: fileSystem)
            } catch {
                switch error.code {
                case .locked, .cannotWrite, .diskFull: throw error
                // There is nothing to be continued, and what there is may be replaced.
                case _ where replacing: break
                case .descriptionDiffers:
                    throw ReductionFileError(
                        .descriptionDiffers, "There is a finished result of this name that was made otherwise", at: error.place,
                        got: error.got, expected: error.expected, remedy: "Nothing was overwritten; choose another name")
                default: throw existing(path, cause: error)
                }
            }
        }
        return try ReductionFile(path, description, replacing: replacing, fileSystem: fileSystem)
    }
}
