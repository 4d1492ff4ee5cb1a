import ChunkFile
import Diagnostics

/// Room on the disk for what a seal adds to the data files: the final master file and run.json. Taken when the run is armed and given
/// back when it is sealed, so that a disk that fills up meanwhile stops the frames but not their seal.
struct SealReservation {
    let folder: RunFolder
    let fileSystem: any FileSystem

    /// - Parameters:
    ///   - masterBytes: size of the provisional master: the final one holds the same arrays.
    ///   - maskBytes: of a mask that the seal derives, where the stream sent none.
    ///   - frames: announced number of frames; each has its times, its validity and its time of receipt in the master.
    static func byteCount(masterBytes: Int, maskBytes: Int, frames: Int) -> Int {
        masterBytes + maskBytes + min(frames, maximumFrames) * bytesPerFrame + fixedBytes + summaryBytes(frames: frames)
    }

    /// The part of it that is kept for run.json, which comes last, behind pictures that take what there is.
    static func summaryBytes(frames: Int) -> Int { (256 << 10) + min(frames, maximumFrames) * summaryBytesPerFrame }

    // Four columns of eight bytes and a flag in the master; a list of missing frames in run.json with every second one in it.
    private static let bytesPerFrame = 33
    private static let summaryBytesPerFrame = 20
    // NeXus groups with their attributes, the header as text.
    private static let fixedBytes = 512 << 10
    // A count that is only a limit, as continuous modes announce it, must not reserve a disk.
    private static let maximumFrames = 1_000_000

    private var path: String { folder.path + "/.room-for-the-seal" }

    /// Takes the room; does nothing where the file system gives none ahead.
    func take(_ count: Int, permissions: UInt32) throws(ChunkFileError) {
        let file = try fileSystem.open(path, .createExclusively(permissions: permissions))
        defer { fileSystem.closeFile(file) }
        do {
            try fileSystem.allocate(file, offset: 0, count: count, extendingSize: true)
        } catch {
            guard error.code == .systemCall else { throw error }
        }
    }

    /// Gives back all but the first `count` bytes. A run without a reservation (sealed before and interrupted) is no error.
    func shrink(to count: Int) throws(ChunkFileError) {
        do {
            let file = try fileSystem.open(path, .readWrite)
            defer { fileSystem.closeFile(file) }
            if try fileSystem.size(file) > count { try fileSystem.setSize(file, count) }
        } catch {
            guard error.code == .notFound else { throw error }
        }
    }

    /// Gives all of it back.
    func giveBack() throws(ChunkFileError) {
        do {
            try fileSystem.remove(path)
        } catch {
            guard error.code == .notFound else { throw error }
        }
    }
}
