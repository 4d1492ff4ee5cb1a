import Custody
import Diagnostics
import Digests
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// Who can write the catalogue's file can write a history anew that fits. A checkpoint that left the machine shows it, and names what.
struct CheckpointTests {
    private static let owner = ClockOwner.session(TestCustodian.session)

    private static func key(_ number: UInt8) throws -> SigningKey {
        try #require(SigningKey(seed: [UInt8](repeating: number, count: 32)))
    }

    /// Three days, each with its checkpoint. The same story twice differs in what is random (secrets, salts, identifiers), and in the title.
    private static func story(title: String = "A better title") async throws -> (TestCustodian, [CheckpointFile]) {
        let test = try await RecordHistoryTests.everything()
        var files = [try await test.custodian.checkpoint(signedBy: key(1)).file]
        try test.clock.set("2026-05-10T13:00:00Z")
        let deed = Deed(at: Timestamp(test.clock.reading().wall))
        var proposal = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        for index in proposal.persons.indices { proposal.persons[index].person.number = nil }
        proposal.title = title
        _ = try await test.store.put(proposal, by: deed, tenant: test.custodian.rules.tenant)
        _ = try await test.custodian.register(TestCustodian.run(2, ended: "2026-05-09T11:00:00Z"), by: .system)
        files.append(try await test.custodian.checkpoint(signedBy: key(1)).file)
        try test.clock.set("2026-05-11T13:00:00Z")
        try await test.custodian.setDisabled(true, account: "irene", by: .custodian)
        files.append(try await test.custodian.checkpoint(signedBy: key(1)).file)
        return (test, files)
    }

    private func verify(_ test: TestCustodian, _ files: [CheckpointFile]) async throws -> CheckpointReport {
        try await test.custodian.verify(files, by: try Self.key(1).publicKey)
    }

    @Test func whatNobodyTouchedIsProvedByTheLastFileAlone() async throws {
        let (test, files) = try await Self.story()
        for given in [files, [files[2]], files.reversed()] {
            let report = try await verify(test, given)
            #expect(report.problems.isEmpty, "\(report.problems)")
            #expect(report.days == ["2026-05-09", "2026-05-10", "2026-05-11"])
            #expect(report.links == files.reduce(0) { $0 + $1.links })
        }
        // What comes afterwards is no part of it.
        try await test.custodian.setDisabled(false, account: "irene", by: .custodian)
        let later = try await verify(test, [files[1]])
        #expect(later.problems.isEmpty && later.days.count == 2)
        // Every link of every chain is signed.
        let links = try test.store.texts("SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM clock_entry)")
        #expect(files.reduce(0) { $0 + $1.links } == (Int(links[0][0]) ?? 0) - 1)
    }

    @Test func aDayHasOneCheckpointAndCostsWhatWasWrittenOnIt() async throws {
        let (test, files) = try await Self.story()
        let again = try await test.custodian.checkpoint(signedBy: Self.key(2))
        #expect(!again.isNew && again.file.bytes == files[2].bytes)
        #expect(try await test.custodian.checkpoint(of: "2026-05-10").bytes == files[1].bytes)
        // An account was disabled: one line.
        #expect(files[2].links == 1)
        let folder = test.folder.file("out").path
        let path = try Custodian.write(files[0], to: folder)
        #expect(path.hasSuffix("/checkpoint-2026-05-09.txt"))
        let read = try CheckpointFile(Data(contentsOf: URL(fileURLWithPath: path)), at: path)
        let publicKey = try Self.key(1).publicKey
        #expect(read.bytes == files[0].bytes && read.isSigned(by: publicKey))
        // Names of people, accounts and proposals stay in the catalogue.
        let text = String(decoding: files[0].bytes, as: UTF8.self)
        for word in ["irene", "Curie", "20260001", "scrypt", "lysozyme"] { #expect(!text.contains(word), "\(word)") }
        let absent = await refusal { try await test.custodian.checkpoint(of: "2026-05-12") }
        #expect(absent?.code == .notFound)
    }

    @Test func aClockThatCannotBeTrustedSignsNothing() async throws {
        let test = try await RecordHistoryTests.everything()
        try test.clock.boot("second", wall: "2030-01-01T00:00:00Z", isSynchronised: false)
        let error = await refusal { try await test.custodian.checkpoint(signedBy: Self.key(1)) }
        #expect(error?.code == .clockRefuses)
        #expect(try await test.store.checkpoints().isEmpty)
    }

    /// Each leaves a catalogue whose own check finds nothing.
    private static let perfectForgeries: [(String, [String], String, String)] = [
        (
            "a history cut at its end",
            [
                "DROP TRIGGER event_is_not_deleted",
                "DELETE FROM event WHERE kind = 'account' AND record = 3 AND number = 2",
                "UPDATE account SET disabled_at = NULL WHERE id = 3",
                """
                UPDATE history SET length = 1, head = (SELECT digest FROM event WHERE kind = 'account' AND record = 3 AND number = 1)
                    WHERE kind = 'account' AND record = 3
                """,
            ], "The history was cut", "account 3"
        ),
        (
            "a record deleted with its history",
            [
                "DROP TRIGGER event_is_not_deleted", "DELETE FROM event WHERE kind = 'share' AND record = 1",
                "DELETE FROM history WHERE kind = 'share' AND record = 1", "DELETE FROM share WHERE id = 1",
            ], "A record was deleted", "share 1"
        ),
        (
            "a run deleted with its history",
            [
                "DROP TRIGGER event_is_not_deleted",
                "DELETE FROM event WHERE kind = 'run' AND record = (SELECT id FROM run WHERE name = 'run_1')",
                "DELETE FROM run WHERE name = 'run_1'",
            ], "A record was deleted", "run 10.5072/"
        ),
    ]

    @Test(arguments: perfectForgeries.indices)
    func aForgeryThatFitsIsNamedByTheCheckpoint(number: Int) async throws {
        let (what, statements, finding, place) = Self.perfectForgeries[number]
        let (test, files) = try await Self.story()
        try test.edit(statements.joined(separator: ";\n"))
        #expect(try await test.custodian.verifyAll().problems == [], "\(what)")
        let report = try await verify(test, files)
        #expect(report.problems.count == 1, "\(what): \(report.problems)")
        let problem = try #require(report.problems.first)
        #expect(problem.code == .historyBroken && problem.what.hasPrefix(finding), "\(what): \(problem)")
        #expect(problem.place?.hasPrefix(place) == true, "\(what): \(problem)")
        // With the last file alone, the day is named.
        let day = try await verify(test, [files[2]]).problems
        #expect(day.count == 1 && day.first?.place == "checkpoint of 2026-05-09", "\(what): \(day)")
    }

    @Test func aChainThatWasWrittenAnewAfterAnEditIsNamed() async throws {
        let (test, files) = try await Self.story()
        let (other, _) = try await Self.story(title: "Another title, put there later")
        try other.store.close()
        // The links of a story with the other title, which fit it.
        try test.edit(
            """
            DROP TRIGGER event_is_not_changed;
            ATTACH DATABASE '\(other.path)' AS other;
            UPDATE proposal SET title = (SELECT title FROM other.proposal WHERE id = 1) WHERE id = 1;
            UPDATE event SET (state_digest, previous, digest) = (SELECT state_digest, previous, digest FROM other.event AS forged
                WHERE forged.kind = event.kind AND forged.record = event.record AND forged.number = event.number)
                WHERE kind = 'proposal';
            UPDATE history SET head = (SELECT head FROM other.history AS forged WHERE forged.kind = 'proposal' AND forged.record = 1)
                WHERE kind = 'proposal';
            DETACH DATABASE other
            """)
        #expect(try await test.custodian.verifyAll().problems == [])
        let stored = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        #expect(stored.title == "Another title, put there later")
        let report = try await verify(test, files)
        #expect(report.problems.count == 1, "\(report.problems)")
        #expect(report.problems.first?.what.hasPrefix("The history was written anew") == true, "\(report.problems)")
        #expect(report.problems.first?.what.hasSuffix("2026-05-10, from link 2 on") == true, "\(report.problems)")
        #expect(report.problems.first?.place == "proposal 1")
    }

    @Test func aLinkThatWasPutInLaterIsNamed() async throws {
        let (test, files) = try await Self.story()
        try test.edit(
            """
            INSERT INTO event SELECT kind, record, number + 1, 'granted', at_ns, person, detail, state_digest, previous, digest, change
                FROM event WHERE kind = 'session'
            """)
        let report = try await verify(test, files)
        #expect(report.problems.map(\.place) == ["session 1"])
        #expect(report.problems.first?.what.hasPrefix("A link was put into the history") == true)
    }

    @Test func aDecisionThatIsGoneIsNamed() async throws {
        let (test, files) = try await Self.story()
        try test.edit(
            "DROP TRIGGER clock_entry_is_not_deleted; DELETE FROM clock_entry WHERE number = (SELECT max(number) FROM clock_entry)"
        )
        let report = try await verify(test, files)
        #expect(report.problems.map(\.place) == ["clock 1"], "\(report.problems)")
    }

    @Test func aMissingDayIsNamed() async throws {
        let (test, files) = try await Self.story()
        try test.edit("DROP TRIGGER checkpoint_is_not_deleted; DELETE FROM checkpoint WHERE day = '2026-05-10'")
        let alone = try await verify(test, [files[2]])
        #expect(alone.problems.map(\.place) == ["checkpoint of 2026-05-11"])
        #expect(alone.problems.first?.what.hasPrefix("A day is missing") == true)
        #expect(alone.days == ["2026-05-11"])
        // With its file the chain is whole again, and that the catalogue lost it is told.
        let all = try await verify(test, files)
        #expect(all.days.count == 3)
        #expect(all.problems.map(\.what).count == 1 && all.problems[0].what.hasPrefix("The catalogue does not hold"))
        // A statement that was edited is as good as gone.
        let (second, theirs) = try await Self.story()
        try second.edit(
            "DROP TRIGGER checkpoint_is_not_changed; UPDATE checkpoint SET statement = replace(statement, 'after -1', 'after 3')")
        let edited = try await verify(second, [theirs[2]])
        #expect(edited.problems.first?.what.hasPrefix("A day is missing") == true, "\(edited.problems)")
        let signed = await refusal { try await second.custodian.checkpoint(of: "2026-05-09") }
        #expect(signed?.code == .historyBroken)
    }

    @Test func anOlderCopyInThePlaceOfTheCatalogueIsNamed() async throws {
        let (test, files) = try await Self.story()
        let (older, _) = try await Self.everythingCopied(test, upTo: "2026-05-10")
        let report = try await older.verify(files, by: Self.key(1).publicKey)
        #expect(report.problems.contains { $0.what.hasPrefix("The catalogue does not hold") && $0.place == files[2].place })
        #expect(report.problems.contains { $0.what.hasPrefix("A record was deleted, or all") && $0.place == "account 1" })
    }

    /// As a backup of that day would have it: without what was written later.
    private static func everythingCopied(
        _ test: TestCustodian, upTo day: String
    ) async throws -> (Custodian, any CatalogueStore) {
        let path = test.folder.file("older.sqlite").path
        try await test.store.backUp(to: path)
        let store = try StoreUnderTest.open(at: path)
        let change = try await store.checkpoints().first { $0.day == day }?.change ?? 0
        try store.edit(
            """
            DROP TRIGGER event_is_not_deleted; DROP TRIGGER checkpoint_is_not_deleted;
            DELETE FROM event WHERE change > \(change); DELETE FROM checkpoint WHERE change > \(change)
            """)
        return (Custodian(store: store, rules: test.custodian.rules, clock: test.clock), store)
    }

    @Test func anotherKeyProvesNothing() async throws {
        let (test, files) = try await Self.story()
        let error = await refusal { try await test.custodian.verify(files, by: Self.key(2).publicKey) }
        #expect(error?.code == .damaged)
        #expect(error?.what.contains("not signed by this key") == true)
    }

    @Test func everyByteOfAFileCounts() async throws {
        let (_, files) = try await Self.story()
        let bytes = files[1].bytes
        let key = try Self.key(1).publicKey
        for index in bytes.indices {
            for bit in [0, 5] {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                guard let file = try? CheckpointFile(damaged, at: "damaged") else { continue }
                #expect(!file.isSigned(by: key), "byte \(index), bit \(bit)")
            }
            let cut = await refusal { try CheckpointFile(bytes.prefix(index), at: "cut") }
            #expect(cut?.code == .damaged, "cut at \(index)")
        }
        let longer = await refusal { try CheckpointFile(bytes + Data("x\n".utf8), at: "longer") }
        #expect(longer?.code == .damaged)
    }
}
