import Diagnostics
import Identifiers
import RunCatalogue
import RunModel
import Testing

struct HistoryTests {
    private func opened(_ catalogue: TemporaryCatalogue) async throws -> RunIdentifier {
        let run = try SampleRuns.run(1)
        _ = try await catalogue.store.handOver(run)
        _ = try await catalogue.store.handOver(SampleRuns.run(2))
        let change = try await catalogue.store.append(
            EventDraft(action: "opened", at: run.startedAt.advanced(bySeconds: 9), detail: "{\"rule\":1}"), to: run.pid,
            tenant: SampleRuns.tenant, access: RunAccess(state: .open, opensAt: 5, closedUntil: 5), opened: true,
            outbox: [OutboxDraft(topic: "datacite", payload: "{}")])
        #expect(change == 3)
        return run.pid
    }

    @Test func aHistoryThatNobodyTouchedHolds() async throws {
        let catalogue = try TemporaryCatalogue()
        let pid = try await opened(catalogue)
        try await catalogue.store.verifyHistory(of: pid, tenant: SampleRuns.tenant)
        let events = try await catalogue.store.history(of: pid, scope: SampleRuns.everything)
        #expect(events.map(\.action) == ["registered", "opened"])
        #expect(events[1].previousDigest == events[0].digest)
        #expect(events[0].digest.count == 64)
        let anyone = ReaderScope(tenant: SampleRuns.tenant, trustedNow: nil, openRuns: .all)
        let record = try await catalogue.store.run(pid, scope: anyone)
        #expect(record.access.state == .open)
        #expect(record.change == 3)
    }

    @Test(arguments: [
        ("UPDATE run SET name = 'better' WHERE change = 3", "The record of the run"),
        ("UPDATE run SET started_ns = started_ns + 1 WHERE change = 3", "The record of the run"),
        ("UPDATE file SET bytes = 5 WHERE position = 1", "The record of the run"),
        ("UPDATE file SET digest = NULL WHERE position = 2", "The record of the run"),
        ("DELETE FROM file WHERE position = 2", "The record of the run"),
        ("UPDATE value SET number = number + 1 WHERE text IS NULL", "The record of the run"),
        ("UPDATE value SET si = si * 2 WHERE text IS NULL", "The record of the run"),
        ("UPDATE value SET text = 'warm' WHERE text IS NOT NULL", "The record of the run"),
        ("DROP TRIGGER team_keeps_its_name; UPDATE team SET name = 'other'", "The record of the run"),
        ("UPDATE run SET access = 1 WHERE change = 3", "The state of the run"),
        ("UPDATE run SET opens_at = 6 WHERE change = 3", "The state of the run"),
        ("UPDATE run SET opened = 0 WHERE change = 3", "The state of the run"),
        ("UPDATE run SET content_digest = zeroblob(32) WHERE change = 3", "The record of the run"),
        (
            "DROP TRIGGER event_is_not_changed; UPDATE event SET action = 'granted' WHERE number = 2",
            "Link 2 of the history, 'granted'"
        ),
        (
            "DROP TRIGGER event_is_not_changed; UPDATE event SET at_ns = at_ns + 1 WHERE number = 1",
            "Link 1 of the history, 'registered'"
        ),
        ("DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE number = 1", "A link of the history is missing"),
        ("DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE number = 2", "The end of the history is missing"),
    ])
    func anEditBehindOurBackIsFoundAndNamed(_ edit: String, _ finding: String) async throws {
        let catalogue = try TemporaryCatalogue()
        let pid = try await opened(catalogue)
        try catalogue.edit(edit)
        let error = await failure { try await catalogue.store.verifyHistory(of: pid, tenant: SampleRuns.tenant) }
        #expect(error?.code == .historyBroken)
        #expect(error?.what.hasPrefix(finding) == true, "\(error?.description ?? "no error")")
        #expect(error?.place == "run \(pid)")
    }

    @Test func aLinkOfAnotherRunDoesNotFit() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await opened(catalogue)
        try catalogue.edit(
            """
            DROP TRIGGER event_is_not_changed;
            UPDATE event SET (state_digest, digest) = (SELECT state_digest, digest FROM event AS e WHERE e.record <> event.record AND number = 1)
                WHERE record = (SELECT id FROM run WHERE change = 2);
            UPDATE run SET history_head = (SELECT digest FROM event WHERE record = run.id AND number = 1) WHERE change = 2;
            """)
        let second = try SampleRuns.pid(2)
        let error = await failure { try await catalogue.store.verifyHistory(of: second, tenant: SampleRuns.tenant) }
        #expect(error?.code == .historyBroken)
    }

    @Test func historiesAreNotChangedByPlainStatements() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await opened(catalogue)
        for statement in ["UPDATE event SET action = 'x'", "DELETE FROM event"] {
            #expect(throws: (any Error).self) { try catalogue.edit(statement) }
        }
    }

    @Test(arguments: [
        ("access = 77", "AccessState"), ("verdict = 'perfect'", "Verdict"), ("kind = 'cooked'", "RunKind"),
    ])
    func aWordOfARowThatNobodyKnowsIsAnErrorAndNoDefault(_ edit: String, _ type: String) async throws {
        let catalogue = try TemporaryCatalogue()
        let pid = try await opened(catalogue)
        try catalogue.edit("UPDATE run SET \(edit)")
        let error = await failure { try await catalogue.store.run(pid, scope: SampleRuns.everything) }
        #expect(error?.code == .unknownValue)
        #expect(error?.what.contains(type) == true)
        let listed = await failure { try await catalogue.numbers() }
        #expect(listed?.code == .unknownValue)
    }

    @Test func aFileRoleThatNobodyKnowsIsAnErrorAndNoDefault() async throws {
        let catalogue = try TemporaryCatalogue()
        let pid = try await opened(catalogue)
        try catalogue.edit("UPDATE file SET role = 'secret'")
        let error = await failure { try await catalogue.store.files(of: pid, scope: SampleRuns.everything, from: 0, limit: 9) }
        #expect(error?.code == .unknownValue)
    }
}
