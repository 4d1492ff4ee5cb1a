import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// A run as another catalogue describes it, in the words of this one.
public struct ForeignRun: Sendable {
    /// What it is called there.
    public var name: AlternateIdentifier
    public var kind: RunKind
    /// What people call it.
    public var label: String
    public var verdict: Verdict
    public var proposal: String?
    public var instrument: String?
    public var sample: String?
    public var technique: String?
    public var startedAt: Timestamp
    /// The end of the measurement: the embargo counts from here, whatever was counted there.
    public var endedAt: Timestamp
    public var folder: String?
    public var keywords: [String]
    public var files: any RunFileSource
    public var values: [MetadataValue]
    /// What is kept in the history of where it came from, a JSON text. Only the team and the facility read it.
    public var detail: String
    /// Why its data are public already, if they are to be entered open.
    public var publication: String?

    public init(
        name: AlternateIdentifier, kind: RunKind, label: String, verdict: Verdict, startedAt: Timestamp, endedAt: Timestamp,
        files: any RunFileSource, detail: String
    ) {
        self.name = name
        self.kind = kind
        self.label = label
        self.verdict = verdict
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.files = files
        self.detail = detail
        keywords = []
        values = []
    }
}

/// What came of it.
public struct ForeignReceipt: Sendable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case new, unchanged
        /// The record is of a run of this catalogue, which somebody has registered there: nothing is taken.
        case ours
    }
    public let outcome: Outcome
    /// Nil for a new run that was only looked at: nothing is drawn for it.
    public let pid: RunIdentifier?
    /// The clocks as they stand, or would stand.
    public let status: EmbargoStatus
    public let notes: [String]
}

extension Custodian {
    private static let attempts = 5

    /// Enters a run that another catalogue describes; the same again changes nothing. Its clocks are its own, and begin with the end of its
    /// measurement: a session is never guessed.
    ///
    /// - Parameters:
    ///   - withUnknownProposal: takes a run whose proposal was not imported, or that has none: it opens as public work.
    ///   - onlyLooking: writes nothing, and says what would be.
    /// - Throws: `proposalUnknown`, `contentDiffers` where the record has changed there, `clockRefuses`, `badRequest`.
    public func enter(
        _ foreign: ForeignRun, by actor: Actor, withUnknownProposal: Bool = false, onlyLooking: Bool = false
    ) async throws(CatalogueError) -> ForeignReceipt {
        try requireFacility(actor, "Importing from another catalogue")
        let now = try await time.decisionTime()
        let place = "'\(foreign.name.text.prefix(100).printable)'"
        let known = try await store.run(named: foreign.name.text, scope: .everything(tenant: tenant))
        if let known, (try? RunIdentifier(foreign.name.text)) == known {
            return ForeignReceipt(
                outcome: .ours, pid: known, status: try await status(of: known, at: now),
                notes: ["the record is of a run of this catalogue: nothing is taken from it"])
        }
        var notes: [String] = []
        let proposal = try await proposal(foreign.proposal)
        if proposal == nil {
            guard withUnknownProposal else {
                throw CatalogueError(
                    .proposalUnknown, "The run's proposal was not imported: it may be one that nobody may know of", at: place,
                    got: foreign.proposal.map { "proposal '\($0.prefix(100).printable)'" } ?? "no proposal",
                    expected: "a proposal of the catalogue",
                    remedy: "faisceau proposal import, then again; or --unknown-proposal, if it is public work")
            }
            notes.append("no proposal of the catalogue: the run has no team, and only staff and curators read it")
        }
        let record = try clock(of: foreign, proposal, actor, now, at: place)
        // As with a hand-over: a proposal that is imported later does not make another run of it.
        var team = proposal?.team
        if let known { team = try await store.run(known, scope: .everything(tenant: tenant)).origin.team }
        for attempt in 1... {
            let drawn: PersistentIdentifier
            do { drawn = try draw() } catch { throw CatalogueError(.badRequest, "No identifier can be drawn", got: "\(error)") }
            let run = try handOver(of: foreign, as: RunIdentifier(drawn), team: team, record, actor, now)
            if onlyLooking {
                let outcome = try await store.known(run)
                guard let outcome else {
                    return ForeignReceipt(outcome: .new, pid: nil, status: record.status(at: now), notes: notes)
                }
                return ForeignReceipt(
                    outcome: .unchanged, pid: outcome.pid, status: try await status(of: outcome.pid, at: now), notes: notes)
            }
            do {
                let outcome = try await store.enter(run)
                guard !outcome.isNew, let evidence = foreign.publication else {
                    return ForeignReceipt(
                        outcome: outcome.isNew ? .new : .unchanged, pid: outcome.pid,
                        status: try await status(of: outcome.pid, at: now), notes: notes)
                }
                return try await published(outcome.pid, evidence, actor, notes, now)
            } catch {
                guard error.code == .changedMeanwhile || error.code == .exists, attempt < Self.attempts else { throw error }
            }
        }
        throw CatalogueError(.busy, "Others enter this run all the time", at: place)
    }

    private func status(of pid: RunIdentifier, at now: Instant) async throws(CatalogueError) -> EmbargoStatus {
        try await store.clock(of: store.clockOwner(of: pid, tenant: tenant), tenant: tenant).status(at: now)
    }

    /// A run that was entered closed, and has been published there since.
    private func published(
        _ pid: RunIdentifier, _ evidence: String, _ actor: Actor, _ notes: [String], _ now: Instant
    ) async throws(CatalogueError) -> ForeignReceipt {
        let before = try await status(of: pid, at: now)
        guard before.openedAt == nil else {
            return ForeignReceipt(outcome: .unchanged, pid: pid, status: before, notes: notes)
        }
        let decision = try await decide(store.clockOwner(of: pid, tenant: tenant), by: actor) { _ throws(CatalogueError) in
            .publishedElsewhere(evidence: evidence)
        }
        return ForeignReceipt(
            outcome: .unchanged, pid: pid, status: decision.status,
            notes: notes + ["it has been published since it was entered: it is open from now on"])
    }

    func clock(
        of foreign: ForeignRun, _ proposal: ProposalDescription?, _ actor: Actor, _ now: Instant, at place: String
    ) throws(CatalogueError) -> EmbargoRecord {
        try ruled(at: place) { () throws(EmbargoError) in
            let registration: Registration =
                proposal?.kind == .proprietary
                ? .proprietary : .run(ended: try RunEnd(at: Instant(foreign.endedAt), in: rules.zone))
            let record = try EmbargoRecord(
                registering: registration, policy: rules.policy, by: Author(person: actor.identifier, role: .system), at: now,
                in: rules.zone)
            // What is open by our own rule opens by it.
            guard let evidence = foreign.publication, record.status(at: now).openedAt == nil else { return record }
            return try record.applying(
                .publishedElsewhere(evidence: evidence), by: Author(person: actor.identifier, role: actor.authority), at: now,
                in: rules.zone)
        }
    }

    private func handOver(
        of foreign: ForeignRun, as pid: RunIdentifier, team: String?, _ record: EmbargoRecord, _ actor: Actor, _ now: Instant
    ) -> ForeignHandOver {
        ForeignHandOver(
            run: RunHandOver(
                tenant: tenant, pid: pid, kind: foreign.kind, name: foreign.label, verdict: foreign.verdict,
                origin: RunOrigin(
                    team: team, instrument: foreign.instrument, proposal: foreign.proposal, sample: foreign.sample,
                    technique: foreign.technique),
                startedAt: foreign.startedAt, endedAt: foreign.endedAt, folder: foreign.folder, keywords: foreign.keywords,
                values: foreign.values, clock: .own(record),
                event: EventDraft(
                    action: "imported", at: Timestamp(now), person: actor.personNumber, detail: foreign.detail)),
            files: foreign.files, alternate: foreign.name)
    }
}

extension Actor {
    /// In what role it decides for the facility, as the caller has checked that it may.
    fileprivate var authority: Role {
        guard case .account(let account) = self, !account.curates else { return .curator }
        return .director
    }
}

extension RunIdentifier {
    init(_ drawn: PersistentIdentifier) throws(CatalogueError) {
        do { try self.init("\(drawn)") } catch {
            throw CatalogueError(.badRequest, "No identifier of a run can be drawn", got: "\(drawn)", cause: error)
        }
    }
}
