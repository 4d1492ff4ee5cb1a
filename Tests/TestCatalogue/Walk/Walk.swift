import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel

/// One run in one state, in a catalogue of its own. Every private field of it holds a word that stands nowhere else.
package struct Walk: Sendable {
    package static let privateWords = [
        "zqname", "zqtitle", "zqsample", "zqkeyword", "zqfolder", "zqfile", "zqkey", "zqvalue", "zqdetail", "zqreason",
        "zqelsewhere", "feedc0de",
        "987654321", "7731.25", "31337", "example.org",
    ]
    /// What the team reads and an outsider does not, also after the opening.
    package static let insideWords = ["zqfolder", "zqdetail", "zqreason", "example.org"]
    package static let team = "team-20260001"
    /// What a tombstone says, to everyone.
    package static let tombstone = "zqtombstone"
    /// What the histories of the record beside the run hold: no text of it is told to anybody.
    package static let neverTold = ["zqabstract", "zqlabel", "zqlinkdigest", "scrypt"]
    /// Of its detector, which is an instrument of the catalogue.
    package static let serialNumber = "60-0101"
    /// As another catalogue calls it.
    package static let otherName = "20.500.12345/zqelsewhere"

    package let state: WalkedState
    package let isSession: Bool
    package let test: TestCustodian
    package let owner: ClockOwner
    package let run: RunHandOver
    package let readers: [(WalkedReader, Reader)]
    /// What stands beside the run.
    package let holdings: WalkedHoldings
    private let hasRun: Bool
    private let people: [WalkedReader: Actor]

    /// - Parameters:
    ///   - isServed: for who asks a server: the file lies on the disk, more is private, and an open run of others is in the catalogue.
    ///   - hasRun: false: the same catalogue as it would be without the run.
    package init(
        _ state: WalkedState, isSession: Bool, access: OpenAccess, isServed: Bool = false, hasRun: Bool = true
    ) async throws {
        self.state = state
        self.isSession = isSession
        test = try TestCustodian(policy: EmbargoPolicy(version: "2026", access: access))
        try await test.begin(kind: state.isProprietary ? .proprietary : .public)
        try test.clock.set("2026-05-09T13:00:00Z")
        if isServed { try await Self.enterOpenRun(test) }
        people = try await WalkedReader.accounts(test)
        try await Self.write(histories: test)
        run = try await Self.run(
            test, isSession: isSession, isProprietary: state.isProprietary, files: isServed ? Self.files(test) : nil)
        owner = isSession || !hasRun ? .session(TestCustodian.session) : .run(run.pid)
        if hasRun {
            _ = try await test.store.enter(
                ForeignHandOver(
                    run: run.withoutFiles, files: ListedRunFiles(run.files),
                    alternate: try AlternateIdentifier(.scicat, Self.otherName)))
            // Somebody has asked for its DOI, where one may; who asked and why is private.
            _ = try await test.store.askRegistration(
                of: run.pid, event: EventDraft(action: "identifier-asked", at: run.event.at, detail: #"{"why":"zqdetail"}"#),
                outbox: [], tenant: test.custodian.rules.tenant)
        }
        readers = try await WalkedReader.readers(test, people, shared: owner)
        self.hasRun = hasRun
        // Without a run a session is not closed: it stays its team's.
        if hasRun, isSession, !state.isOfSessionsOnly, !state.isProprietary {
            try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        }
        holdings = try await WalkedHoldings(
            test, run, hasRun: hasRun, isListed: hasRun && !state.isOfSessionsOnly && !state.isProprietary)
        if isServed { try await Self.surround(test, run, owner, hasRun: hasRun) }
        try await reach()
    }

    package func actor(_ reader: WalkedReader) -> Actor? { people[reader] }

    /// Private texts in the records beside the run, whose histories tell of them.
    private static func write(histories test: TestCustodian) async throws {
        let tenant = test.custodian.rules.tenant
        var proposal = try await test.store.proposal("20260001", tenant: tenant)
        for index in proposal.persons.indices { proposal.persons[index].person.number = nil }
        (proposal.abstract, proposal.abstractIsPublic) = ("zqabstract", false)
        try credit(&proposal)
        proposal.stated = StatedFacts([.metadata: #"{"fact":"zqstated"}"#, .email: "zqcarer@example.org"])
        _ = try await test.store.put(proposal, tenant: tenant)
        try await test.custodian.setPassword("correct horse", account: "irene", by: .custodian)
        _ = try await test.custodian.newToken(of: "irene", label: "zqlabel", scopes: [.read], days: 90, by: .custodian)
        _ = try await test.store.share(
            .session(TestCustodian.session), with: .link(digest: "zqlinkdigest"), until: 4_000_000_000, tenant: tenant)
    }

    private func decide(_ reader: WalkedReader, _ event: EmbargoEvent) async throws {
        guard hasRun, let actor = people[reader] else { return }
        try await test.custodian.decide(owner, by: actor) { _ throws(CatalogueError) in event }
    }

    private func ask() async throws {
        try await decide(.memberByProposal, .extensionAsked(reason: "zqreason", proposal: .found))
    }

    private func hold() async throws {
        try await decide(.curator, .holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2030-09-01")))
    }

    private func withdraw() async throws {
        guard let director = people[.director] else { return }
        try await decide(
            .curator,
            .withdrawn(reason: Walk.tombstone, confirmedBy: Author(person: director.identifier, role: .director)))
    }

    private func reach() async throws {
        switch state {
        case .collecting, .embargoed, .proprietary: break
        case .extendedOnce, .extendedTwice:
            for _ in 0..<(state == .extendedOnce ? 1 : 2) {
                try await ask()
                try await decide(.curator, .extensionGranted)
            }
        case .pending, .heldPending: try await ask()
        case .inGrace, .heldInGrace:
            try await ask()
            try test.clock.set("2029-05-20T00:00:00Z")
        case .withdrawnEmbargoed: try await withdraw()
        case .heldCollecting, .heldEmbargoed, .heldProprietary: break
        case .dueNotSwept: try test.clock.set("2029-05-09T22:00:00Z")
        case .open, .openThenWithdrawn, .purged:
            try test.clock.set("2029-05-09T22:00:00Z")
            _ = try await test.custodian.sweep()
        }
        switch state {
        case .heldCollecting, .heldEmbargoed, .heldPending, .heldInGrace, .heldProprietary: try await hold()
        case .openThenWithdrawn: try await withdraw()
        case .purged: try await purge()
        default: break
        }
    }

    private func purge() async throws {
        try test.clock.set("2031-06-01T00:00:00Z")
        try await decide(.curator, .purgeProposed(reason: "zqreason", citations: []))
        try await decide(.director, .purgeConfirmed(citationsSeen: []))
        try test.clock.set("2031-10-01T00:00:00Z")
        // The job has ended.
        try await test.store.releaseLease("run \(run.pid) zqjob", holder: "zqjoblist")
        try await decide(.curator, .purged(leases: 0))
    }

    private static func run(
        _ test: TestCustodian, isSession: Bool, isProprietary: Bool, files: WalkedFiles?
    ) async throws -> RunHandOver {
        let rules = test.custodian.rules
        let now = test.clock.reading().wall
        let end = try RunEnd(at: Instant("2026-05-09T12:00:00Z"), in: rules.zone)
        let event = EventDraft(action: "registered", at: Timestamp(now), detail: #"{"why":"zqdetail"}"#)
        let author = Author(person: "system", role: .system)
        let clock: HandOverClock
        if !isSession {
            let registration: Registration = isProprietary ? .proprietary : .run(ended: end)
            clock = .own(
                try EmbargoRecord(registering: registration, policy: rules.policy, by: author, at: now, in: rules.zone))
        } else if isProprietary {
            clock = .session
        } else {
            let owner = ClockOwner.session(TestCustodian.session)
            let record = try await test.store.clock(of: owner, tenant: rules.tenant)
            clock = .moving(
                ClockMove(
                    owner, try record.applying(.runEnded(end), by: author, at: now, in: rules.zone), seen: record.entries.count,
                    event: event))
        }
        let sealed = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        return RunHandOver(
            tenant: rules.tenant, pid: sealed.summary.pid, kind: .raw, name: "zqname", title: "zqtitle of a crystal",
            verdict: .complete,
            origin: RunOrigin(
                team: team, instrument: "PROXIMA-1", proposal: "20260001", session: isSession ? "2026-05" : nil,
                sample: "zqsample", technique: "MX"),
            startedAt: Timestamp(end.at).advanced(bySeconds: -50), endedAt: Timestamp(end.at),
            folder: files?.folder ?? "/data/zqfolder",
            keywords: ["zqkeyword"],
            files: [
                try RunFile(
                    path: WalkedFiles.name, role: .master, bytes: files?.bytes ?? 987_654_321,
                    digest: "sha256:feedc0de" + String(repeating: "0", count: 56))
            ],
            values: [
                try MetadataValue("user/zqkey", text: "zqvalue"), try MetadataValue("beam/incident_energy", 7731.25, unit: "eV"),
                try MetadataValue("frames/written", 31337, unit: ""),
                try MetadataValue(RunValueKeys.detectorSerialNumber, text: Self.serialNumber),
            ] + (files == nil ? [] : [try MetadataValue("scicat/description", text: "zqdescription")]), clock: clock, event: event
        )
    }
}

extension RunHandOver {
    /// They are handed over one by one.
    fileprivate var withoutFiles: RunHandOver {
        var run = self
        run.files = []
        return run
    }
}
