import Diagnostics
import EmbargoClock
import RunCatalogue

/// What counting every date anew came to.
public struct RecomputeReport: Sendable {
    public var looked = 0
    public var differences: [Difference] = []
    /// Those that go by an earlier policy than the facility's, which is no difference: a later rule never moves an earlier decision unseen.
    /// The first of them, and how many there are.
    public var behind: [Behind] = []
    public var behindCount = 0
    public var refusedCount = 0
    static let mostBehind = 1000

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
    /// - Parameter policyReason: writes the event `policyChanged` into each record that goes by an earlier policy than the facility's, with this
    ///   reason, by `actor`, who is a curator or a director; records that it would open at once stay as they are, and are told.
    public func recompute(
        mend: Bool, policyReason: String? = nil, by actor: Actor = .custodian, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> RecomputeReport {
        var report = RecomputeReport()
        var after: Int64?
        repeat {
            let part = try await store.clockOwners(tenant: tenant, after: after, limit: 1000)
            for owner in part.owners {
                report.looked += 1
                guard let record = try await recompute(owner, mend, &report) else { continue }
                try await comparePolicy(owner, record, reason: policyReason, by: actor, &report)
            }
            after = part.next
            progress(report.looked)
        } while after != nil
        return report
    }

    /// - Returns: the record, if its dates are what they should be.
    private func recompute(
        _ owner: ClockOwner, _ mend: Bool, _ report: inout RecomputeReport
    ) async throws(CatalogueError) -> EmbargoRecord? {
        do { try await store.verifyClock(of: owner, tenant: tenant) } catch {
            guard error.code == .historyBroken || error.code == .unknownValue else { throw error }
            report.differences.append(.init(owner: owner, what: "\(error)"))
            return nil
        }
        let record = try await store.clock(of: owner, tenant: tenant)
        guard record.zone == rules.zone.identifier else {
            report.differences.append(
                .init(owner: owner, what: "counts in \(record.zone), the facility in \(rules.zone.identifier)"))
            return nil
        }
        let isCurrent = try ruled(at: "\(owner)") { () throws(EmbargoError) in try record.isCurrent(in: rules.zone) }
        guard !isCurrent else { return record }
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
        return difference.isMended ? try await store.clock(of: owner, tenant: tenant) : nil
    }
}
