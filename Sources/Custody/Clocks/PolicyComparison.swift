import Diagnostics
import EmbargoClock
import RunCatalogue

extension RecomputeReport {
    /// A record that goes by an earlier policy than the facility's file tells: no policy moves what is there by being written into a file.
    public struct Behind: Sendable {
        public let owner: ClockOwner
        /// By which it goes, or went.
        public let version: String
        /// By its own policy; nil while nobody can say.
        public let opens: LocalDate?
        /// By the facility's; nil also where it is refused.
        public let wouldOpen: LocalDate?
        /// What stands against it: no policy opens anything at once.
        public var refusal: String?
        public var isApplied = false
    }
}

extension Custodian {
    /// - Parameter reason: brings the record to the facility's policy, and stands in the chain of its decisions; nil only looks.
    func comparePolicy(
        _ owner: ClockOwner, _ record: EmbargoRecord, reason: String?, by actor: Actor, _ report: inout RecomputeReport
    ) async throws(CatalogueError) {
        let now = try await time.now().now
        let (theirs, ours) = (record.policy, rules.policy)
        guard theirs != ours, record.goesByPolicy(at: now) else { return }
        guard theirs.version != ours.version else {
            report.differences.append(
                .init(
                    owner: owner,
                    what:
                        "policy '\(ours.version)' had other numbers when this was counted: a policy that changes needs another version"
                )
            )
            return
        }
        let event = EmbargoEvent.policyChanged(ours, reason: reason ?? "to compare")
        var candidate: EmbargoRecord?
        var refusal: EmbargoError?
        do throws(EmbargoError) {
            candidate = try record.applying(event, by: Author(person: actor.identifier, role: .curator), at: now, in: rules.zone)
        } catch { refusal = error }
        var behind = RecomputeReport.Behind(
            owner: owner, version: theirs.version, opens: record.dates.opening?.firstOpenDay,
            wouldOpen: candidate?.dates.opening?.firstOpenDay, refusal: refusal.map { "\($0)" })
        if reason != nil, refusal == nil {
            do throws(CatalogueError) {
                try await decide(owner, by: actor) { _ throws(CatalogueError) in event }
                behind.isApplied = true
            } catch {
                guard error.code == .clockRefuses else { throw error }
                behind.refusal = "\(error)"
            }
        }
        report.behindCount += 1
        if behind.refusal != nil { report.refusedCount += 1 }
        if report.behind.count < RecomputeReport.mostBehind { report.behind.append(behind) }
    }
}
