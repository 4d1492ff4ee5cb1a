import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel

/// The catalogue's own file as transport of ``CatalogueClient``: for its custodian's programs, in anybody's name.
public struct CustodianClient: CatalogueClient {
    private let custodian: Custodian
    private let reader: Reader
    private let sealedRun: @Sendable (String) throws -> SealedRun

    /// - Parameter sealedRun: reads what the run in a folder says of itself.
    public init(
        _ custodian: Custodian, as reader: Reader = .custodian, sealedRun: @escaping @Sendable (String) throws -> SealedRun
    ) {
        self.custodian = custodian
        self.reader = reader
        self.sealedRun = sealedRun
    }

    private var actor: Actor {
        get throws(CatalogueError) {
            switch reader {
            case .custodian: return .custodian
            case .account(let account): return .account(account)
            case .anonymous, .link:
                throw CatalogueError(.clockRefuses, "Who is not named decides nothing", expected: "an account")
            }
        }
    }

    public func handOver(runAt folder: String) async throws -> CatalogueReceipt {
        let receipt = try await custodian.register(sealedRun(folder), by: actor)
        return CatalogueReceipt(
            pid: receipt.pid, isNew: receipt.isNew, state: AccessState(receipt.status.state).word, opens: opens(receipt.status),
            notes: receipt.notes)
    }

    public func reserve(for holder: String, hours: Int) async throws -> ReservedIdentifier {
        ReservedIdentifier(try await custodian.reserve(for: holder, hours: hours, by: actor))
    }

    public func reservations() async throws -> [ReservedIdentifier] {
        try await custodian.reservations(for: actor).map(ReservedIdentifier.init)
    }

    public func takeLease(on record: String, holder: String, hours: Int) async throws -> RunLease {
        let scope = try await custodian.scope(of: reader)
        let pid = try await custodian.run(record, for: reader)
        let (folder, until) = try await custodian.lease(pid, scope: scope, holder: holder, hours: hours)
        return RunLease(pid: pid, folder: folder, holder: holder, until: until)
    }

    public func releaseLease(on record: String, holder: String) async throws {
        let scope = try await custodian.scope(of: reader)
        try await custodian.releaseLease(custodian.run(record, for: reader), scope: scope, holder: holder)
    }

    public func search(_ question: String, after cursor: String?, limit: Int) async throws -> FoundRuns {
        let rules = custodian.rules
        guard let zone = TimeZone(identifier: rules.zone.identifier) else {
            throw CatalogueError(.badRequest, "The facility's zone is not known", got: rules.zone.identifier)
        }
        let page = try await custodian.store.page(
            custodian.understood(RunQuestion(question, zone: zone).filter), scope: custodian.scope(of: reader),
            after: cursor.map { try RunCursor($0) }, limit: limit, countLimit: 10_000)
        let (count, isExact) =
            switch page.count {
            case .exactly(let count): (count, true)
            case .atLeast(let count): (count, false)
            }
        return FoundRuns(
            runs: page.runs.map { FoundRun($0, rules) }, next: page.next.map { "\($0)" }, count: count, isExact: isExact,
            zone: rules.zone.identifier)
    }

    public func share(_ record: String, with holder: ShareWith, until: Timestamp) async throws -> ShareReceipt {
        let owner = try await owner(record)
        var secret: String?
        switch holder {
        case .account(let name):
            let account = try await custodian.store.account(name, tenant: custodian.rules.tenant)
            try await custodian.share(owner, with: account, until: until, by: actor)
        case .link: secret = try await custodian.shareByLink(owner, until: until, by: actor).text
        }
        return ShareReceipt(record: "\(owner)", until: until, secret: secret)
    }

    public func hold(_ record: String, on ground: HoldGround, reason: String, review: String) async throws -> ClockReceipt {
        let day: LocalDate
        do { day = try LocalDate(review) } catch {
            throw CatalogueError(.badRequest, error.what, at: "the review", got: error.got, expected: "2027-01-01")
        }
        return try await decided(record) { _ throws(CatalogueError) in
            .holdSet(HoldKind(ground), reason: reason, reviewOn: day)
        }
    }

    public func lift(_ record: String, hold: Int?, reason: String) async throws -> ClockReceipt {
        try await decided(record) { care throws(CatalogueError) in
            let holds = care.record.holds
            guard let hold = hold ?? (holds.count == 1 ? holds[0] : nil) else {
                throw CatalogueError(
                    .badRequest, holds.isEmpty ? "No hold stands" : "Several holds stand", at: "\(care.owner)",
                    got: holds.map { "entry \($0)" }.joined(separator: ", "), expected: "the entry of one")
            }
            return .holdLifted(hold: hold, reason: reason)
        }
    }

    private func owner(_ record: String) async throws -> ClockOwner {
        let subject = try await custodian.subject(record, for: reader)
        // Who may not know of it is told what is told of an unknown one.
        if case .account = reader { _ = try await custodian.care(of: subject, for: reader) }
        return try await custodian.clockOwner(of: subject)
    }

    private func decided(
        _ record: String, _ event: @Sendable (RecordUnderCare) throws(CatalogueError) -> EmbargoEvent
    ) async throws -> ClockReceipt {
        let decision = try await custodian.decide(owner(record), by: actor, event)
        return ClockReceipt(
            record: "\(decision.owner)", state: AccessState(decision.status.state).word, opens: opens(decision.status))
    }

    /// By the rule, as all answers tell it.
    private func opens(_ status: EmbargoStatus) -> String? { status.dates.opening.map { "\($0.firstOpenDay)" } }
}

extension HoldKind {
    fileprivate init(_ ground: HoldGround) {
        self =
            switch ground {
            case .legal: .legal
            case .safety: .safety
            case .ethics: .ethics
            }
    }
}

extension ReservedIdentifier {
    init(_ reservation: Reservation) {
        self.init(pid: reservation.pid, holder: reservation.holder, lapses: reservation.lapses)
    }
}

extension FoundRun {
    init(_ run: RunRecord, _ rules: FacilityRules) {
        let opens = run.access.opensAt.flatMap { seconds -> String? in
            let milliseconds = seconds.multipliedReportingOverflow(by: 1000).partialValue
            guard let instant = try? Instant(millisecondsSince1970: milliseconds) else { return nil }
            return (try? rules.zone.localDate(of: instant)).map { "\($0)" }
        }
        self.init(
            pid: run.pid, kind: run.kind.rawValue, name: run.name, title: run.title, verdict: run.verdict,
            team: run.origin.team, beamline: run.origin.instrument, proposal: run.origin.proposal, session: run.origin.session,
            sample: run.origin.sample, technique: run.origin.technique, started: run.startedAt, ended: run.endedAt,
            folder: run.folder, files: run.fileCount, bytes: run.bytes, state: run.state.word, opens: opens,
            keywords: run.keywords, change: run.change)
    }
}
