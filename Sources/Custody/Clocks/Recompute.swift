import Diagnostics
import EmbargoClock
import RunCatalogue

/// What counting every date anew came to.
public struct RecomputeReport: Sendable {
    public var looked = 0
    public var differences: [Difference] = []

    public struct Difference: Sendable {
        public let owner: ClockOwner
        public let what: String
        /// Whether the chain was brought to the installed zone table.
        public var isMended = false
    }
}

extension Custodian {
    /// Counts every date of every record anew, from the chain of decisions alone, and compares with what is stored: chain, columns, runs.
    ///
    /// - Parameter mend: writes the event `zoneTableChanged` where another release of the zone table moves an instant. What was edited behind
    ///   the catalogue's back is only told.
    public func recompute(
        mend: Bool, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> RecomputeReport {
        var report = RecomputeReport()
        var after: Int64?
        repeat {
            let part = try await store.clockOwners(tenant: tenant, after: after, limit: 1000)
            for owner in part.owners {
                report.looked += 1
                try await recompute(owner, mend, &report)
            }
            after = part.next
            progress(report.looked)
        } while after != nil
        return report
    }

    private func recompute(_ owner: ClockOwner, _ mend: Bool, _ report: inout RecomputeReport) async throws(CatalogueError) {
        do { try await store.verifyClock(of: owner, tenant: tenant) } catch {
            guard error.code == .historyBroken || error.code == .unknownValue else { throw error }
            report.differences.append(.init(owner: owner, what: "\(error)"))
            return
        }
        let record = try await store.clock(of: owner, tenant: tenant)
        guard record.zone == rules.zone.identifier else {
            report.differences.append(
                .init(owner: owner, what: "counts in \(record.zone), the facility in \(rules.zone.identifier)"))
            return
        }
        let isCurrent = try ruled(at: "\(owner)") { () throws(EmbargoError) in try record.isCurrent(in: rules.zone) }
        guard !isCurrent else { return }
        let version = record.dates.opening?.basis.zoneTableVersion ?? "?"
        var difference = RecomputeReport.Difference(
            owner: owner,
            what: version == rules.zone.tableVersion
                ? "the stored instants are not those of zone table \(version), by which they say they were counted"
                : "zone table \(rules.zone.tableVersion) moves an instant that \(version) gave")
        if mend, version != rules.zone.tableVersion {
            try await decide(owner, by: .system) { _ throws(CatalogueError) in .zoneTableChanged }
            difference.isMended = true
        }
        report.differences.append(difference)
    }
}
