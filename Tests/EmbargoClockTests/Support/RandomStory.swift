import EmbargoClock
import Foundation
import TestSupport

/// A story of random events: mostly by those who may, mostly near the moments that matter. It is told to a record, and written down for
/// the oracle.
struct RandomStory {
    let zone: TimeZoneRules
    private(set) var record: EmbargoRecord
    /// What the oracle reads.
    private(set) var written: [String: Any]
    /// Accepted or not, state, retention, closed until, readers of bytes and metadata, first open day; after the registration and after each event.
    private(set) var told: [[String]] = []
    private var random: SeededGenerator
    private var now: Instant
    private var events: [[String: Any]] = []
    private var policyNumber = 1
    private let leaning: Leaning

    /// Without one, stories seldom come to a third extension or to a purge.
    private enum Leaning: UInt64 {
        case none, toExtensions, toPurge
    }

    init(seed: UInt64, zone: TimeZoneRules, events count: Int) throws {
        random = SeededGenerator(seed: seed)
        leaning = Leaning(rawValue: seed / 7 % 3) ?? .none
        self.zone = zone
        let day = try LocalDate(dayNumber: Int.random(in: -5_000...40_000, using: &random))
        // Every fifth anchor is near a leap day, every fifth so that an end may fall on the day that Apia lost.
        let near = [try? LocalDate(year: 2024, month: 2, day: 29), try? LocalDate(year: 2008, month: 12, day: 30)]
        let anchor = near[safe: Int.random(in: 0..<10, using: &random)].flatMap { $0 } ?? day
        let ended = try zone.startOfDay(anchor).advanced(byMilliseconds: Int64.random(in: 0..<86_000_000, using: &random))
        let policy = try Self.policy("p-1", &random)
        let registration: Registration
        switch Int.random(in: 0..<10, using: &random) {
        case 0: registration = .proprietary
        case 1...5: registration = .session(plannedEnd: ended)
        default: registration = .run(ended: try RunEnd(at: ended, in: zone))
        }
        now = ended.advanced(byMilliseconds: Int64.random(in: 0..<10, using: &random) == 0 ? 300_000_000_000 : 1000)
        record = try EmbargoRecord(
            registering: registration, policy: policy, by: People.sweep, at: now, in: zone)
        written = [
            "zone": zone.identifier, "policy": Self.written(policy), "at": now.millisecondsSince1970,
            "ended": ended.millisecondsSince1970, "plannedEnd": ended.millisecondsSince1970,
        ]
        switch registration {
        case .session: written["kind"] = "session"
        case .run: written["kind"] = "run"
        case .proprietary: written["kind"] = "proprietary"
        }
        try note(accepted: true)
        for _ in 0..<count { try tellOne() }
        written["events"] = events
    }

    private static func policy(_ version: String, _ random: inout SeededGenerator) throws -> EmbargoPolicy {
        try EmbargoPolicy(
            version: version, embargoYears: Int.random(in: 2...4, using: &random),
            allowsThirdExtension: Bool.random(using: &random), askingDeadlineDays: [0, 0, 30].randomElement(using: &random) ?? 0,
            grace: Bool.random(using: &random) ? .open : .days(Int.random(in: 1...30, using: &random)),
            objectionDays: Int.random(in: 14...40, using: &random), retentionYears: Int.random(in: 2...10, using: &random),
            access: Bool.random(using: &random) ? .everyone : .registered)
    }

    private static func written(_ policy: EmbargoPolicy) -> [String: Any] {
        var grace = 0
        if case .days(let days) = policy.grace { grace = days }
        return [
            "version": policy.version, "embargoYears": policy.embargoYears, "third": policy.allowsThirdExtension,
            "askingDeadlineDays": policy.askingDeadlineDays, "grace": grace, "objectionDays": policy.objectionDays,
            "retentionYears": policy.retentionYears, "purgeNoticeDays": policy.purgeNoticeDays, "access": policy.access.rawValue,
        ]
    }

    private mutating func tellOne() throws {
        now = later()
        let (event, name, fields, usual) = try someEvent()
        let anyone: [(Author, String)] = [
            (People.principal, "principalInvestigator"), (People.deputy, "deputy"), (People.proposer, "mainProposer"),
            (People.majority, "majority"), (People.member, "teamMember"), (People.otherMember, "teamMember"),
            (People.staff, "beamlineStaff"), (People.curator, "curator"), (People.otherCurator, "curator"),
            (People.director, "director"), (People.sweep, "system"), (Author(person: "p-1", role: .curator), "curator"),
            (Author(person: "c-1", role: .director), "director"),
        ]
        let entitled = anyone.filter { usual.contains($0.1) }
        let isUsual = Int.random(in: 0..<8, using: &random) > 0
        let (author, role) = (isUsual ? entitled : anyone).randomElement(using: &random) ?? (People.sweep, "system")
        events.append(
            fields.merging(["event": name, "at": now.millisecondsSince1970, "person": author.person, "role": role]) { $1 })
        if let next = try? record.applying(event, by: author, at: now, in: zone) {
            record = next
            try note(accepted: true)
        } else {
            try note(accepted: false)
        }
    }

    /// A moment that matters, its neighbours, or some time.
    private mutating func later() -> Instant {
        let dates = record.dates
        var moments = [dates.opening?.opens, dates.opening?.graceEnds, dates.opening?.asksUntil, dates.releaseOpens]
            .compactMap { $0?.at }
        if leaning == .toPurge || Int.random(in: 0..<4, using: &random) == 0 {
            moments += [dates.retention?.ends, dates.purgeAllowed].compactMap { $0?.at }
        }
        let rarity = leaning == .toExtensions ? 12 : 4
        if Int.random(in: 0..<rarity, using: &random) == 0, let moment = moments.randomElement(using: &random), moment > now {
            return max(now, moment.advanced(byMilliseconds: Int64.random(in: -1...1, using: &random)))
        }
        let steps: [Int64] = [0, 1, 3_600_000, 86_400_000, 10 * 86_400_000, 100 * 86_400_000]
        return now.advanced(byMilliseconds: steps.randomElement(using: &random) ?? 0)
    }

    private mutating func note(accepted: Bool) throws {
        let status = record.status(at: now)
        let closedUntil: String =
            switch record.dates.closedUntil {
            case .never: "never"
            case .instant(let instant): "\(instant.millisecondsSince1970)"
            }
        let day = try record.firstOpenDay(at: now, in: zone)
        told.append([
            "\(accepted)", Self.text(status.state), Self.text(status.retention), closedUntil,
            "\(status.readers.bytes.rawValue) \(status.readers.metadata.rawValue)", day.map { "\($0)" } ?? "never",
        ])
    }

    private static func text(_ state: EmbargoState) -> String {
        switch state {
        case .collecting: "collecting"
        case .embargoed(let extensions): "embargoed \(extensions)"
        case .extensionPending(let extensions): "pending \(extensions)"
        case .held(let state): "held \(text(state))"
        case .open: "open"
        case .proprietary: "proprietary"
        case .withdrawn: "withdrawn"
        case .purged: "purged"
        }
    }

    private static func text(_ state: RetentionState) -> String {
        switch state {
        case .notStarted: "not started"
        case .outsidePolicy: "outside"
        case .kept: "kept"
        case .dueForReview(let since): "due \(since.millisecondsSince1970)"
        case .purgeNotice(let from, let isConfirmed):
            "notice \(from.millisecondsSince1970) \(isConfirmed ? "confirmed" : "proposed")"
        case .purged: "purged"
        }
    }
}

extension RandomStory {
    /// The event, its name and fields for the oracle, and the roles that may do it.
    private mutating func someEvent() throws -> (EmbargoEvent, String, [String: Any], [String]) {
        let reason = Int.random(in: 0..<30, using: &random) == 0 ? " " : "Because."
        let said: [String: Any] = ["reason": reason]
        let end = try RunEnd(
            at: now.advanced(byMilliseconds: Int64.random(in: -900_000_000...90_000_000, using: &random)), in: zone)
        let ended: [String: Any] = ["ended": end.at.millisecondsSince1970]
        let review = try zone.localDate(of: now).adding(days: Int.random(in: 0...300, using: &random))
        let onDay: [String: Any] = ["reason": reason, "reviewOn": review.description]
        let curators = ["curator", "director"]
        let team = ["principalInvestigator", "deputy", "mainProposer", "teamMember"]
        var number = Int.random(in: 0..<34, using: &random)
        if Int.random(in: 0..<3, using: &random) > 0 {
            switch leaning {
            case .none: break
            case .toExtensions: number = Int.random(in: 2..<14, using: &random)
            case .toPurge: number = [2, 25, 30, 31, 33].randomElement(using: &random) ?? 33
            }
        }
        switch number {
        case 0: return (.runEnded(end), "runEnded", ended, ["system", "beamlineStaff"])
        case 1:
            let planned = now.advanced(byDaysOf24Hours: Int.random(in: -20...20, using: &random))
            return (
                .plannedEndMoved(to: planned), "plannedEndMoved", ["to": planned.millisecondsSince1970],
                ["system", "beamlineStaff", "curator"]
            )
        case 2, 3: return (.sessionClosed, "sessionClosed", [:], ["beamlineStaff", "curator", "system"])
        case 4:
            // Every third one so long ago that the data would open at once.
            let years = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 2...7, using: &random) : 0
            let typed = try RunEnd(at: end.at.advanced(byDaysOf24Hours: -366 * years), in: zone)
            return (
                .anchorCorrected(typed, reason: reason), "anchorCorrected",
                said.merging(["ended": typed.at.millisecondsSince1970]) { $1 }, ["curator"]
            )
        case 5:
            let holder: RightHolder = [.mainProposer, .teamMajority, .facility].randomElement(using: &random) ?? .facility
            return (
                .rightsPassed(to: holder, reason: reason), "rightsPassed", said.merging(["to": holder.rawValue]) { $1 }, curators
            )
        case 6...10:
            let proposal: ProposalRecord = Int.random(in: 0..<5, using: &random) == 0 ? .absent : .found
            return (
                .extensionAsked(reason: reason, proposal: proposal), "extensionAsked",
                said.merging(["proposal": proposal.rawValue]) { $1 },
                proposal == .absent ? ["curator"] : ["principalInvestigator", "deputy", "mainProposer"]
            )
        case 11, 12, 13: return (.extensionGranted, "extensionGranted", [:], curators)
        case 14: return (.extensionRefused(reason: reason), "extensionRefused", said, curators)
        case 15: return (.extensionWithdrawn(reason: reason), "extensionWithdrawn", said, ["principalInvestigator", "deputy"])
        case 16, 17:
            let licence = Int.random(in: 0..<8, using: &random) == 0 ? "CC0-1.0" : "CC-BY-4.0"
            return (.earlyReleaseAsked(licence: licence), "earlyReleaseAsked", ["licence": licence], team)
        case 18, 19: return (.objectionRaised(reason: reason), "objectionRaised", said, team)
        case 20: return (.objectionUpheld(reason: reason), "objectionUpheld", said, ["curator"])
        case 21: return (.objectionOverruled(reason: reason), "objectionOverruled", said, ["curator"])
        case 22: return (.opened, "openedEvent", [:], ["system"])
        case 23: return (.holdSet(.safety, reason: reason, reviewOn: review), "holdSet", onDay, curators)
        case 24: return (.purgeHoldSet(.ethics, reason: reason, reviewOn: review), "purgeHoldSet", onDay, curators)
        case 25, 26, 27:
            let hold = record.holds.randomElement(using: &random) ?? 3
            return (.holdLifted(hold: hold, reason: reason), "holdLifted", said.merging(["hold": hold]) { $1 }, curators)
        case 28 where Int.random(in: 0..<4, using: &random) == 0:
            let (second, role) = Bool.random(using: &random) ? (People.director, "director") : (People.curator, "curator")
            return (
                .withdrawn(reason: reason, confirmedBy: second), "withdrawnEvent",
                said.merging(["secondRole": role, "secondPerson": second.person]) { $1 }, curators
            )
        case 29:
            policyNumber += Int.random(in: 0...3, using: &random) == 0 ? 0 : 1
            let policy = try Self.policy("p-\(policyNumber)", &random)
            return (
                .policyChanged(policy, reason: reason), "policyChanged", said.merging(["policy": Self.written(policy)]) { $1 },
                curators
            )
        case 30: return (.purgeProposed(reason: reason, citations: []), "purgeProposed", said, ["curator"])
        case 31: return (.purgeConfirmed(citationsSeen: []), "purgeConfirmed", [:], curators)
        case 32 where Bool.random(using: &random): return (.purgeCancelled(reason: reason), "purgeCancelled", said, curators)
        default:
            let leases = Int.random(in: 0...1, using: &random)
            return (.purged(leases: leases), "purgedEvent", ["leases": leases], ["system"])
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
