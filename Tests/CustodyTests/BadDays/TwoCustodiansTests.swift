import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

/// Several who decide on one record at the same time, each with a connection of their own, as two processes have.
struct TwoCustodiansTests {
    private func second(_ test: TestCustodian, at time: String? = nil) throws -> Custodian {
        let clock = try time.map { try MovableClock($0) } ?? test.clock
        return Custodian(store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: clock)
    }

    private func embargoed() async throws -> TestCustodian {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        return test
    }

    @Test func ofManyWhoDecideAtOnceOneDoes() async throws {
        let test = try await embargoed()
        let owner = ClockOwner.session(TestCustodian.session)
        let custodians = [test.custodian, try second(test)]
        let holders = [
            try await test.account("irene", email: "irene@example.org"),
            try await test.account("frederic", email: "frederic@example.org"),
        ]
        let curators = [
            try await test.account("cleo", email: "cleo@example.org", [.curator]),
            try await test.account("carl", email: "carl@example.org", [.curator]),
        ]
        for round in 1...2 {
            let ask = EmbargoEvent.extensionAsked(reason: "the thesis", proposal: .found)
            for (actors, event) in [(holders, ask), (curators, EmbargoEvent.extensionGranted)] {
                let refusals = await withTaskGroup(of: CatalogueError?.self) { group in
                    for turn in 0..<8 {
                        group.addTask {
                            await refusal {
                                try await custodians[turn % 2].decide(owner, by: actors[turn / 2 % 2]) {
                                    _ throws(CatalogueError) in
                                    event
                                }
                            }
                        }
                    }
                    return await group.reduce(into: [CatalogueError?]()) { $0.append($1) }
                }
                #expect(refusals.count { $0 == nil } == 1, "\(event.name): \(refusals)")
                #expect(refusals.compactMap(\.self).allSatisfy { $0.code == .clockRefuses }, "\(event.name): \(refusals)")
            }
            let record = try await test.store.clock(of: owner, tenant: test.custodian.rules.tenant)
            #expect(record.status(at: test.clock.reading().wall).state == .embargoed(extensions: round))
        }
        let report = try await test.custodian.recompute(mend: false)
        #expect(report.differences.map(\.what) == [])
    }

    @Test(arguments: 0..<6)
    func nothingOpensOverAHoldThatIsSetAtTheSameTime(turn: Int) async throws {
        let test = try await embargoed()
        let owner = ClockOwner.session(TestCustodian.session)
        // One sees the second before the opening, the other the opening itself.
        let late = try second(test, at: "2029-05-09T22:00:00Z")
        try test.clock.set("2029-05-09T21:59:59Z")
        async let held = refusal {
            try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
                .holdSet(.legal, reason: "a dispute", reviewOn: try ruledDay("2029-09-01"))
            }
        }
        async let swept = late.sweep()
        let (refused, report) = (await held, try await swept)
        try test.clock.set("2029-05-09T22:00:01Z")
        let record = try await test.store.clock(of: owner, tenant: test.custodian.rules.tenant)
        let anonymous = try await test.custodian.scope(of: .anonymous)
        let pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        let unread = await refusal { try await test.store.run(pid, scope: anonymous) }
        if refused == nil {
            #expect(report.opened == [])
            #expect(record.holds.count == 1)
            #expect(unread?.code == .forbidden)
        } else {
            #expect(refused?.code == .clockRefuses)
            #expect(report.opened == [owner])
            #expect(unread == nil)
        }
        try await test.store.verifyClock(of: owner, tenant: test.custodian.rules.tenant)
    }

    @Test func runsOfOneSessionThatArriveTogetherAllStandUnderItsLastDay() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T23:00:00Z")
        let custodians = [test.custodian, try second(test)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                group.addTask {
                    let run = try TestCustodian.run(number, ended: "2026-05-0\(number)T12:00:00Z")
                    _ = try await custodians[number % 2].register(run, by: .system)
                }
            }
            try await group.waitForAll()
        }
        let closed = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        #expect(closed.status.dates.opening?.lastClosedDay.description == "2029-05-08")
        let scope = ReaderScope.everything(tenant: test.custodian.rules.tenant)
        let page = try await test.store.page(RunFilter(), scope: scope, after: nil, limit: 10, countLimit: 10)
        #expect(page.count == .exactly(8))
        #expect(Set(page.runs.map(\.access.closedUntil)) == [closed.status.dates.opening?.opens.at.secondsSince1970])
        let report = try await test.custodian.recompute(mend: false)
        #expect(report.differences.map(\.what) == [])
    }
}
