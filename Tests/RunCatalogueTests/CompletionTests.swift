import Diagnostics
import RunCatalogue
import RunModel
import Testing

/// What is completed is what some run has that this reader may read: nothing else has a place in the answer.
struct CompletionTests {
    private static let noon: Int64 = 1_900_000_000

    /// Samples of two teams, open and closed.
    private func catalogue() async throws -> TemporaryCatalogue {
        let catalogue = try TemporaryCatalogue()
        let noon = Self.noon
        let runs: [(String, String, Int64)] = [
            ("a", "Lysozyme", noon - 1), ("a", "lysozyme B", noon + 1), ("b", "Lysozyme", noon + 1), ("b", "lysine", noon + 1),
            ("b", "100% x_1", noon - 1), ("a", "ly\"so", noon - 1),
        ]
        for (number, run) in runs.enumerated() {
            let (team, sample, until) = run
            _ = try await catalogue.store.handOver(
                SampleRuns.run(
                    number,
                    origin: RunOrigin(
                        team: team, instrument: "line-\(team)", proposal: "p-\(team)", session: "s-\(team)", sample: sample,
                        technique: until > noon ? "SAXS" : "MX"),
                    keywords: ["word-\(team)-\(until > noon ? "closed" : "open")", "All"],
                    access: RunAccess(state: .embargoed, opensAt: until, closedUntil: until)))
        }
        return catalogue
    }

    private static let anyone = ReaderScope(tenant: SampleRuns.tenant, trustedNow: noon, openRuns: .all)

    private func complete(
        _ catalogue: TemporaryCatalogue, _ field: CompletedField, _ beginning: String, _ scope: ReaderScope = anyone,
        limit: Int = 20
    ) async throws -> [String] {
        try await catalogue.store.completions(of: field, beginning: beginning, scope: scope, limit: limit)
    }

    @Test func aNameIsCompletedWhereARunOfItMayBeRead() async throws {
        let catalogue = try await catalogue()
        let ofB = SampleRuns.member(["b"], now: Self.noon)
        #expect(try await complete(catalogue, .sample, "lys") == ["Lysozyme"])
        #expect(try await complete(catalogue, .sample, "LYS", ofB) == ["lysine", "Lysozyme"])
        #expect(try await complete(catalogue, .sample, "lys", SampleRuns.everything) == ["lysine", "Lysozyme", "lysozyme B"])
        #expect(try await complete(catalogue, .sample, "lysi").isEmpty)
        let untrusted = ReaderScope(tenant: SampleRuns.tenant, trustedNow: nil, openRuns: .all)
        #expect(try await complete(catalogue, .sample, "", untrusted).isEmpty)
        let stranger = ReaderScope(tenant: "another", trustedNow: Self.noon, openRuns: .all)
        #expect(try await complete(catalogue, .sample, "", stranger).isEmpty)
    }

    @Test func everyFieldIsCompleted() async throws {
        let catalogue = try await catalogue()
        let ofA = SampleRuns.member(["a"], now: Self.noon)
        #expect(try await complete(catalogue, .technique, "") == ["MX"])
        #expect(try await complete(catalogue, .technique, "", ofA) == ["MX", "SAXS"])
        #expect(try await complete(catalogue, .instrument, "line") == ["line-a", "line-b"])
        #expect(try await complete(catalogue, .proposal, "p-") == ["p-a", "p-b"])
        #expect(try await complete(catalogue, .session, "S-") == ["s-a", "s-b"])
        #expect(try await complete(catalogue, .keyword, "") == ["All", "word-a-open", "word-b-open"])
        #expect(
            try await complete(catalogue, .keyword, "word", ofA) == ["word-a-closed", "word-a-open", "word-b-open"])
        #expect(try await complete(catalogue, .keyword, "", ofA, limit: 2) == ["All", "word-a-closed"])
    }

    @Test func peopleAreThoseOfProposalsWithARunThatMayBeRead() async throws {
        let catalogue = try await catalogue()
        for (proposal, family) in [("p-a", "Curie"), ("p-b", "Currant")] {
            let people = [
                TeamPerson(.member, Person(familyName: family, givenName: "Irène", email: "\(family)@example.org"))
            ]
            _ = try await catalogue.store.put(
                ProposalDescription(
                    name: proposal, kind: .public, title: "title", team: String(proposal.suffix(1)), persons: people),
                by: Deed(at: SampleRuns.start), tenant: SampleRuns.tenant)
        }
        #expect(try await complete(catalogue, .person, "cur") == ["Curie, Irène", "Currant, Irène"])
        // Of team b nothing was opened before then.
        let before = ReaderScope(tenant: SampleRuns.tenant, trustedNow: Self.noon - 2, openRuns: .all, teams: ["a"])
        #expect(try await complete(catalogue, .person, "cur", before) == ["Curie, Irène"])
        #expect(try await catalogue.numbers(RunFilter(person: "curie, irène"), Self.anyone).count == 2)
        #expect(try await catalogue.numbers(RunFilter(person: "CURIE"), Self.anyone) == ["lysozyme_5", "lysozyme_0"])
        #expect(try await catalogue.numbers(RunFilter(person: "Curie, Irène"), Self.anyone) == ["lysozyme_5", "lysozyme_0"])
        #expect(try await catalogue.numbers(RunFilter(person: "Curie, Marie"), Self.anyone).isEmpty)
    }

    @Test func signsOfPatternsAreText() async throws {
        let catalogue = try await catalogue()
        #expect(try await complete(catalogue, .sample, "%").isEmpty)
        #expect(try await complete(catalogue, .sample, "100% x_").count == 1)
        #expect(try await complete(catalogue, .sample, "100__").isEmpty)
        #expect(try await complete(catalogue, .sample, "ly\"") == ["ly\"so"])
        #expect(try await complete(catalogue, .sample, "' OR 1=1 --").isEmpty)
        for refused in [String(repeating: "x", count: 401), "a\0b"] {
            let error = await failure { try await complete(catalogue, .sample, refused) }
            #expect(error?.code == .badRequest)
        }
        let many = await failure { try await complete(catalogue, .sample, "", limit: 101) }
        #expect(many?.code == .badRequest)
    }

    @Test func aKeywordIsAskedForByItself() async throws {
        let catalogue = try await catalogue()
        #expect(try await catalogue.numbers(RunFilter(keyword: "word-a-open"), Self.anyone) == ["lysozyme_5", "lysozyme_0"])
        #expect(try await catalogue.numbers(RunFilter(keyword: "word-b-closed"), Self.anyone).isEmpty)
        #expect(try await catalogue.numbers(RunFilter(keyword: "word-b-closed")) == ["lysozyme_3", "lysozyme_2"])
        #expect(try await catalogue.numbers(RunFilter(keyword: "word")).isEmpty)
    }
}

extension RunFilter {
    init(keyword: String) {
        self.init()
        self.keyword = keyword
    }

    init(person: String) {
        self.init()
        self.person = person
    }
}
