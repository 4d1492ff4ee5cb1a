import ChunkFile
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// A step on the way to the deletion of bytes.
public enum PurgeStep: String, CaseIterable, Sendable { case propose, confirm, cancel, done }

extension Custodian {
    /// Takes a step towards the end of a record's bytes.
    ///
    /// Works that are known to cite the data are part of the proposal, whether or not it names them, and the second person names all of them.
    /// `done` records what was deleted by the facility's own means, and is refused while a data file lies where the run was recorded: what cannot
    /// be seen from this machine is believed, as what lies elsewhere is a copy, which is registered as such and stands against it too.
    /// - Parameters:
    ///   - citations: DOIs of works that cite the data: of `propose` beside those that the catalogue knows, of `confirm` all of them.
    ///   - fileSystem: on which the files are looked for.
    /// - Throws: `clockRefuses` with the guard that stands against it; `badRequest` for what is no DOI.
    public func purge(
        _ owner: ClockOwner, _ step: PurgeStep, reason: String, citations: [String], by actor: Actor,
        fileSystem: any FileSystem = LocalFileSystem()
    ) async throws(CatalogueError) -> Decision {
        switch step {
        case .propose:
            let named = try Self.works(citations)
            let known = Set(try await store.worksCiting(runs(of: owner), tenant: tenant)).union(named).sorted()
            return try await decide(owner, by: actor) { _ throws(CatalogueError) in
                .purgeProposed(reason: reason, citations: known)
            }
        case .confirm:
            let seen = Set(try Self.works(citations))
            let known = Set(try await store.worksCiting(runs(of: owner), tenant: tenant))
            return try await decide(owner, by: actor) { care throws(CatalogueError) in
                let proposed = care.record.citationsOfPurge
                let news = known.subtracting(proposed)
                guard news.isEmpty else {
                    throw CatalogueError(
                        .clockRefuses, "Works cite the data that the proposal does not know of", at: "\(owner)",
                        got: news.sorted().prefix(10).joined(separator: ", "), expected: "a proposal that names them",
                        remedy: "Cancel the proposal, and make it again if the data may go nevertheless",
                        cause: ClockGuard(.stateForbids))
                }
                // In the order of the proposal, with which the state machine compares them.
                return .purgeConfirmed(citationsSeen: seen == Set(proposed) ? proposed : seen.sorted())
            }
        case .cancel: return try await decide(owner, by: actor) { _ throws(CatalogueError) in .purgeCancelled(reason: reason) }
        case .done:
            let leases = try await leases(of: owner)
            return try await decide(owner, by: actor) { _ throws(CatalogueError) in
                .purged(leases: leases)
            } writing: { move throws(CatalogueError) in
                // Once it is sure that this person may record it: where runs lie is not told to others.
                try await requireNoBytes(of: owner, fileSystem)
                try await store.move([move], tenant: tenant)
            }
        }
    }

    /// - Throws: `clockRefuses`, naming the first data file that is still there.
    private func requireNoBytes(of owner: ClockOwner, _ fileSystem: any FileSystem) async throws(CatalogueError) {
        let everything = ReaderScope.everything(tenant: tenant)
        for pid in try await runs(of: owner) {
            guard let folder = try await store.run(pid, scope: everything).folder else { continue }
            var position: Int64? = 0
            while let from = position {
                let page = try await store.files(of: pid, scope: everything, from: from, limit: 1000)
                for file in page.files where file.file.role == .data {
                    try refuse(folder + "/" + file.file.path, of: pid, fileSystem)
                }
                position = page.next
            }
        }
    }

    private func refuse(_ path: String, of pid: RunIdentifier, _ fileSystem: any FileSystem) throws(CatalogueError) {
        do throws(ChunkFileError) { fileSystem.closeFile(try fileSystem.open(path, .readOnly)) } catch {
            if error.code == .notFound { return }
            throw CatalogueError(
                .storage, "Whether the data are deleted cannot be seen", at: path,
                remedy: "See the rights and the disk; nothing was recorded", cause: error)
        }
        throw CatalogueError(
            .clockRefuses, "The data are still there", at: path, got: "a file of run \(pid)", expected: "none of its data files",
            remedy: "Delete them by the facility's own means, then record it", cause: ClockGuard(.stateForbids))
    }

    private static func works(_ texts: [String]) throws(CatalogueError) -> [String] {
        var works: [String] = []
        for text in texts {
            do { works.append(try DOI(text).description.lowercased()) } catch {
                throw CatalogueError(
                    .badRequest, "A work that cites the data is named by its DOI", got: "'\(text.prefix(80).printable)'",
                    expected: "10.5555/12345678, with or without https://doi.org/", cause: error)
            }
        }
        return works
    }
}

extension EmbargoRecord {
    /// Of the proposal that stands, or stood last.
    fileprivate var citationsOfPurge: [String] {
        for entry in entries.reversed() {
            if case .purgeProposed(_, let citations) = entry.event { return citations }
        }
        return []
    }
}
