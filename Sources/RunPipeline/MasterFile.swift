import ChunkFile
import Diagnostics
import HDF5
import NeXus

/// Writes a run's master file: beside its place, then by rename, so that a reader finds the provisional one or the final one, whole.
enum MasterFile {
    /// - Parameter durable: whether it must outlive a power cut when this returns.
    static func write(
        _ tree: NeXusGroup, in folder: RunFolder, mode: UInt32, durable: Bool, fileSystem: any FileSystem
    ) throws {
        let temporary = folder.unfinished(folder.masterFile)
        do {
            // A writer that was killed may have left half of one.
            try NeXusWriter.write(tree, to: temporary, mode: .replaceExisting)
            try fileSystem.setPermissions(temporary, mode)
            if durable { try fileSystem.syncFile(temporary) }
            try fileSystem.rename(temporary, to: folder.master)
        } catch {
            try? fileSystem.remove(temporary)
            throw PipelineError(
                .writeFailed, "the master file cannot be written", at: folder.master,
                remedy: "the frames are safe in the data files and their ledgers; free space and recover the run", cause: error)
        }
    }
}
