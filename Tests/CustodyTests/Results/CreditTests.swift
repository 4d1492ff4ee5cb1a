import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// Who of the facility took part, who paid, where the team works: what public records tell of it, and when.
struct CreditTests {
    private struct Told {
        let record: DataCiteRecord
        let stamp: String
    }

    private func record(_ sessions: TwoSessions, _ pid: String) async throws -> Told {
        var question = HarvestQuestion()
        question.pid = pid
        let offered = try #require(try await sessions.custodian.harvest(question).records.first)
        let record = try #require(offered.record)
        // What is harvested is what the page shows.
        #expect(try await sessions.custodian.publicRecord(pid).record == record)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(record) == "") }
        let json = try record.json()
        #expect(!json.contains("@example.org"), "\(json)")
        return Told(record: record, stamp: "\(try Instant(millisecondsSince1970: offered.datestamp * 1000))")
    }

    /// Of a run and of its session.
    private func records(_ sessions: TwoSessions) async throws -> [Told] {
        let session = try #require(try await sessions.store.session(TestCustodian.session, tenant: sessions.tenant).pid)
        return [try await record(sessions, "\(sessions.runs[0])"), try await record(sessions, "\(session)")]
    }

    /// Of the run.
    private func helpers(_ sessions: TwoSessions) async throws -> [String] { helpers(try await records(sessions)[0].record) }

    private func helpers(_ record: DataCiteRecord) -> [String] {
        record.contributors.filter { $0.type != .hostingInstitution }.map { "\($0.party.name): \($0.type.rawValue)" }
    }

    private func open(_ sessions: TwoSessions) async throws {
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
    }

    private func number(_ sessions: TwoSessions, _ email: String) async throws -> [Int64] {
        try await sessions.custodian.persons(.email(email), by: .custodian).map(\.number)
    }

    @Test func affiliationsAreToldInEveryStateTheRestOnceTheDataAreOpen() async throws {
        let sessions = try await TwoSessions()
        #expect(try await CreditedProposal.enter(sessions.test) == .changed)
        let homes: [[DataCiteRecord.Affiliation]] = [
            [.init("Institut du radium", ror: try ROR("03yrm5c26"))], [.init("A small laboratory")], [],
        ]
        for record in try await records(sessions).map(\.record) {
            #expect(record.creators.map(\.affiliations) == homes)
            #expect(helpers(record) == [] && record.fundingReferences == [])
            let json = try record.json()
            for word in ["Nowak", "Weber", "National Fund", "N-77"] { #expect(!json.contains(word), "\(word)") }
        }
        // By the clock, before any sweep.
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        for record in try await records(sessions).map(\.record) {
            #expect(record.creators.map(\.affiliations) == homes)
            #expect(helpers(record) == ["Nowak, Zofia: ContactPerson", "Weber: DataCollector"])
            let contact = try #require(record.contributors.first { $0.type == .contactPerson }?.party)
            #expect(contact.nameIdentifiers.map(\.nameIdentifier) == ["https://orcid.org/0000-0001-5109-3700"])
            #expect(contact.affiliations == [.init("The source", ror: try ROR("01ydb3330"))])
            let award = DataCiteRecord.FundingReference(
                funder: "National Fund", ror: try ROR("05etxs293"), awardNumber: "N-77",
                awardUri: "https://example.net/awards/N-77", awardTitle: "Proteins")
            #expect(record.fundingReferences == [award, .init(funder: "A foundation")])
        }
        // The other session of the proposal is closed for a month more.
        let other = try await record(sessions, "\(sessions.runs[1])").record
        #expect(helpers(other) == [] && other.fundingReferences == [])
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func whoHarvestsLearnsOfAChangeWhenItIsTold() async throws {
        let sessions = try await TwoSessions()
        let test = sessions.test
        let before = try await records(sessions).map(\.stamp)
        // Whom staff have helped is private, and so is that it has changed.
        try test.clock.set("2026-07-01T00:00:00Z")
        let plain = CreditedProposal.persons.replacing(#/,\s*"affiliation": \{[^}]*\}/#, with: "")
        #expect(try await CreditedProposal.enter(test, CreditedProposal.text(persons: plain)) == .changed)
        #expect(try await records(sessions).map(\.stamp) == before)
        try test.clock.set("2026-07-02T00:00:00Z")
        #expect(try await CreditedProposal.enter(test) == .changed)
        #expect(try await records(sessions).map(\.stamp) == ["2026-07-02T00:00:00Z", "2026-07-02T00:00:00Z"])
        try await open(sessions)
        #expect(try await records(sessions).map(\.stamp) == ["2029-05-09T22:00:00Z", "2029-05-09T22:00:00Z"])
        let changes = [
            CreditedProposal.text(funding: #"[{"funder": "A foundation"}]"#),
            CreditedProposal.text(
                contributors: #"[{"role": "beamline staff", "family_name": "Weber", "email": "weber@example.org"}]"#,
                funding: "[]"),
        ]
        for (day, text) in changes.enumerated() {
            let time = "2029-06-0\(day + 1)T00:00:00Z"
            try test.clock.set(time)
            #expect(try await CreditedProposal.enter(test, text) == .changed)
            #expect(try await records(sessions).map(\.stamp) == [time, time])
        }
        #expect(try await helpers(sessions) == ["Weber: DataCollector"])
    }

    /// They are no team: by no account, address or name.
    @Test func aContributorHasNoRightByIt() async throws {
        let sessions = try await TwoSessions()
        _ = try await CreditedProposal.enter(sessions.test)
        let zofia = try await sessions.test.account("zofia", email: "zofia@example.org")
        guard case .account(let account) = zofia else { return }
        #expect(try await sessions.reads(sessions.runs[0], zofia) == false)
        #expect(try await sessions.store.teams(of: account.person, tenant: sessions.tenant) == [])
        #expect(try await sessions.custodian.proposals(for: .account(account)) == [])
        let asked = await refusal {
            try await sessions.decide(.session(TestCustodian.session), by: zofia, .extensionAsked(reason: "x", proposal: .found))
        }
        #expect(asked?.code == .clockRefuses && asked?.what == "Nobody of this record may do this", "\(asked as Any)")
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        #expect(try await sessions.store.completions(of: .person, beginning: "Now", scope: everything, limit: 10) == [])
        var filter = RunFilter()
        filter.person = "Nowak"
        let found = try await sessions.store.page(filter, scope: everything, after: nil, limit: 10, countLimit: 0)
        #expect(found.runs.isEmpty)
    }

    @Test func whoIsErasedIsNamedNoMoreAndOpenRecordsAreToldAgain() async throws {
        let sessions = try await TwoSessions()
        _ = try await CreditedProposal.enter(sessions.test)
        _ = try await sessions.custodian.mint(sessions.runs[0], by: .custodian)
        let before = try await records(sessions).map(\.stamp)
        // Of one of whom nothing was told, nothing is told again.
        try sessions.test.clock.set("2026-07-01T00:00:00Z")
        let weber = try await number(sessions, "weber@example.org")
        #expect(weber.count == 1)
        #expect(try await sessions.custodian.erase(persons: weber, by: .custodian) == 0)
        #expect(try await records(sessions).map(\.stamp) == before)
        #expect(try await sessions.custodian.verifyAll().problems == [])
        try await open(sessions)
        #expect(try await helpers(sessions) == ["Nowak, Zofia: ContactPerson"])
        let known = try #require(try await sessions.custodian.persons(.email("zofia@example.org"), by: .custodian).first)
        #expect(known.places == [] && known.contributions == [.init(proposal: "20260001", role: .localContact)])
        // The open session and its run; the other session is closed.
        try sessions.test.clock.set("2029-05-20T00:00:00Z")
        #expect(try await sessions.custodian.erase(persons: [known.number], by: .custodian) == 2)
        for told in try await records(sessions) {
            #expect(helpers(told.record) == [] && told.stamp == "2029-05-20T00:00:00Z")
            #expect(told.record.fundingReferences.count == 2)
        }
        #expect(try sessions.store.texts("SELECT * FROM proposal_contributor WHERE affiliation IS NOT NULL").isEmpty)
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    /// Where somebody worked goes with their name.
    @Test func ofAnErasedCreatorNoAffiliationIsLeft() async throws {
        let sessions = try await TwoSessions()
        _ = try await CreditedProposal.enter(sessions.test)
        _ = try await sessions.custodian.erase(persons: number(sessions, "frederic@example.org"), by: .custodian)
        let creators = try await records(sessions)[0].record.creators
        #expect(creators.flatMap(\.affiliations).map(\.name) == ["Institut du radium"])
        #expect(try sessions.store.texts("SELECT 1 FROM proposal_person WHERE affiliation = 'A small laboratory'").isEmpty)
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func aSelectionCreditsWhatItsProposalsDoOnceAllAreOpen() async throws {
        let sessions = try await TwoSessions()
        let foreign = try await sessions.foreignRun()
        let moved = """
            [{"role": "member", "family_name": "Curie", "given_name": "Irène", "orcid": "0000-0002-1825-0097",
              "affiliation": {"name": "Another institute"}}]
            """
        let more = #"[{"funder": "A foundation"}, {"funder": "A third one"}]"#
        _ = try await CreditedProposal.enter(sessions.test)
        _ = try await CreditedProposal.enter(
            sessions.test, CreditedProposal.text("20260002", persons: moved, funding: more))
        let pid = try await sessions.custodian.collect(
            [sessions.runs[0], foreign], title: "A paper", article: nil, by: .custodian
        ).pid
        try await open(sessions)
        var page = try await sessions.custodian.publicRecord("\(pid)").record
        #expect(helpers(page) == [] && page.fundingReferences == [])
        #expect(page.creators.map(\.name) == ["Curie, Irène", "Joliot, Frédéric", "Perrin, Jean"])
        #expect(page.creators[0].affiliations.map(\.name) == ["Institut du radium", "Another institute"])
        try sessions.test.clock.set("2029-06-09T22:00:00Z")
        page = try await sessions.custodian.publicRecord("\(pid)").record
        #expect(helpers(page) == ["Nowak, Zofia: ContactPerson", "Weber: DataCollector"])
        #expect(page.fundingReferences.map(\.funderName) == ["National Fund", "A foundation", "A third one"])
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(page) == "") }
    }
}
