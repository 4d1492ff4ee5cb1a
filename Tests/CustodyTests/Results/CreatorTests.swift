import Custody
import DataCite
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Whom public records name as creators where no proposal names a team: a described run's principal investigators, else its owner.
struct CreatorTests {
    private func describe(
        _ sessions: TwoSessions, _ persons: DescribedPersons, team: String = "team-b", in folder: String = "/data/b"
    ) async throws -> RunIdentifier {
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var described = DescribedRun(
            kind: .raw, label: "By hand", team: team, startedAt: date, endedAt: date, folder: folder)
        described.persons = persons
        return try #require(try await sessions.custodian.describe(described, by: .custodian))
    }

    private func record(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> HarvestedRecord {
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        let offered = try #require(try await sessions.custodian.harvest(question).records.first)
        // What is harvested is what the page shows.
        #expect(try await sessions.custodian.publicRecord("\(pid)").record == offered.record)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(try #require(offered.record)) == "") }
        return offered
    }

    private func creators(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> [String] {
        try #require(try await record(sessions, pid).record).creators.map(\.name)
    }

    private static let said = DescribedPersons([
        .owner: ["Zilia Owner"], .orcidOfOwner: ["0000-0002-1825-0097"], .ownerEmail: ["owner@example.com"],
        .principalInvestigators: ["Meitner, Lise", "Otto Hahn", "strassmann@example.com"],
    ])

    @Test func theInvestigatorsThenTheOwnerThenTheFacility() async throws {
        let sessions = try await TwoSessions()
        let named = try await describe(sessions, Self.said)
        #expect(try await creators(sessions, named) == ["Meitner, Lise", "Otto Hahn"])
        let creator = try #require(try await record(sessions, named).record?.creators.first)
        #expect(creator.familyName == "Meitner" && creator.givenName == "Lise" && creator.kind == .personal)
        var owned = Self.said
        owned.texts[.principalInvestigators] = nil
        let owner = try await describe(sessions, owned, in: "/data/owned")
        #expect(try await creators(sessions, owner) == ["Zilia Owner"])
        let orcid = try #require(try await record(sessions, owner).record?.creators.first).nameIdentifiers
        #expect(orcid.map(\.nameIdentifier) == ["https://orcid.org/0000-0002-1825-0097"])
        let none = try await describe(sessions, DescribedPersons(), in: "/data/none")
        #expect(try await creators(sessions, none) == [sessions.custodian.rules.facility])
        // Beside each other in one page of a harvest.
        let all = try await sessions.custodian.harvest(HarvestQuestion()).records
        for (pid, name) in [(named, "Meitner, Lise"), (owner, "Zilia Owner"), (none, sessions.custodian.rules.facility)] {
            #expect(all.first { $0.pid == "\(pid)" }?.record?.creators.first?.name == name)
        }
    }

    @Test func whereAProposalNamesTheTeamNobodyElseIsNamed() async throws {
        let sessions = try await TwoSessions()
        let run = try await describe(sessions, Self.said, team: "team-20260001", in: "/data/a")
        let team = try await creators(sessions, sessions.runs[0])
        #expect(try await creators(sessions, run) == team)
        #expect(!team.contains("Meitner, Lise"))
    }

    @Test func aSelectionNamesTheCreatorsOfItsRuns() async throws {
        let sessions = try await TwoSessions()
        let run = try await describe(sessions, Self.said)
        let collection = try await sessions.custodian.collect(
            [run, sessions.runs[0]], title: "A paper", article: nil, by: .custodian)
        let page = try await sessions.custodian.publicRecord("\(collection.pid)").record
        #expect(page.creators.map(\.name).starts(with: ["Meitner, Lise", "Otto Hahn"]))
        #expect(page.creators.count > 2)
    }

    /// A change of the names, and an erasure, move the datestamp: who harvests learns of it.
    @Test func whoHarvestsLearnsThatANameChangedOrWasErased() async throws {
        let sessions = try await TwoSessions()
        var owned = Self.said
        owned.texts[.principalInvestigators] = nil
        let run = try await describe(sessions, owned)
        let first = try await record(sessions, run).datestamp
        var amendment = RunAmendment()
        amendment.persons = DescribedPersons([.owner: ["Irene Otto"], .ownerEmail: ["otto@example.org"]])
        try sessions.test.clock.set("2026-06-11T12:00:00Z")
        #expect(try await sessions.custodian.amend(run, amendment, by: .custodian))
        let second = try await record(sessions, run).datestamp
        #expect(second > first)
        #expect(try await creators(sessions, run) == ["Irene Otto"])
        #expect(try await sessions.custodian.mint(run, by: .custodian))
        try sessions.test.clock.set("2026-06-12T12:00:00Z")
        let known = try await sessions.custodian.persons(.email("otto@example.org"), by: .custodian)
        #expect(known.count == 1)
        let told = try await sessions.custodian.erase(persons: known.map(\.number), by: .custodian)
        // The run's record is told again.
        #expect(told == 1)
        #expect(try await creators(sessions, run) == [sessions.custodian.rules.facility])
        #expect(try await record(sessions, run).datestamp > second)
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }
}
