import Diagnostics
import Identifiers
import RunCatalogue

/// A run whose files a reader may list, and where their bytes may be looked for: asked once for all of its files.
public struct ServedRun: Sendable {
    public let pid: RunIdentifier
    public let fileCount: Int64
    /// Of all files together.
    public let bytes: Int64
    /// Whether everyone may have it.
    public let isOpen: Bool
    /// Whether any root may hold its files; without one its bytes are not served here.
    public var hasBytes: Bool { folder != nil && !roots.isEmpty }
    let scope: ReaderScope
    let folder: String?
    let team: String?
    /// Only those that are for runs of whoever registered this one.
    let roots: [FileRoot]
}

extension Custodian {
    /// - Throws: `notFound`, `forbidden` as for the run; `gone` where the bytes were purged.
    public func servedRun(
        _ text: String, roots: [FileRoot], for reader: Reader
    ) async throws(CatalogueError) -> ServedRun {
        let scope = try await scope(of: reader)
        let run = try await store.run(try await self.linkedRun(text, for: reader), scope: scope)
        try requireBytes(of: run)
        return try await served(run, roots: roots, scope: scope)
    }

    func requireBytes(of run: RunRecord) throws(CatalogueError) {
        guard run.state == .purged else { return }
        throw CatalogueError(
            .gone, "The bytes of this run are gone: the time for which they were kept is over", at: "\(run.pid)",
            remedy: "Its page, its metadata and its checksums stay")
    }

    /// - Parameter run: as the reader of the scope sees it.
    func served(
        _ run: RunRecord, roots: [FileRoot], scope: ReaderScope
    ) async throws(CatalogueError) -> ServedRun {
        // Where it lies is told to nobody but the team; its bytes come from there for all who may read them.
        let everything = try await store.run(run.pid, scope: .everything(tenant: tenant))
        var own: [FileRoot] = []
        if everything.folder != nil, !roots.isEmpty {
            let registrar = try await store.history(of: run.pid, scope: .everything(tenant: tenant)).first?.person
            for root in roots where try await owns(root, registrar) { own.append(root) }
        }
        return ServedRun(
            pid: run.pid, fileCount: run.fileCount, bytes: run.bytes, isOpen: run.state == .open, scope: scope,
            folder: everything.folder, team: everything.origin.team, roots: own)
    }

    /// One page of its files. The access rule is asked for each: what is taken back meanwhile ends there.
    /// - Throws: as for the run.
    public func files(
        of served: ServedRun, from position: Int64, limit: Int
    ) async throws(CatalogueError) -> FilePage {
        try await store.files(of: served.pid, scope: served.scope, from: position, limit: limit)
    }

    /// Where each of these files may lie: the places in the order of the roots.
    public func places(
        of files: [RunFile], in served: ServedRun
    ) async throws(CatalogueError) -> [[ServedFile.Place]] {
        guard let folder = served.folder, !served.roots.isEmpty else { return files.map { _ in [] } }
        // Whose run lies innermost around a file is decided by its folder: files of one need one look.
        var known: [Substring: Bool] = [:]
        var places: [[ServedFile.Place]] = []
        for file in files {
            let path = folder + "/" + file.path
            let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            if known[parent] == nil { known[parent] = try await isOwn(path, of: served.team) }
            guard known[parent] == true else {
                places.append([])
                continue
            }
            places.append(
                served.roots.compactMap { root in root.way(to: path).map { ServedFile.Place(root: root.path, way: $0) } })
        }
        return places
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
