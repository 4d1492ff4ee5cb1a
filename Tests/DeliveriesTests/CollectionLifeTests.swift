import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

/// The DOI of a selection of runs, at a stand-in that refuses what DataCite refuses: when it is told, what it says, and what it never says.
struct CollectionLifeTests {
    private let open = "info:eu-repo/semantics/openAccess"
    private let other = SessionName(proposal: "20260001", name: "2026-06")
    private static let privateWords = ["zqpaper", "zqname", "zqtitle", "zqsample", "zqfolder", "zqfile", "zqteam", "zqabstract"]

    private func parts(_ entry: StandInEntry?) -> Set<String> {
        let related = entry?.attributes["relatedIdentifiers"]?.list ?? []
        return Set(related.filter { $0["relationType"]?.text == "HasPart" }.compactMap { $0["relatedIdentifier"]?.text })
    }

    private func names(_ runs: [RunIdentifier]) -> Set<String> { Set(runs.map(\.description)) }

    /// A closed session with runs of these numbers, which opens on 2029-05-10.
    private func facility(_ numbers: Int...) async throws -> (TestFacility, [RunIdentifier]) {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        var runs: [RunIdentifier] = []
        for number in numbers { runs.append(try await test.register(number)) }
        try await test.custodian.closeSession(TestFacility.session, by: .custodian)
        return (test, runs)
    }

    private func collect(
        _ test: TestFacility, _ runs: [RunIdentifier], by actor: Actor = .custodian
    ) async throws -> PersistentIdentifier {
        try await test.custodian.collect(runs, title: "Runs of the zqpaper", article: DOI("10.1107/S0"), by: actor).pid
    }

    @Test func aSelectionIsToldOfWhenSomebodyAsksAndWhenItsRunsChange() async throws {
        let (test, runs) = try await facility(1, 2, 3)
        let pid = try await collect(test, [runs[0], runs[1]])
        try await test.deliver()
        #expect(test.entry(pid) == nil)
        let jean = try await test.account("jean", email: "jean@zqteam.org", [])
        let first = try await test.custodian.mint(collection: pid, by: jean)
        let again = try await test.custodian.mint(collection: pid, by: jean)
        #expect(first && !again)
        #expect(try await test.deliver().sent.contains("\(pid) findable"))
        var entry = try #require(test.entry(pid))
        #expect(entry.state == "findable" && entry.date("Available") == "2029-05-10")
        #expect(entry.url == "https://data.example.org/datasets/" + "\(pid)".replacing("/", with: "%2F"))
        #expect(parts(entry) == names([runs[0], runs[1]]))
        #expect(entry.title?.hasPrefix("Selection of runs") == true)
        let everything = ReaderScope.everything(tenant: test.tenant)
        #expect(try await test.store.registration(ofCollection: pid, scope: everything)?.state == .findable)
        #expect(try await test.drift().differences == [])

        // Nothing has changed: nothing is told.
        let asked = test.service.log.count
        try await test.deliver()
        #expect(test.service.log.count == asked)
        let changed = try await test.custodian.change(collection: pid, adding: [runs[2]], removing: [runs[0]], by: .custodian)
        #expect(changed.runs == [runs[1], runs[2]])
        try await test.deliver()
        #expect(parts(test.entry(pid)) == names([runs[1], runs[2]]))
        let history = try await test.store.history(of: .collection("\(pid)"), tenant: test.tenant).map(\.action)
        #expect(history == ["registered", "identifier-asked", "changed"])
        #expect(try await test.store.history(of: runs[0], scope: everything).last?.action == "removed-from-collection")
        #expect(try await test.store.history(of: runs[2], scope: everything).last?.action == "added-to-collection")

        // Before the opening nothing private has left, and nothing lies in the outbox.
        for body in test.exchange.bodies {
            for word in Self.privateWords { #expect(!body.lowercased().contains(word), "a question tells '\(word)': \(body)") }
        }
        try test.clock.set("2029-05-09T22:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        entry = try #require(test.entry(pid))
        #expect(entry.rights.contains(open) && entry.title == "Runs of the zqpaper")
        #expect(try await test.drift().differences == [])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// Its runs have clocks of their own, and none of them is registered itself.
    @Test func itOpensWithTheLastOfItsRunsAndIsHiddenWithAll() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-06-01T13:00:00Z")
        let early = try await test.register(1, of: nil, proposal: "20260001", ended: "2026-05-09T12:00:00Z")
        let late = try await test.register(2, of: nil, proposal: "20260001", ended: "2026-05-20T12:00:00Z")
        let pid = try await collect(test, [early, late])
        _ = try await test.custodian.mint(collection: pid, by: .custodian)
        try await test.deliver()
        #expect(test.entry(pid)?.date("Available") == "2029-05-21")
        try test.clock.set("2029-05-10T22:00:00Z")
        #expect(try await test.custodian.sweep().opened == [.run(early)])
        try await test.deliver()
        #expect(test.entry(pid)?.rights.contains(open) == false && test.entry(pid)?.title?.contains("zqpaper") == false)
        try test.clock.set("2029-05-20T22:00:00Z")
        #expect(try await test.custodian.sweep().opened == [.run(late)])
        try await test.deliver()
        #expect(test.entry(pid)?.rights.contains(open) == true && test.entry(pid)?.title?.contains("zqpaper") == true)

        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        for (run, state) in [(early, "findable"), (late, "registered")] {
            _ = try await test.custodian.withdraw(.run(run), reason: "consent withdrawn", by: cleo, confirmedBy: dora)
            try await test.deliver()
            #expect(test.entry(pid)?.state == state)
        }
        #expect(try await test.drift().differences == [])
    }

    /// The store takes no run of which nobody may know. Should one stand there all the same, all that leaves is the bare identifier.
    @Test func whileNobodyMayKnowOfOneOfItsRunsItIsADraft() async throws {
        let (test, runs) = try await facility(1)
        _ = try await test.custodian.openSession(
            other, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp("2026-06-10T06:00:00Z"), by: .custodian)
        let hidden = try await test.register(2, of: other)
        #expect(await refusal { try await collect(test, [runs[0], hidden]) }?.code == .badRequest)
        let pid = try await collect(test, [runs[0]])
        #expect(
            await refusal {
                try await test.custodian.change(collection: pid, adding: [hidden], removing: [], by: .custodian)
            }?.code == .badRequest)
        try test.store.edit(
            """
            INSERT INTO collection_member (collection, run, position)
            SELECT collection.id, run.id, 1 FROM collection, run WHERE run.pid = '\(hidden)'
            """)
        _ = try await test.custodian.mint(collection: pid, by: .custodian)
        try await test.deliver()
        #expect(test.entry(pid)?.state == "draft" && test.entry(pid)?.attributes.isEmpty == true)
        let telling = test.exchange.bodies.filter { $0.contains("\(hidden)") }
        #expect(telling == [])
        try await test.custodian.closeSession(other, by: .custodian)
        try await test.deliver()
        #expect(test.entry(pid)?.state == "findable")
        #expect(parts(test.entry(pid)) == names([runs[0], hidden]))
    }

    @Test func ofWhatWasPaidForNothingIsTold() async throws {
        let (test, runs) = try await facility(1)
        let paid = SessionName(proposal: "20260002", name: "p")
        _ = try await test.begin(paid, kind: .proprietary)
        let proprietary = try await test.register(5, of: paid)
        let pid = try await collect(test, [runs[0]])
        _ = try await test.custodian.mint(collection: pid, by: .custodian)
        let second = try await collect(test, [runs[0]])
        try test.store.edit(
            """
            INSERT INTO collection_member (collection, run, position)
            SELECT collection.id, run.id, 1 FROM collection, run WHERE run.pid = '\(proprietary)'
            """)
        #expect(await refusal { try await test.custodian.mint(collection: second, by: .custodian) }?.code == .clockRefuses)
        try await test.deliver()
        #expect(test.entry(pid) == nil && test.entry(second) == nil)
        let telling = test.exchange.bodies.filter { $0.contains("\(proprietary)") || $0.contains("\(pid)") }
        #expect(telling == [])
    }

    @Test func whoHasNoPartInItsRunsAsksForNoDOIAndChangesNothing() async throws {
        let (test, runs) = try await facility(1, 2)
        let irene = try await test.account("irene", email: "irene@zqteam.org")
        let jean = try await test.account("jean", email: "jean@zqteam.org")
        let otto = try await test.account("otto", email: "otto@elsewhere.org")
        let pid = try await collect(test, [runs[0]], by: irene)
        #expect(await refusal { try await test.custodian.mint(collection: pid, by: otto) }?.code == .forbidden)
        for actor in [otto, jean] {
            let refused = await refusal {
                try await test.custodian.change(collection: pid, adding: [runs[1]], removing: [], by: actor)
            }
            #expect(refused?.code == .forbidden)
        }
        var generator = SystemRandomNumberGenerator()
        let unknown = try PersistentIdentifier.draw(prefix: "10.5072", using: &generator)
        #expect(await refusal { try await test.custodian.mint(collection: unknown, by: .custodian) }?.code == .notFound)
        // Who made it changes it, within what is a collection.
        let change = { (adding: [RunIdentifier], removing: [RunIdentifier]) in
            await refusal { try await test.custodian.change(collection: pid, adding: adding, removing: removing, by: irene) }
        }
        #expect(await change([], [runs[0]])?.code == .badRequest)
        #expect(await change([], [runs[1]])?.code == .notFound)
        #expect(await change([runs[0]], [])?.code == .exists)
        #expect(await change([runs[1]], []) == nil)
        let now = try await test.store.collection(pid, scope: .everything(tenant: test.tenant))
        #expect(now.runs == runs)
        // Nobody has asked: no registry is told.
        try await test.deliver()
        #expect(test.entry(pid) == nil)
    }

    /// The creators of a selection are the teams of its runs; one who is erased is named no more.
    @Test func whoIsErasedIsTakenOutOfItsRecord() async throws {
        let (test, runs) = try await facility(1)
        let pid = try await collect(test, runs)
        _ = try await test.custodian.mint(collection: pid, by: .custodian)
        try await test.deliver()
        let before = "\(test.entry(pid)?.attributes["creators"] ?? .null)"
        #expect(before.contains("Curie"))
        try await test.custodian.erase(persons: [1], by: .custodian)
        try await test.deliver()
        let creators = "\(test.entry(pid)?.attributes["creators"] ?? .null)"
        #expect(!creators.contains("Curie") && creators.contains("Joliot"))
    }
}
