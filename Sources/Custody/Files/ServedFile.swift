import Diagnostics
import Identifiers
import RunCatalogue

/// A file of a run that a reader may have, and where its bytes may be looked for.
public struct ServedFile: Sendable {
    public let pid: RunIdentifier
    public let file: RunFile
    /// Roots that may hold it, each with the way from there, part by part; none: its bytes are not served here.
    public let places: [Place]
    /// How copies in other stores stand, for when it is at none of the places.
    public let copies: Set<ReplicaState>
    /// Whether everyone may have it.
    public let isOpen: Bool

    public struct Place: Sendable, Hashable {
        public let root: String
        public let way: [String]
    }
}

extension Custodian {
    /// - Throws: `notFound`, `forbidden` as for the run; `noSuchFile`; `gone` where the bytes were purged.
    public func servedFile(
        _ path: String, of text: String, roots: [FileRoot], for reader: Reader
    ) async throws(CatalogueError) -> ServedFile {
        let scope = try await scope(of: reader)
        let pid = try await linkedRun(text, for: reader)
        let run = try await store.run(pid, scope: scope)
        let (file, copies) = try await store.file(path, of: pid, scope: scope)
        try requireBytes(of: run)
        let places = try await places(of: [file], in: served(run, roots: roots, scope: scope))[0]
        return ServedFile(pid: pid, file: file, places: places, copies: copies, isOpen: run.state == .open)
    }
}
