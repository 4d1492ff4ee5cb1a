import ChunkFile
import Diagnostics
import Digests
import Foundation
import RunModel

/// Writes `manifest.sha256` of a sealed run; it follows the seal, because it reads every byte once more.
struct ManifestWriter {
    let folder: RunFolder
    let rights: RunFolder.Rights
    let fileSystem: any FileSystem

    /// - Parameter files: paths relative to the run's folder, `run.json` among them.
    func write(_ files: [String]) throws -> Manifest {
        let lines = try files.map { path in
            try Manifest.Line(sha256: try FileDigest.sha256(of: folder.path + "/" + path, fileSystem: fileSystem), path: path)
        }
        let manifest = try Manifest(lines)
        try SealedFile.write(Data(manifest.text.utf8), to: folder.manifestFile, rights: rights, fileSystem: fileSystem)
        return manifest
    }
}

/// A small file that is there whole or not at all: written beside its place, forced to the disk, renamed.
enum SealedFile {
    static func write(_ data: Data, to path: String, rights: RunFolder.Rights, fileSystem: any FileSystem) throws {
        let temporary = path + ".part"
        if FileManager.default.fileExists(atPath: temporary) { try fileSystem.remove(temporary) }
        let file = try fileSystem.open(temporary, .createExclusively(permissions: 0o600))
        do {
            defer { fileSystem.closeFile(file) }
            try data.withUnsafeBytes { try fileSystem.write(file, $0, at: 0) }
            try fileSystem.sync(file, dataOnly: false)
        }
        try fileSystem.setPermissions(temporary, rights.sealedMode)
        try fileSystem.rename(temporary, to: path)
    }
}
