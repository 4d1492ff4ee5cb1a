import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// Texts with signs that databases, terminals and query languages take for something else, in every place that takes a text: each is refused
/// in so many words, or comes back byte by byte.
struct HostileTextTests {
    static let texts = [
        "\0", "a\0b", "a\u{1}", "\u{1b}[31mred", "a\u{7f}", "a\u{85}b", "a\nb", "a\r\nb", "e\u{301}", "\u{202e}cba",
        "'; DROP TABLE run; --",
        "\" OR NEAR(", "100%_", "💎", "",
    ]

    private static let places: [(String, @Sendable (inout RunHandOver, String) throws -> Void)] = [
        ("name", { $0.name = $1 }), ("title", { $0.title = $1 }), ("folder", { $0.folder = $1 }),
        ("keyword", { $0.keywords = [$1] }), ("team", { $0.origin.team = $1 }), ("instrument", { $0.origin.instrument = $1 }),
        ("proposal", { $0.origin.proposal = $1 }), ("sample", { $0.origin.sample = $1 }),
        ("technique", { $0.origin.technique = $1 }),
        (
            "session",
            {
                $0.origin.proposal = "p"
                $0.origin.session = $1
            }
        ), ("action", { $0.event.action = $1 }), ("detail", { $0.event.detail = $1 }),
        ("message", { $0.outbox = [OutboxDraft(topic: "mail", payload: $1)] }),
        ("file", { $0.files = [try RunFile(path: $1, role: .data, bytes: 1)] }),
        ("digest", { $0.files = [try RunFile(path: "a.h5", role: .data, bytes: 1, digest: $1)] }),
        ("key", { $0.values = [try MetadataValue($1, 1, unit: "eV")] }),
        ("value", { $0.values = [try MetadataValue("note", text: $1)] }),
    ]

    @Test(arguments: texts.indices)
    func ofARun(number: Int) async throws {
        let text = Self.texts[number]
        let test = try TestCustodian()
        let tenant = test.custodian.rules.tenant
        let now = test.clock.reading().wall
        let scope = ReaderScope.everything(tenant: tenant)
        for (index, (place, write)) in Self.places.enumerated() {
            let pid = try TestCustodian.run(index, ended: "2026-05-01T07:00:00Z").summary.pid
            let clock = HandOverClock.own(
                try EmbargoRecord(
                    registering: .run(ended: RunEnd(at: now, in: test.custodian.rules.zone)), policy: test.custodian.rules.policy,
                    by: Author(person: "system", role: .system), at: now, in: test.custodian.rules.zone))
            var run = RunHandOver(
                tenant: tenant, pid: pid, kind: .raw, name: "run", verdict: .complete, startedAt: Timestamp(now), clock: clock,
                event: EventDraft(action: "registered", at: Timestamp(now)))
            do {
                try write(&run, text)
                _ = try await test.store.handOver(run)
            } catch let error as CatalogueError {
                #expect(error.code == .badRequest, "\(place): \(error)")
                #expect(!"\(error)".unicodeScalars.contains { $0.value < 32 || $0.value == 127 }, "\(place): \(error)")
                let absent = await refusal { try await test.store.run(pid, scope: scope) }
                #expect(absent?.code == .notFound, "\(place)")
                continue
            }
            let broken = await refusal { try await test.store.verifyHistory(of: pid, tenant: tenant) }
            #expect(broken == nil, "\(place) \(text.debugDescription): \(broken?.description ?? "")")
            let again = await refusal { try await test.store.handOver(run) }
            #expect(again == nil, "\(place) \(text.debugDescription): \(again?.description ?? "")")
            let stored = try await test.store.run(pid, scope: scope)
            let texts = [stored.name, stored.title, stored.folder, stored.origin.team, stored.origin.sample].map(bytes)
            #expect(texts == [run.name, run.title, run.folder, run.origin.team, run.origin.sample].map(bytes), "\(place)")
            let files = try await test.store.files(of: pid, scope: scope, from: 0, limit: 10).files
            #expect(files.map { bytes($0.file.digest) } == run.files.map { bytes($0.digest) }, "\(place)")
        }
        try await test.store.checkIntegrity()
    }

    @Test(arguments: texts.indices)
    func ofPeopleAndProposals(number: Int) async throws {
        let text = Self.texts[number]
        let test = try TestCustodian()
        try await test.begin()
        let tenant = test.custodian.rules.tenant
        let jean = Person(familyName: "Perrin", givenName: "Jean", email: "jean@example.org")
        let member = TeamPerson(.member, jean)
        let proposals = [
            ProposalDescription(name: text, kind: .public, title: "title", persons: [member]),
            ProposalDescription(name: "p1", kind: .public, title: text, persons: [member]),
            ProposalDescription(name: "p2", kind: .public, title: "title", abstract: text, persons: [member]),
            ProposalDescription(name: "p3", kind: .public, title: "title", team: text, persons: [member]),
            ProposalDescription(
                name: "p4", kind: .public, title: "title", persons: [TeamPerson(.member, Person(familyName: text))]),
        ]
        for (index, proposal) in proposals.enumerated() {
            let place = "proposal \(index) \(text.debugDescription)"
            if let error = await refusal({ try await test.store.put(proposal, tenant: tenant) }) {
                #expect(error.code == .badRequest, "\(place): \(error)")
                continue
            }
            // What came back otherwise would be another proposal at each import.
            let again = try await test.store.put(proposal, tenant: tenant)
            #expect(again == .unchanged, "\(place)")
        }
        let account = Account(name: text, person: jean, roles: [.member])
        if let error = await refusal({
            try await test.store.add(account, password: nil, at: Timestamp(test.clock.reading().wall), tenant: tenant)
        }) {
            #expect(error.code == .badRequest, "account: \(error)")
        } else {
            let stored = try await test.store.account(text, tenant: tenant)
            #expect(bytes(stored.name) == bytes(text), "account")
        }
        let name = SessionName(proposal: "20260001", name: text)
        if let error = await refusal({
            try await test.custodian.openSession(
                name, instrument: nil, begins: nil, plannedEnd: Timestamp(Instant("2026-05-10T06:00:00Z")), by: .custodian)
        }) {
            #expect(error.code == .badRequest, "session: \(error)")
        } else {
            let stored = try await test.store.session(name, tenant: tenant)
            #expect(bytes(stored.name.name) == bytes(text), "session")
            try await test.store.verifyClock(of: .session(name), tenant: tenant)
        }
        // In a reason, which stands in the chain.
        _ = await refusal {
            try await test.custodian.decide(.session(TestCustodian.session), by: .custodian) { _ throws(CatalogueError) in
                .holdSet(.legal, reason: text + "x", reviewOn: try ruledDay("2026-09-01"))
            }
        }
        try await test.store.verifyClock(of: .session(TestCustodian.session), tenant: tenant)
    }

    private func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
}
