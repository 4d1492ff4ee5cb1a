import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// When a record has a new datestamp: when everyone may know something else of it, and never otherwise.
@Suite struct DatestampTests {
    private let test: TestCustodian
    private let pid: RunIdentifier
    private let session: String

    /// A closed session with one run, offered at noon of 2026-05-10.
    init() async throws {
        test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let receipt = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        pid = receipt.pid
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        session = "\(try #require(try await test.store.session(TestCustodian.session, tenant: "facility").pid))"
        try test.clock.set("2026-05-10T12:00:00Z")
        _ = try await stamps()
    }

    private func harvest(_ edit: (inout HarvestQuestion) -> Void = { _ in }) async throws -> Harvest {
        var question = HarvestQuestion()
        edit(&question)
        return try await test.custodian.harvest(question)
    }

    /// Of the run and of the session.
    private func stamps() async throws -> [String] {
        let records = try await harvest().records
        return try [pid.description, session].map { pid in
            let record = try #require(records.first { $0.pid == pid })
            return "\(try Instant(millisecondsSince1970: record.datestamp * 1000))"
        }
    }

    private static let before = ["2026-05-10T12:00:00Z", "2026-05-10T12:00:00Z"]

    private func person(_ edit: (inout ProposalDescription) -> Void) async throws {
        var proposal = try await test.store.proposal("20260001", tenant: "facility")
        for index in proposal.persons.indices { proposal.persons[index].person.number = nil }
        edit(&proposal)
        _ = try await test.store.put(proposal, tenant: "facility")
    }

    @Test func whatATeamDoesAmongItselfIsNotSeen() async throws {
        try test.clock.set("2026-06-01T00:00:00Z")
        let by = Deed(at: Timestamp(test.clock.reading().wall))
        let everything = ReaderScope.everything(tenant: "facility")
        _ = try await test.store.mark(pid, MarkDraft(.drop, frames: 1...2, reason: "beam lost"), scope: everything, by: by)
        _ = try await test.store.attach(
            Attachment(name: "a.txt", type: .text, caption: "c", bytes: [65]), to: pid, scope: everything, by: by)
        try await test.store.share(
            .session(TestCustodian.session), with: .link(digest: "a1"), until: 4_000_000_000, tenant: "facility")
        let irene = try await test.account("irene", email: "irene@example.org")
        // It is embargoed as before, to everyone outside.
        try await test.custodian.decide(.session(TestCustodian.session), by: irene) { _ throws(CatalogueError) in
            .extensionAsked(reason: "zq", proposal: .found)
        }
        try await person { $0.persons[0].person.email = "irene.curie@example.org" }
        try await person { ($0.abstract, $0.abstractIsPublic) = ("a secret", false) }
        #expect(try await stamps() == Self.before)
    }

    @Test func whatEveryoneMayKnowMovesIt() async throws {
        try test.clock.set("2026-06-01T00:00:00Z")
        try await person { $0.title = "Another title" }
        #expect(try await stamps() == ["2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"])
        try test.clock.set("2026-06-02T00:00:00Z")
        try await person { $0.persons[2].person.familyName = "Langevin" }
        #expect(try await stamps() == ["2026-06-02T00:00:00Z", "2026-06-02T00:00:00Z"])
        try test.clock.set("2026-06-03T00:00:00Z")
        let (irene, cleo) = (
            try await test.account("irene", email: "irene@example.org"),
            try await test.account("cleo", email: "cleo@example.org", [.curator])
        )
        let owner = ClockOwner.session(TestCustodian.session)
        try await test.custodian.decide(owner, by: irene) { _ throws(CatalogueError) in
            .extensionAsked(reason: "zq", proposal: .found)
        }
        try await test.custodian.decide(owner, by: cleo) { _ throws(CatalogueError) in .extensionGranted }
        #expect(try await stamps() == ["2026-06-03T00:00:00Z", "2026-06-03T00:00:00Z"])
        try test.clock.set("2026-06-04T00:00:00Z")
        try await test.custodian.decide(owner, by: cleo) { _ throws(CatalogueError) in
            .holdSet(.legal, reason: "zq", reviewOn: try ruledDay("2027-01-01"))
        }
        #expect(try await stamps() == ["2026-06-04T00:00:00Z", "2026-06-04T00:00:00Z"])
        #expect(try await harvest().records.allSatisfy { $0.standing == .other })
    }

    @Test func anErasedNameIsTakenBackFromHarvesters() async throws {
        try test.clock.set("2026-06-01T00:00:00Z")
        let known = try await test.custodian.persons(.email("jean@example.org"), by: .custodian)
        try await test.custodian.erase(persons: known.map(\.number), by: .custodian)
        #expect(try await stamps() == ["2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"])
        let records = try await harvest().records
        #expect(records.allSatisfy { record in record.record?.creators.contains { $0.name.contains("Perrin") } == false })
    }

    @Test func theClockOpensForHarvestersWithoutASweep() async throws {
        for (time, standing, stamp) in [
            ("2029-05-09T21:59:59Z", HarvestStanding.embargoed, "2026-05-10T12:00:00Z"),
            ("2029-05-09T22:00:00Z", .open, "2029-05-09T22:00:00Z"),
        ] {
            try test.clock.set(time)
            let records = try await harvest { $0.set = standing == .open ? .open : .embargoed }.records
            #expect(records.count == 2 && records.allSatisfy { $0.standing == standing }, "\(time)")
            #expect(try await stamps() == [stamp, stamp])
            let run = try #require(records.first { $0.pid == "\(pid)" }?.record)
            #expect(run.titles[0].title == (standing == .open ? "Crystal 1" : "Structure of a protein"))
        }
        // What the sweep writes says what was told already.
        try test.clock.set("2029-05-10T10:00:00Z")
        #expect(try await test.custodian.sweep().opened.count == 1)
        #expect(try await stamps() == ["2029-05-09T22:00:00Z", "2029-05-09T22:00:00Z"])
    }

    @Test func datestampsNeverRunBack() async throws {
        let first = try await harvest().time
        // Somebody accepts an earlier time.
        try test.clock.turn(to: "2026-05-10T11:00:00Z")
        _ = try await test.custodian.time.accept()
        try await person { $0.title = "Another title" }
        #expect(try await stamps() == Self.before)
        let answer = try await harvest()
        #expect(answer.time == first)
        // Who asks from the time of the last answer on gets it.
        #expect(try await harvest { $0.from = first }.records.count == 2)
    }

    @Test func withoutATimeThatWasEverTrustedNothingIsDated() async throws {
        let other = try TestCustodian()
        try other.clock.boot("second", wall: "2026-05-10T11:00:00Z", isSynchronised: false)
        let error = await refusal { try await other.custodian.harvest(HarvestQuestion()) }
        #expect(error?.code == .busy)
    }

    @Test func aListIsWalkedByItsIndexInPartsOfAnySize() async throws {
        for number in 2...60 {
            _ = try await test.custodian.register(TestCustodian.run(number, ended: "2026-05-09T12:00:00Z"), by: .system)
            if number.isMultiple(of: 20) {
                test.clock.advance(seconds: 1)
                _ = try await stamps()
            }
        }
        let whole = try await harvest {
            $0.limit = 1000
            $0.counts = true
        }
        #expect(whole.records.count == 61 && whole.size == 61 && whole.next == nil)
        #expect(Set(whole.records.map(\.datestamp)).count == 4)
        for limit in [1, 7, 60, 61] {
            var found: [String] = []
            var after: HarvestPosition?
            repeat {
                let page = try await harvest {
                    $0.after = after
                    $0.limit = limit
                }
                found += page.records.map(\.pid)
                after = page.next
            } while after != nil
            #expect(found == whole.records.map(\.pid), "\(limit)")
        }
        // Runs of one session are described alike, and each as its page describes it.
        for record in whole.records.suffix(7) {
            #expect(try await record.record == test.custodian.publicRecord(record.pid).record)
        }
        // Everything is there without what was described.
        let named = try await harvest {
            $0.limit = 1000
            $0.describes = false
        }
        #expect(named.records.map(\.pid) == whole.records.map(\.pid) && named.records.allSatisfy { $0.record == nil })
    }

    /// A catalogue of an earlier version: what was in it is offered, in parts of any size.
    @Test func whatWasThereBeforeIsOfferedOnce() async throws {
        try test.store.edit(
            """
            DELETE FROM harvest; DELETE FROM harvest_due; UPDATE harvest_state SET stamp = 0;
            INSERT INTO harvest_due SELECT 1, id FROM run;
            INSERT INTO harvest_due SELECT 0, session FROM clock WHERE session IS NOT NULL
            """)
        let now = try Instant("2026-05-11T00:00:00Z").secondsSince1970
        #expect(try await test.store.offer(now: now, limit: 1) == false)
        let scope = ReaderScope(tenant: "facility", trustedNow: now, openRuns: .none)
        #expect(try await test.store.harvest(HarvestQuestion(), scope: scope) == nil)
        _ = try await test.store.offer(now: now, limit: 1)
        #expect(try await test.store.offer(now: now, limit: 1))
        #expect(try await test.store.harvest(HarvestQuestion(), scope: scope)?.records.count == 2)
    }

    /// Two servers on one file sign alike, and what was drawn stays.
    @Test func theKeyIsTheCataloguesAndStays() async throws {
        let key = try await test.custodian.harvestKey()
        let other = Custodian(store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: test.clock)
        #expect(try await other.harvestKey() == key && key.count > 64)
        let another = try TestCustodian()
        #expect(try await another.custodian.harvestKey() != key)
    }
}
