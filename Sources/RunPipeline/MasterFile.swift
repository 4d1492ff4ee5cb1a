import ChunkFile
import Diagnostics
import NeXus

/// Writes a run's master file: beside its place, then by rename, so that a reader finds the provisional one or the final one, whole.
enum MasterFile {
    static func write(_ tree: NeXusGroup, in folder: RunFolder, mode: UInt32, fileSystem: any FileSystem) throws {
        let temporary = folder.path + "/." + folder.masterFile + ".part"
        do {
            try NeXusWriter.write(tree, to: temporary)
            try fileSystem.setPermissions(temporary, mode)
            try fileSystem.rename(temporary, to: folder.master)
        } catch {
            try? fileSystem.remove(temporary)
            throw PipelineError(
                .writeFailed, "the master file cannot be written", at: folder.master,
                remedy: "the frames are safe in the data files and their ledgers; free space and recover the run", cause: error)
        }
    }
}
