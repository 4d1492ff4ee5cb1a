import ChunkFile
import Diagnostics
import Foundation
import RunModel

/// The runs of an output folder that wait to be handed over to a catalogue: a small file for each in `OUT/.faisceau/outbox`, made when the run is
/// armed and removed when the catalogue has answered. So a run whose recorder died, and that is sealed later by a recovery, is handed over too.
public struct HandOverOutbox: Sendable {
    public let folder: String
    private let fileSystem: any FileSystem

    static let suffix = ".run"
    static let refusedSuffix = ".refused"

    public init(outputFolder: String, fileSystem: any FileSystem) {
        folder = outputFolder + "/.faisceau/outbox"
        self.fileSystem = fileSystem
    }

    /// Makes the folder if it is not there.
    public func prepare() throws(ChunkFileError) {
        for path in [String(folder.dropLast("/outbox".count)), folder] {
            do throws(ChunkFileError) { try fileSystem.makeFolder(path, permissions: 0o700) } catch {
                if error.code != .alreadyExists { throw error }
            }
        }
    }

    /// Remembers that a run is to be handed over, once it is sealed.
    public func put(run folder: String) throws(ChunkFileError) {
        let path = file(of: folder)
        let part = path + ".part"
        // What a killed process left there.
        do throws(ChunkFileError) { try fileSystem.remove(part) } catch {
            if error.code != .notFound { throw error }
        }
        let file = try fileSystem.open(part, .createExclusively(permissions: 0o600))
        defer { fileSystem.closeFile(file) }
        try write(Array((folder + "\n").utf8), to: file)
        try fileSystem.rename(part, to: path)
    }

    private func write(_ bytes: [UInt8], to file: OpenFile) throws(ChunkFileError) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try fileSystem.write(file, UnsafeRawBufferPointer(copy), at: 0)
        try fileSystem.sync(file, dataOnly: false)
    }

    /// Folders of runs that wait, sealed ones only: in the order of their names.
    public func waiting() -> [String] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(Self.suffix) }
            .sorted()
        return names.compactMap { name in
            guard let text = FileManager.default.contents(atPath: folder + "/" + name), text.count <= 8192 else { return nil }
            let run = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
            // The manifest comes after run.json; a run that got none is handed over by a person.
            let isReady = ["/run.json", "/manifest.sha256"].allSatisfy { FileManager.default.fileExists(atPath: run + $0) }
            return isReady ? run : nil
        }
    }

    /// The catalogue has it.
    public func done(run folder: String) throws(ChunkFileError) { try fileSystem.remove(file(of: folder)) }

    /// The catalogue will not have it, however often it is asked: kept, and left alone.
    public func refused(run folder: String) throws(ChunkFileError) {
        try fileSystem.rename(file(of: folder), to: file(of: folder) + Self.refusedSuffix)
    }

    private func file(of run: String) -> String {
        folder + "/" + URL(fileURLWithPath: run).lastPathComponent + Self.suffix
    }
}
