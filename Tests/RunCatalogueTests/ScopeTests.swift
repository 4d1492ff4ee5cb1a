import Diagnostics
import Identifiers
import RunCatalogue
import RunModel
import Testing

/// Who sees which run, in every list, count, facet and by name.
struct ScopeTests {
    static let noon: Int64 = 1_900_000_000

    private static let states: [(String, RunAccess)] = [
        ("collecting", RunAccess(state: .collecting)),
        ("embargoed", RunAccess(state: .embargoed, opensAt: noon + 1, closedUntil: noon + 1)),
        ("due", RunAccess(state: .embargoed, opensAt: noon, closedUntil: noon)),
        ("held", RunAccess(state: .held, opensAt: noon - 9)),
        ("held-collecting", RunAccess(state: .held, readers: .teamAndStaff, isListed: false)),
        ("held-proprietary", RunAccess(state: .held, readers: .team, isListed: false)),
        ("pending", RunAccess(state: .extensionPending, opensAt: noon + 1, closedUntil: noon + 1)),
        ("open", RunAccess(state: .open, opensAt: noon - 9, closedUntil: noon - 9)),
        ("open-registered", RunAccess(state: .open, opensAt: noon - 9, closedUntil: noon - 9, isForRegistered: true)),
        ("due-registered", RunAccess(state: .embargoed, opensAt: noon, closedUntil: noon, isForRegistered: true)),
        ("proprietary", RunAccess(state: .proprietary)), ("withdrawn", RunAccess(state: .withdrawn)),
    ]

    /// The ways that a query goes in catalogues of few and of many runs.
    enum Way: CaseIterable {
        case ofFewRuns
        /// Nothing is few enough to be walked itself: walks are sifted through sets.
        case sifted
        /// Neither are sets made, and the search index is walked once for all lanes.
        case askedOneByOne

        var limits: QueryLimits {
            var limits = QueryLimits()
            if self != .ofFewRuns { (limits.fewEnough, limits.fewToAsk) = (0, 0) }
            if self == .askedOneByOne { (limits.worthGathering, limits.mostSearchLanes) = (0, 0) }
            return limits
        }
    }

    /// One run of each state for each of two teams on two beamlines.
    func catalogue(_ way: Way = .ofFewRuns) async throws -> TemporaryCatalogue {
        let catalogue = try TemporaryCatalogue(limits: way.limits)
        var number = 0
        for team in ["a", "b"] {
            for (name, access) in Self.states {
                number += 1
                let origin = RunOrigin(
                    team: team, instrument: "line-\(team)", proposal: "p-\(team)", session: "s-\(team)", technique: "MX")
                _ = try await catalogue.store.handOver(
                    SampleRuns.run(number, name: "\(team)-\(name)", origin: origin, access: access))
            }
        }
        try catalogue.edit(
            """
            INSERT INTO person (id, tenant) VALUES (7, 1);
            INSERT INTO share (tenant, holder, run, expires_at)
                SELECT 1, 'person:7', id, \(Self.noon + 1) FROM run WHERE name = 'b-held';
            INSERT INTO share (tenant, holder, session, expires_at) SELECT 1, 'link:abc', id, \(Self.noon + 1) FROM session WHERE name = 's-b';
            INSERT INTO share (tenant, holder, session, expires_at) SELECT 1, 'link:old', id, \(Self.noon) FROM session WHERE name = 's-b';
            """)
        return catalogue
    }

    private static func scope(
        now: Int64? = noon, open: OpenRuns = .all, teams: Set<String> = [], staff: Set<String> = [], shares: Set<ShareHolder> = []
    ) -> ReaderScope {
        ReaderScope(
            tenant: SampleRuns.tenant, trustedNow: now, openRuns: open, teams: teams, staffOf: staff, shares: shares)
    }

    private static let forEveryone: Set<String> = ["a-due", "a-open", "b-due", "b-open"]
    private static let open = forEveryone.union(forEveryone.map { "\($0)-registered" })
    private static let opened: Set<String> = ["a-open", "b-open", "a-open-registered", "b-open-registered"]
    private static let ofTeamA = Set(states.map { "a-\($0.0)" }).subtracting(["a-withdrawn"])
    private static let ofStaffB = Set(states.map { "b-\($0.0)" }).subtracting([
        "b-withdrawn", "b-proprietary", "b-held-proprietary",
    ])
    private static let ofCurators = Set(["a", "b"].flatMap { team in states.map { "\(team)-\($0.0)" } })
        .subtracting(["a-withdrawn", "b-withdrawn", "a-proprietary", "b-proprietary", "a-held-proprietary", "b-held-proprietary"])
    private static let readers: [(ReaderScope, Set<String>)] = [
        (scope(), open),
        (scope(open: .none), []),
        (scope(open: .forEveryone), forEveryone),
        (scope(now: nil, open: .forEveryone), ["a-open", "b-open"]),
        (scope(open: .forEveryone, staff: ["line-b"]), forEveryone.union(ofStaffB)),
        (scope(now: noon - 1), opened),
        // A clock that cannot be trusted opens nothing, and closes nothing that was opened.
        (scope(now: nil), opened),
        (scope(teams: ["a"]), open.union(ofTeamA)),
        (
            scope(teams: ["a", "b", "unheard of"]),
            Set(["a", "b"].flatMap { team in states.map { "\(team)-\($0.0)" } })
                .subtracting(["a-withdrawn", "b-withdrawn"])
        ),
        (scope(open: .none, teams: Set((0..<40).map { "t\($0)" } + ["a"])), ofTeamA),
        (scope(staff: ["line-a"]), open.union(ofTeamA).subtracting(["a-proprietary", "a-held-proprietary"])),
        (scope(shares: [.person(7)]), open.union(["b-held"])),
        (scope(shares: [.person(8)]), open),
        // What is shared is read from the closing of the session on, and never what was paid for.
        (scope(shares: [.link(digest: "abc")]), open.union(["b-embargoed", "b-held", "b-pending"])),
        (scope(shares: [.link(digest: "old")]), open),
        (scope(now: nil, shares: [.link(digest: "abc")]), opened),
        (ReaderScope(tenant: SampleRuns.tenant, trustedNow: noon, openRuns: .all, curates: true), ofCurators),
        (SampleRuns.everything, Set(["a", "b"].flatMap { team in states.map { "\(team)-\($0.0)" } })),
        (ReaderScope.everything(tenant: "another institution"), []),
        (ReaderScope(tenant: "another institution", trustedNow: noon, openRuns: .all, teams: ["a"]), []),
    ]

    private static let filters: [RunFilter] = [
        RunFilter(), RunFilter(technique: "MX"), RunFilter(instrument: "line-a"), RunFilter(proposal: "p-b"),
        RunFilter(session: "s-a"),
        RunFilter(state: .held), RunFilter(kind: .raw), RunFilter(text: "cryo"), RunFilter(fragment: "-he"),
        RunFilter(text: "crystal", fragment: "Crystal"),
        RunFilter(started: SampleRuns.start..<SampleRuns.start.advanced(bySeconds: 9)),
    ]

    /// A list that is narrowed to one word holds what the whole list shows under that word, and its count and its facets say so.
    private func expectParts<Word: Equatable>(
        of base: RunFilter, _ asked: WritableKeyPath<RunFilter, Word?>, _ shown: KeyPath<RunRecord, Word>, _ words: [Word],
        _ scope: ReaderScope, _ catalogue: TemporaryCatalogue, share: (RunFacets, Word) -> Int
    ) async throws {
        let all = try await catalogue.store.page(base, scope: scope, after: nil, limit: 100, countLimit: 100).runs
        for word in words {
            var filter = base
            filter[keyPath: asked] = word
            let page = try await catalogue.store.page(filter, scope: scope, after: nil, limit: 100, countLimit: 100)
            #expect(page.runs == all.filter { $0[keyPath: shown] == word }, "\(word)")
            #expect(page.count == .exactly(page.runs.count))
            let facets = try await catalogue.store.facets(filter, scope: scope, limit: 100)
            #expect(facets.count == .exactly(page.runs.count) && share(facets, word) == page.runs.count, "\(word)")
        }
    }

    /// A list by state walks only what can have it (`RunQuery.divided`), and must leave nothing out.
    @Test(arguments: readers.indices, Way.allCases)
    func aListByStateHoldsAllThatIsShownInIt(_ index: Int, _ way: Way) async throws {
        let catalogue = try await catalogue(way)
        // In its grace: the embargo has ended, and nobody has decided on the extension; open once, and its bytes gone.
        let grace = RunAccess(state: .extensionPending, opensAt: Self.noon - 1, closedUntil: Self.noon + 5)
        for (number, (name, access)) in [("a-grace", grace), ("a-purged", RunAccess(state: .open, opensAt: 0, closedUntil: 0))]
            .enumerated()
        {
            let origin = RunOrigin(team: "a", instrument: "line-a", proposal: "p-a", session: "s-a", technique: "MX")
            _ = try await catalogue.store.handOver(SampleRuns.run(90 + number, name: name, origin: origin, access: access))
        }
        try catalogue.edit("UPDATE run SET access = \(AccessState.purged.rawValue) WHERE name = 'a-purged'")
        let scope = Self.readers[index].0
        for base in [RunFilter(), RunFilter(technique: "MX"), RunFilter(instrument: "line-a"), RunFilter(session: "s-b")] {
            try await expectParts(of: base, \.state, \RunRecord.state, AccessState.allCases, scope, catalogue) {
                $0.states[$1, default: 0]
            }
        }
    }

    /// Derived runs have walks of their own, and must be all that there are.
    @Test(arguments: readers.indices, Way.allCases)
    func aListByKindHoldsAllOfThatKind(_ index: Int, _ way: Way) async throws {
        let catalogue = try await catalogue(way)
        try catalogue.edit("UPDATE run SET kind = 'derived' WHERE id % 3 = 0 OR name LIKE '%-open'")
        let scope = Self.readers[index].0
        let energy = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: 10, to: 10, unit: "keV")])
        let more = [energy, RunFilter(state: .open), RunFilter(technique: "MX", instrument: "line-a", text: "cryo")]
        for base in Self.filters.filter({ $0.kind == nil }) + more {
            try await expectParts(of: base, \.kind, \RunRecord.kind, RunKind.allCases, scope, catalogue) {
                $0.kinds[$1, default: 0]
            }
        }
    }

    @Test(arguments: readers.indices, Way.allCases)
    func aReaderSeesTheSameRunsInEveryListCountFacetAndByName(_ index: Int, _ way: Way) async throws {
        let catalogue = try await catalogue(way)
        let (scope, visible) = Self.readers[index]
        let energy = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: 10, to: 10, unit: "keV")])
        let both = RunFilter(
            technique: "MX", instrument: "line-a",
            ranges: energy.ranges + [try NumericRange("sample/temperature", from: 90, to: 110, unit: "K")], text: "cryo")
        for filter in Self.filters + [energy, both] {
            // What the filter holds is asked of one who sees everything; who sees what was written out above.
            let all = try await catalogue.numbers(filter)
            #expect(!all.isEmpty)
            let expected = all.filter(visible.contains)
            var names: [String] = []
            var cursor: RunCursor?
            repeat {
                let page = try await catalogue.store.page(filter, scope: scope, after: cursor, limit: 2, countLimit: 100)
                #expect(page.count == .exactly(expected.count))
                names += page.runs.map(\.name)
                cursor = page.next
            } while cursor != nil
            #expect(names == expected)
            let facets = try await catalogue.store.facets(filter, scope: scope, limit: 100)
            #expect(facets.count == .exactly(expected.count))
            #expect(facets.kinds[.raw, default: 0] == expected.count)
            let together = try await catalogue.store.pageAndFacets(filter, scope: scope, limit: 2, countLimit: 100)
            #expect(together.facets == facets && together.page.count == facets.count)
            #expect(together.page.runs.map(\.name) == Array(expected.prefix(2)))
        }
        for number in 1...Self.states.count * 2 {
            let pid = try SampleRuns.pid(number)
            let name = "\(number > Self.states.count ? "b" : "a")-\(Self.states[(number - 1) % Self.states.count].0)"
            let record = try? await catalogue.store.run(pid, scope: scope)
            #expect((record != nil) == visible.contains(name), "\(name)")
            let files = try? await catalogue.store.files(of: pid, scope: scope, from: 0, limit: 1)
            #expect((files != nil) == visible.contains(name), "\(name)")
            let history = try? await catalogue.store.history(of: pid, scope: scope)
            #expect((history != nil) == visible.contains(name), "\(name)")
        }
    }

    @Test func aHiddenRunAndNoRunAreToldInTheSameWords() async throws {
        let catalogue = try await catalogue()
        let hidden = try SampleRuns.pid(1)
        let absent = try SampleRuns.pid(999)
        // Run 1 still collects: nobody else may know of it.
        let first = await failure { try await catalogue.store.run(hidden, scope: Self.scope()) }
        let second = await failure { try await catalogue.store.run(absent, scope: Self.scope()) }
        #expect(first?.code == .notFound)
        #expect(first?.description.replacing("\(hidden)", with: "PID") == second?.description.replacing("\(absent)", with: "PID"))
    }

    @Test func dueRunsComeInTheOrderInWhichTheyOpen() async throws {
        let catalogue = try TemporaryCatalogue()
        for (number, second) in [(1, 30), (2, 10), (3, 20), (4, 40)] as [(Int, Int64)] {
            _ = try await catalogue.store.handOver(
                SampleRuns.run(number, access: RunAccess(state: .embargoed, opensAt: second, closedUntil: second)))
        }
        let due = try await catalogue.store.dueRuns(tenant: SampleRuns.tenant, trustedNow: 30, limit: 10)
        let expected = try [2, 3, 1].map { try SampleRuns.pid($0) }
        #expect(due == expected)
    }
}
