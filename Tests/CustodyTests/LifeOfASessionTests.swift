import Custody
import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// From the import of a proposal to data that everyone reads, and what can come between.
struct LifeOfASessionTests {
    private func state(_ test: TestCustodian, _ number: Int, _ reader: Reader) async throws -> AccessState? {
        let scope = try await test.custodian.scope(of: reader)
        let pid = try TestCustodian.run(number, ended: "2026-05-09T12:00:00Z").summary.pid
        do { return try await test.store.run(pid, scope: scope).state } catch {
            guard error.code == .notFound || error.code == .forbidden else { throw error }
            return nil
        }
    }

    @Test func aSessionOpensInOnePieceThreeYearsAfterItsLastRun() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        for (number, ended) in [(1, "2026-05-08T12:00:00Z"), (2, "2026-05-09T12:00:00Z")] {
            let receipt = try await test.custodian.register(TestCustodian.run(number, ended: ended), by: .system)
            #expect(receipt.isNew)
            #expect(receipt.notes == [])
            #expect(receipt.status.state == .collecting)
        }
        let member = try await test.account("jean", email: "jean@example.org", [])
        guard case .account(let account) = member else { return }
        #expect(try await state(test, 1, .anonymous) == nil)
        #expect(try await state(test, 1, .account(account)) == .collecting)

        let closed = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        #expect(closed.status.state == .embargoed(extensions: 0))
        #expect(closed.status.dates.opening?.lastClosedDay.description == "2029-05-09")
        #expect(closed.status.dates.opening?.opens.at.description == "2029-05-09T22:00:00Z")
        #expect(try await state(test, 1, .account(account)) == .embargoed)
        #expect(try await state(test, 1, .anonymous) == nil)

        try test.clock.set("2029-05-09T21:59:59.999Z")
        #expect(try await state(test, 1, .anonymous) == nil)
        #expect(try await test.custodian.sweep().opened == [])
        // Reading does not wait for the sweep.
        try test.clock.set("2029-05-09T22:00:00Z")
        #expect(try await state(test, 1, .anonymous) == .open)
        #expect(try await state(test, 2, .anonymous) == .open)
        let swept = try await test.custodian.sweep()
        #expect(swept.opened == [.session(TestCustodian.session)])
        #expect(swept.failures == [])
        #expect(try await state(test, 2, .anonymous) == .open)
        #expect(try await test.custodian.sweep().opened == [])

        let report = try await test.custodian.recompute(mend: false)
        #expect(report.looked == 1)
        #expect(report.differences.map(\.what) == [])
        for number in [1, 2] {
            let pid = try TestCustodian.run(number, ended: "2026-05-09T12:00:00Z").summary.pid
            try await test.store.verifyHistory(of: pid, tenant: test.custodian.rules.tenant)
            let actions = try await test.store.history(of: pid, scope: .everything(tenant: test.custodian.rules.tenant)).map(
                \.action)
            #expect(
                actions == ["registered", "session-closed", "opened"]
                    || actions == ["registered", "run-ended", "session-closed", "opened"])
        }
    }

    @Test func theSameRunAgainChangesNothing() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let first = try await test.custodian.register(run, by: .system)
        let second = try await test.custodian.register(run, by: .system)
        #expect(first.isNew && !second.isNew)
        #expect(second.owner == first.owner)
    }

    @Test func aRunWithoutASessionHasClocksOfItsOwn() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(3, ended: "2026-05-09T12:00:00Z", session: "another")
        let receipt = try await test.custodian.register(run, by: .system)
        #expect(receipt.owner == .run(run.summary.pid))
        #expect(receipt.status.state == .embargoed(extensions: 0))
        #expect(receipt.notes.count == 1)
        // Nor does the session's hold or extension reach it.
        try await test.custodian.decide(.run(run.summary.pid), by: .custodian) { _ throws(CatalogueError) in
            .holdSet(.legal, reason: "a question of safety", reviewOn: try ruledDay("2026-09-01"))
        }
        let session = try await test.store.clock(of: .session(TestCustodian.session), tenant: test.custodian.rules.tenant)
        #expect(session.holds == [])
    }

    @Test func theRightHolderAsksAndACuratorDecides() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let owner = ClockOwner.session(TestCustodian.session)
        let investigator = try await test.account("irene", email: "irene@example.org")
        let member = try await test.account("jean", email: "jean@example.org")
        let stranger = try await test.account("Irène Curie", email: "another@example.org")
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])

        let ask = { (actor: Actor) in
            try await test.custodian.decide(owner, by: actor) { care throws(CatalogueError) in
                .extensionAsked(reason: "the thesis is not defended", proposal: care.proposal == nil ? .absent : .found)
            }
        }
        for actor in [member, stranger] {
            let error = await refusal { try await ask(actor) }
            #expect(error?.code == .clockRefuses)
        }
        let asked = try await ask(investigator)
        #expect(asked.status.state == .extensionPending(extensions: 0))
        let twice = await refusal { try await ask(investigator) }
        #expect(twice?.code == .clockRefuses)
        let own = await refusal {
            try await test.custodian.decide(owner, by: investigator) { _ throws(CatalogueError) in .extensionGranted }
        }
        #expect(own?.code == .clockRefuses)
        let granted = try await test.custodian.decide(owner, by: curator) { _ throws(CatalogueError) in .extensionGranted }
        #expect(granted.status.state == .embargoed(extensions: 1))
        #expect(granted.status.dates.opening?.opens.at.description == "2030-05-09T22:00:00Z")
        // The run goes with its session.
        let scope = ReaderScope.everything(tenant: test.custodian.rules.tenant)
        let run = try await test.store.run(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid, scope: scope)
        #expect(run.access.opensAt == granted.status.dates.opening?.opens.at.secondsSince1970)
    }

    @Test func aHoldKeepsWhatIsDueClosed() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let owner = ClockOwner.session(TestCustodian.session)
        try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
            .holdSet(.legal, reason: "a dispute", reviewOn: try ruledDay("2026-09-01"))
        }
        try test.clock.set("2030-01-01T00:00:00Z")
        #expect(try await test.custodian.sweep().opened == [])
        #expect(try await state(test, 1, .anonymous) == nil)
        let held = try await test.store.clock(of: owner, tenant: test.custodian.rules.tenant)
        let hold = try #require(held.holds.first)
        try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
            .holdLifted(hold: hold, reason: "settled")
        }
        #expect(try await state(test, 1, .anonymous) == .open)
    }

    @Test func aClockThatJumpsOpensNothing() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        try test.clock.turn(to: "2035-01-01T00:00:00Z")
        #expect(try await test.custodian.sweep().time.doubt != nil)
        #expect(try await state(test, 1, .anonymous) == nil)
        let refused = await refusal {
            try await test.custodian.decide(.session(TestCustodian.session), by: .custodian) { _ throws(CatalogueError) in
                .earlyReleaseAsked(licence: "CC-BY-4.0")
            }
        }
        #expect(refused?.code == .clockRefuses)
        // A person says that it is right: then it is.
        _ = try await test.custodian.time.accept()
        #expect(try await state(test, 1, .anonymous) == .open)
    }

    @Test func whatIsTheFacilitysIsDoneByNobodyElse() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let member = try await test.account("jean", email: "jean@example.org")
        let another = try await test.account("host-2", email: "host2@example.org", [.ingestor], teams: ["team-b"])
        let elsewhere = try await test.account("sam", email: "sam@example.org", [.staff], beamlines: ["SWING"])
        for actor in [member, another, elsewhere] {
            #expect(await refusal { try await test.custodian.register(run, by: actor) }?.code == .forbidden)
            let opened = await refusal {
                try await test.custodian.openSession(
                    SessionName(proposal: "20260001", name: "x"), instrument: "PROXIMA-1", begins: nil,
                    plannedEnd: Timestamp(try Instant("2026-06-10T06:00:00Z")), by: actor)
            }
            #expect(opened?.code == .forbidden)
            let made = await refusal {
                try await test.custodian.add(
                    Account(name: "me", person: Person(familyName: "Me"), roles: [.curator]), password: nil, by: actor)
            }
            #expect(made?.code == .forbidden)
        }
        let host = try await test.account("host-1", email: "host1@example.org", [.ingestor], teams: ["team-20260001"])
        #expect(try await test.custodian.register(run, by: host).isNew)
        let staff = try await test.account("sue", email: "sue@example.org", [.staff], beamlines: ["PROXIMA-1"])
        #expect(try await !test.custodian.register(run, by: staff).isNew)
    }

    @Test func whoSaysThatTheClockIsRightSaysItToEveryProcess() async throws {
        let test = try TestCustodian()
        #expect(try await test.custodian.time.now().doubt == nil)
        try test.clock.turn(to: "2035-01-01T00:00:00Z")
        #expect(try await test.custodian.time.now().doubt != nil)
        let other = Custodian(
            store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: test.clock)
        _ = try await other.time.accept()
        let time = try await test.custodian.time.now()
        #expect(time.doubt == nil)
        #expect(time.now == test.clock.reading().wall)
    }

    @Test func aSessionClosesByItselfAWeekAfterItsPlannedEnd() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try test.clock.set("2026-05-17T05:59:59Z")
        #expect(try await test.custodian.sweep().closed == [])
        try test.clock.set("2026-05-17T06:00:00Z")
        #expect(try await test.custodian.sweep().closed == [TestCustodian.session])
        #expect(
            try await test.store.clock(of: .session(TestCustodian.session), tenant: test.custodian.rules.tenant)
                .status(at: test.clock.reading().wall).state == .embargoed(extensions: 0))
    }

    @Test func whatWasPaidForHasNoClockAndNoOtherReader() async throws {
        let test = try TestCustodian()
        try await test.begin(kind: .proprietary)
        try test.clock.set("2026-05-09T13:00:00Z")
        let receipt = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        #expect(receipt.status.state == .proprietary)
        let staff = try await test.account("sam", email: "sam@example.org", [.staff], beamlines: ["PROXIMA-1"])
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let payer = try await test.account("jean", email: "jean@example.org")
        for (actor, sees) in [(staff, false), (curator, false), (payer, true)] {
            guard case .account(let account) = actor else { continue }
            let state = try await state(test, 1, .account(account))
            #expect((state != nil) == sees, "\(account.name)")
        }
        try test.clock.set("2050-01-01T00:00:00Z")
        #expect(try await test.custodian.sweep().opened == [])
        #expect(try await state(test, 1, .anonymous) == nil)
    }

    @Test func anEditOfTheClockBehindOurBackIsFoundAndNamed() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        for edit in [
            "UPDATE clock SET closed_until = 1", "UPDATE run SET closed_until = 1, opened = 1",
            "DROP TRIGGER clock_entry_is_not_changed; UPDATE clock_entry SET entry = replace(entry, '2026-05-09', '2016-05-09') WHERE number > 0",
            "DROP TRIGGER clock_entry_is_not_deleted; DELETE FROM clock_entry WHERE number = 2",
        ] {
            let copy = test.folder.file("copy\(edit.hashValue).sqlite").path
            try await test.store.backUp(to: copy)
            let other = try StoreUnderTest.open(at: copy)
            try other.edit(edit)
            let custodian = Custodian(store: other, rules: test.custodian.rules, clock: test.clock)
            let report = try await custodian.recompute(mend: true)
            #expect(report.differences.count == 1, "\(edit)")
            #expect(report.differences.first?.isMended == false)
        }
    }
}

func ruledDay(_ text: String) throws(CatalogueError) -> LocalDate {
    do { return try LocalDate(text) } catch { throw CatalogueError(.badRequest, "\(error)") }
}
