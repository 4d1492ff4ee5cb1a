import Custody
import EmbargoClock
import RunCatalogue

/// The clocks in words that people read.
package struct EmbargoWords {
    package let state: String
    /// The first open day by the rule, ISO; nil where there is no clock.
    package let opens: String?
    package let summary: String
    package let retention: String

    package init(_ status: EmbargoStatus, rules: FacilityRules) {
        state = Self.word(status.state)
        opens = status.dates.opening.map { "\($0.firstOpenDay)" }
        let day = { (instant: Instant) in (try? rules.zone.localDate(of: instant)).map { "\($0)" } ?? "\(instant)" }
        switch status.state {
        case .open: summary = "open since \(status.openedAt.map(day) ?? "?") under \(status.licence)"
        case .embargoed, .extensionPending: summary = "\(state), opens on \(opens ?? "?")"
        case .collecting: summary = "collecting: the clocks start when the session is closed"
        case .held: summary = "held: opens when the hold is lifted"
        case .proprietary: summary = "proprietary: no embargo, no opening"
        case .withdrawn(let reason): summary = "withdrawn: \(reason)"
        case .purged: summary = "purged: the record stays, the bytes are gone"
        }
        switch status.retention {
        case .notStarted: retention = "not counted yet"
        case .outsidePolicy: retention = "outside the policy"
        case .kept(let until):
            retention = "kept until \(status.dates.retention.map { "\($0.lastKeptDay)" } ?? day(until)) at least"
        case .dueForReview(let since): retention = "due for review since \(day(since))"
        case .purgeNotice(let from, let isConfirmed):
            retention = "to be purged from \(day(from)) on\(isConfirmed ? "" : ", not confirmed by a second person")"
        case .purged(let at): retention = "purged on \(day(at))"
        }
    }

    static func word(_ state: EmbargoState) -> String {
        switch state {
        case .collecting: "collecting"
        case .embargoed(let extensions): extensions == 0 ? "embargoed" : "embargoed, extended \(extensions)x"
        case .extensionPending: "embargoed, extension pending"
        case .held(let over): "held over \(word(over))"
        case .open: "open"
        case .proprietary: "proprietary"
        case .withdrawn: "withdrawn"
        case .purged: "purged"
        }
    }
}
