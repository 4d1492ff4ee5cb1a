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
        let pid = try await run(text, for: reader)
        let run = try await store.run(pid, scope: scope)
        let (file, copies) = try await store.file(path, of: pid, scope: scope)
        guard run.state != .purged else {
            throw CatalogueError(
                .gone, "The bytes of this run are gone: the time for which they were kept is over", at: "\(pid)",
                remedy: "Its page, its metadata and its checksums stay")
        }
        var places: [ServedFile.Place] = []
        // Where it lies is told to nobody but the team; its bytes come from there for all who may read them.
        let everything = try await store.run(pid, scope: .everything(tenant: tenant))
        if let folder = everything.folder, !roots.isEmpty,
            try await isOwn(folder + "/" + file.path, of: everything.origin.team)
        {
            let registrar = try await store.history(of: pid, scope: .everything(tenant: tenant)).first?.person
            for root in roots where try await owns(root, registrar) {
                if let way = root.way(to: folder + "/" + file.path) { places.append(.init(root: root.path, way: way)) }
            }
        }
        return ServedFile(pid: pid, file: file, places: places, copies: copies, isOpen: run.state == .open)
    }

    /// Whether no other team's run lies between a run and its file: a list of files is written by its team, and may name what came to lie there.
    private func isOwn(_ path: String, of team: String?) async throws(CatalogueError) -> Bool {
        try await store.teams(ofInnermostRunAround: path, tenant: tenant) == [team]
    }

    /// Whether a root is for runs of whoever registered one, by number; nil for the custodian.
    private func owns(_ root: FileRoot, _ registrar: Int64?) async throws(CatalogueError) -> Bool {
        guard let name = root.account else { return registrar == nil }
        guard let registrar else { return false }
        do { return try await store.account(name, tenant: tenant).person.number == registrar } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }
}
