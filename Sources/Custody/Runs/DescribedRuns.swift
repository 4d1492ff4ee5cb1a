import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// A run as a program describes it that catalogues what others measure: nothing of it is sealed.
public struct DescribedRun: Sendable {
    public var kind: RunKind
    public var label: String
    /// Whose it is.
    public var team: String
    /// As they were named. It is of the first that the catalogue knows as the team's; what else was named stays a text of it.
    public var proposals: [String] = []
    public var instrument: String?
    public var sample: String?
    public var technique: String?
    public var startedAt: Timestamp
    /// The end of the measurement: the embargo counts from here.
    public var endedAt: Timestamp
    /// Absolute, without a slash at its end.
    public var folder: String
    public var keywords: [String] = []
    public var values: [MetadataValue] = []
    /// What is said of persons and groups; no right follows from it.
    public var persons = DescribedPersons()

    /// The only one that is named.
    public var proposal: String? {
        get { proposals.first }
        set { proposals = newValue.map { [$0] } ?? [] }
    }

    public init(kind: RunKind, label: String, team: String, startedAt: Timestamp, endedAt: Timestamp, folder: String) {
        self.kind = kind
        self.label = label
        self.team = team
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.folder = folder
    }
}

extension Custodian {
    /// Enters a run that somebody describes, under an identifier that is drawn for it. Its clocks are its own, and begin with the end of its
    /// measurement; those of a result are its inputs' (`DescribedResults.swift`), or, of another group's open data, begin with the day on which it is
    /// described.
    ///
    /// For ingestors of its team and the facility.
    /// - Parameter onlyLooking: writes nothing, and returns nil.
    /// - Throws: `forbidden` for another's team, a folder around which another team's runs lie, or a result of another team's closed data;
    ///   `badRequest` for a proposal that the actor knows as another team's, where it does not follow whether the run was paid for, for an end that
    ///   lies ahead, a team that is nobody's name.
    public func describe(
        _ described: DescribedRun, by actor: Actor, onlyLooking: Bool = false
    ) async throws(CatalogueError) -> RunIdentifier? {
        for attempt in 1... {
            do { return try await enter(described, by: actor, onlyLooking: onlyLooking) } catch {
                // Its proposal was imported in this moment: it is known now.
                guard error.code == .changedMeanwhile, attempt < Self.attempts else { throw error }
            }
        }
        throw CatalogueError(.busy, "Proposals of the group are imported all the time", at: described.team)
    }

    private static let attempts = 5

    private func enter(
        _ described: DescribedRun, by actor: Actor, onlyLooking: Bool
    ) async throws(CatalogueError) -> RunIdentifier? {
        try requireFacility(actor, "Describing runs", ingestorOf: described.team)
        let place = "group '\(described.team.prefix(80).printable)'"
        guard !Account.reservedGroups.contains(described.team.lowercased()) else {
            throw CatalogueError(.badRequest, "No group is called so", at: place, expected: "a team's name")
        }
        let (inputs, isOfOthers) = try await inputs(of: described, by: actor, at: place)
        let stated = described.proposals
        let proposal = try await proposal(of: described, inputs: inputs?.proposal, by: actor, at: place)
        let others = try await store.teams(withRunsAround: described.folder, tenant: tenant).filter { $0 != described.team }
        guard others.isEmpty else {
            throw CatalogueError(
                .forbidden, "In this folder, above it or below it lie runs of another group",
                got: "'\(described.folder.prefix(200).printable)'", expected: "a folder of \(described.team)'s own")
        }
        let now = try await time.decisionTime()
        let identifier = try RunIdentifier(drawnIdentifier())
        var foreign = ForeignRun(
            name: try AlternateIdentifier(.scicat, "\(identifier)"), kind: described.kind, label: described.label,
            verdict: .complete, startedAt: described.startedAt, endedAt: described.endedAt, files: ListedRunFiles([]), detail: "")
        foreign.proposal = proposal?.name
        // What others make of open data is their own until they open it (`embargo open-early`): no date of long ago does it for them.
        if isOfOthers { foreign.endedAt = max(foreign.endedAt, Timestamp(now)) }
        let record = try clock(of: foreign, proposal, actor, now, at: place)
        guard !onlyLooking else { return nil }
        // What was paid for opens with nothing.
        let clock = inputs.flatMap { proposal?.kind == .proprietary ? nil : HandOverClock.following($0.clocks) } ?? .own(record)
        var run = RunHandOver(
            tenant: tenant, pid: identifier, kind: described.kind, name: described.label, verdict: .complete,
            origin: RunOrigin(
                team: described.team, instrument: described.instrument, proposal: proposal?.name, sample: described.sample,
                technique: described.technique),
            startedAt: described.startedAt, endedAt: described.endedAt, folder: described.folder,
            keywords: described.keywords, values: described.values, clock: clock,
            event: EventDraft(action: RunAmendment.action, at: Timestamp(now), person: actor.personNumber))
        run.persons = described.persons
        if !stated.isEmpty, stated != [proposal?.name].compactMap(\.self) { run.persons.texts[.proposalIds] = stated }
        return try await store.handOver(run).pid
    }

    /// The first of those that are named which is the team's; where none of them is known, its inputs'; where none is named, the team's only one.
    ///
    /// A name that the catalogue does not know as the team's gives neither rights nor clocks until it does (`NamedProposals.swift`). One of another team is told from one that is not there
    /// to nobody who may not know of it.
    private func proposal(
        of described: DescribedRun, inputs: String?, by actor: Actor, at place: String
    ) async throws(CatalogueError) -> ProposalDescription? {
        let scope = try await scope(ofActor: actor)
        // Who has no part in the group's work names a proposal that they may know of, whatever else the group has: another answer would tell of what
        // was paid for.
        guard scope.readsEverything || scope.teams.contains(described.team) else {
            let name = described.proposals.first ?? inputs
            if let proposal = try await proposal(name), proposal.team == described.team, Self.mayKnow(proposal, scope) {
                return proposal
            }
            throw CatalogueError(
                .badRequest,
                name == nil ? "Which of the group's proposals it is of has to be named" : "The group has no such proposal",
                at: place, got: name.map { "'\($0.prefix(80).printable)'" })
        }
        var known: [ProposalDescription] = []
        for name in described.proposals {
            guard let proposal = try await proposal(name) else { continue }
            if proposal.team == described.team {
                known.append(proposal)
            } else if Self.mayKnow(proposal, scope) {
                throw CatalogueError(
                    .badRequest, "The group has no such proposal", at: place, got: "'\(name.prefix(80).printable)'",
                    expected: "one of \(described.team.prefix(80).printable)'s")
            }
        }
        // What was paid for never opens, and is known by its proposal alone.
        let undecided = CatalogueError(
            .badRequest, "Which of the group's proposals it is of has to be named: whether it opens follows from it", at: place,
            got: described.proposals.isEmpty
                ? "none" : described.proposals.map { "'\($0.prefix(80).printable)'" }.joined(separator: ", "))
        if let first = known.first {
            guard known.allSatisfy({ ($0.kind == .proprietary) == (first.kind == .proprietary) }) else { throw undecided }
            return first
        }
        let own = try await store.proposals(tenant: tenant, limit: 100_000).filter { $0.team == described.team }
        let ofInputs = own.first { $0.name == inputs }
        if described.proposals.isEmpty, let only = ofInputs ?? (own.count == 1 ? own.first : nil) { return only }
        guard !own.contains(where: { $0.kind == .proprietary }) else { throw undecided }
        return ofInputs
    }

    /// Changes what was described: by its team, staff of its beamline, an ingestor of its team, or the facility. Where a registry knows of it, or of
    /// what it was made from, that is told again.
    public func amend(_ pid: RunIdentifier, _ amendment: RunAmendment, by actor: Actor) async throws(CatalogueError) -> Bool {
        let scope = try await requirePart(in: pid, actor, "Changing a run's record")
        if let values = amendment.values { try await requireOpenInputs(pid, values, by: actor) }
        // Inputs that it names no more are among these; those that it names from now on follow from its own message.
        let telling = try await store.registeredRuns(telling: .result(pid), tenant: tenant, limit: 1_000_000)
        var outbox = try telling.map { run throws(CatalogueError) in
            try OutsideMessage.record(pid: "\(run)", alone: true).draft
        }
        if try await isToldOutside(pid) || amendment.values != nil {
            outbox.append(try OutsideMessage.record(pid: "\(pid)").draft)
        }
        return try await store.amend(pid, amendment, moving: nil, outbox: outbox, scope: scope, by: acting(actor))
    }
}
