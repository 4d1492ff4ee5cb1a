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
    private static let longest = 32 << 10

    /// A run of the outbox.
    public struct Entry: Sendable, Hashable {
        public enum Standing: Sendable, Hashable {
            /// Its recorder writes, or died: faisceau recover seals it.
            case notSealed
            case waiting
            /// With what the catalogue said.
            case refused(String)
        }

        public let run: String
        public let standing: Standing

        package init(run: String, standing: Standing) {
            self.run = run
            self.standing = standing
        }
    }

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
    public func put(run folder: String) throws(ChunkFileError) { try write(folder, to: file(of: folder)) }

    /// Whole or not at all.
    private func write(_ text: String, to path: String) throws(ChunkFileError) {
        let part = path + ".part"
        // What a killed process left there.
        try removeIfThere(part)
        let file = try fileSystem.open(part, .createExclusively(permissions: 0o600))
        defer { fileSystem.closeFile(file) }
        let bytes = Array((text + "\n").utf8)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try fileSystem.write(file, UnsafeRawBufferPointer(copy), at: 0)
        try fileSystem.sync(file, dataOnly: false)
        try fileSystem.rename(part, to: path)
    }

    private func removeIfThere(_ path: String) throws(ChunkFileError) {
        do throws(ChunkFileError) { try fileSystem.remove(path) } catch {
            if error.code != .notFound { throw error }
        }
    }

    /// Folders of runs that wait, sealed ones only: in the order of their names.
    public func waiting() -> [String] { entries().filter { $0.standing == .waiting }.map(\.run) }

    /// All that is here, in the order of their names; a file that names no run is left out.
    public func entries() -> [Entry] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().compactMap(entry)
    }

    private func entry(_ name: String) -> Entry? {
        let isRefused = name.hasSuffix(Self.suffix + Self.refusedSuffix)
        guard isRefused || name.hasSuffix(Self.suffix), let bytes = FileManager.default.contents(atPath: folder + "/" + name),
            bytes.count <= Self.longest
        else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
        guard let run = lines.first else { return nil }
        let reason = lines.count > 1 ? lines[1].trimmingCharacters(in: .newlines) : ""
        guard !isRefused else { return Entry(run: run, standing: .refused(reason)) }
        // The manifest comes after run.json; a run that got none is handed over by a person.
        let isReady = ["/run.json", "/manifest.sha256"].allSatisfy { FileManager.default.fileExists(atPath: run + $0) }
        return Entry(run: run, standing: isReady ? .waiting : .notSealed)
    }

    /// The catalogue has it.
    public func done(run folder: String) throws(ChunkFileError) { try fileSystem.remove(file(of: folder)) }

    /// The catalogue will not have it, however often it is asked: kept with the reason, and left alone until a person lets it go again.
    public func refused(run folder: String, saying reason: String) throws(ChunkFileError) {
        let path = file(of: folder)
        try write(folder + "\n" + String(reason.prefix(4000)), to: path + Self.refusedSuffix)
        try removeIfThere(path)
    }

    /// Whatever was the reason is mended: the next ingest hands it over.
    public func retry(run folder: String) throws(ChunkFileError) {
        try put(run: folder)
        try removeIfThere(file(of: folder) + Self.refusedSuffix)
    }

    private func file(of run: String) -> String {
        folder + "/" + URL(fileURLWithPath: run).lastPathComponent + Self.suffix
    }
}
