import Diagnostics
import EmbargoClock
import RunCatalogue

extension Custodian {
    /// What is due for review, proposed for a purge, or waits for one; for curators, directors and the custodian.
    public func retentionReview(
        for reader: Reader
    ) async throws(CatalogueError) -> [(owner: ClockOwner, status: EmbargoStatus)] {
        let scope = try await scope(of: reader)
        guard scope.readsEverything || scope.curates else {
            throw CatalogueError(.forbidden, "Retention is reviewed by curators", expected: "an account with that role")
        }
        let now = try await time.now().now
        var due: [(ClockOwner, EmbargoStatus)] = []
        var after: Int64?
        repeat {
            let part = try await store.clockOwners(tenant: tenant, after: after, limit: 1000)
            for owner in part.owners {
                let status = try await store.clock(of: owner, tenant: tenant).status(at: now)
                switch status.retention {
                case .dueForReview, .purgeNotice: due.append((owner, status))
                case .notStarted, .outsidePolicy, .kept, .purged: break
                }
            }
            after = part.next
        } while after != nil
        return due
    }

    /// How many jobs hold a lease on the runs of a record now.
    public func leasesHeld(of owner: ClockOwner) async throws(CatalogueError) -> Int { try await leases(of: owner) }
}
