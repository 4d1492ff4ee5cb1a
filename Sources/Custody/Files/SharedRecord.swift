import DataCite
import Diagnostics
import Identifiers
import RunCatalogue
import RunModel

/// What the holder of a link may read of a record beside what everyone may know.
public struct SharedRecord: Sendable {
    public enum Content: Sendable {
        /// - `isServed`: whether its bytes can be fetched here.
        case run(RunRecord, files: [RunFile], isServed: Bool)
        /// The newest first, of so many.
        case session([RunRecord], count: BoundedCount)
    }
    public let content: Content
    /// When the link ends.
    public let ends: Timestamp?
}

extension Custodian {
    /// - Parameters:
    ///   - link: what somebody shows.
    ///   - most: files, or runs, that are named.
    /// - Returns: nil where the link reads nothing of it, or nothing that everyone does not read.
    public func shared(
        _ found: PublicRecord, roots: [FileRoot], with link: Secret, most: Int
    ) async throws(CatalogueError) -> SharedRecord? {
        let (text, reader) = ("\(found.record.doi)", Reader(link: link))
        do throws(CatalogueError) {
            switch found.kind {
            case .run:
                let served = try await servedRun(text, roots: roots, for: reader)
                guard !served.isOpen else { return nil }
                let run = try await store.run(served.pid, scope: served.scope)
                let files = try await self.files(of: served, from: 0, limit: most).files.map(\.file)
                let owner = try await store.clockOwner(of: served.pid, tenant: tenant)
                return SharedRecord(
                    content: .run(run, files: files, isServed: served.hasBytes), ends: try await end(of: link, to: owner))
            case .session:
                guard let pid = try? PersistentIdentifier(text) else { return nil }
                let session = try await store.session(pid: pid, tenant: tenant)
                let owner = ClockOwner.session(session.name)
                guard let ends = try await end(of: link, to: owner) else { return nil }
                let page = try await store.page(
                    RunFilter(proposal: session.name.proposal, session: session.name.name), scope: scope(of: reader), after: nil,
                    limit: most, countLimit: 10_000)
                return page.runs.isEmpty ? nil : SharedRecord(content: .session(page.runs, count: page.count), ends: ends)
            case .collection, .sample, .instrument: return nil
            }
        } catch {
            if [.forbidden, .notFound, .gone].contains(error.code) { return nil }
            throw error
        }
    }

    /// nil for a link to something else.
    private func end(of link: Secret, to owner: ClockOwner) async throws(CatalogueError) -> Timestamp? {
        let share = try await store.shares(of: owner, tenant: tenant).first { $0.holder == link.holder && $0.endedAt == nil }
        return share.map { Timestamp(unixNanoseconds: $0.expires * 1_000_000_000) }
    }
}
