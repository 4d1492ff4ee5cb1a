import FoundationEssentials
import GRDB
import RunCatalogue
import Testing
import TestSupport

/// What was written before every record had a history gets one when the catalogue is brought to this version.
struct AdoptionTests {
    @Test func everyRecordOfAnEarlierVersionBeginsItsHistory() async throws {
        let folder = try TemporaryFolder("catalogue")
        let path = folder.file("old.sqlite").path
        let before = try #require(CatalogueSchema.versions.firstIndex { $0.name.hasPrefix("013 ") })
        let old = try SQLiteCatalogue(path: path, migrator: CatalogueSchema.migrator(upTo: before))
        try await old.pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO tenant (id, name) VALUES (1, 'soleil');
                    INSERT INTO team (id, tenant, name) VALUES (1, 1, 'team-a');
                    INSERT INTO person (id, tenant, family_name, email) VALUES (1, 1, 'Curie', 'irene@example.org');
                    INSERT INTO proposal (id, tenant, name, title, team) VALUES (1, 1, '20260101', 'Structure', 1);
                    INSERT INTO proposal (id, tenant, name) VALUES (2, 1, 'a name in an origin');
                    INSERT INTO proposal_person VALUES (1, 0, 1, 'member');
                    INSERT INTO account (id, tenant, name, person, made_at) VALUES (1, 1, 'irene', 1, 0);
                    INSERT INTO run (id, tenant, pid, kind, name, verdict, started_ns, keywords, file_count, bytes, access, closed_until,
                        readers, content_digest, history_length, history_head, change)
                        VALUES (1, 1, '10.5072/x', 'raw', 'run', 'complete', 0, 'cold\nvery cold', 0, 0, 4, 0, 3, zeroblob(32), 1,
                            zeroblob(32), 1);
                    INSERT INTO event (kind, record, number, action, at_ns, state_digest, previous, digest)
                        VALUES ('run', 1, 1, 'registered', 0, zeroblob(32), x'', zeroblob(32));
                    INSERT INTO share (id, tenant, holder, run, expires_at) VALUES (1, 1, 'person:1', 1, 9);
                    UPDATE change_counter SET last = 1;
                    """)
        }
        try old.close()
        let store = try SQLiteCatalogue(path: path)
        for (kind, records) in [(RecordKind.proposal, 1), (.account, 1), (.share, 1), (.person, 1), (.session, 0)] {
            let part = try await store.verifyRecords(of: kind, tenant: "soleil", after: nil, limit: 10)
            #expect(part.checked == records && part.problems.isEmpty, "\(kind): \(part.problems)")
        }
        for subject in [HistorySubject.proposal("20260101"), .account("irene"), .share(1), .person(1)] {
            let events = try await store.history(of: subject, tenant: "soleil")
            #expect(events.map(\.action) == ["adopted"], "\(subject)")
        }
        let keywords = try await store.completions(
            of: .keyword, beginning: "", scope: .everything(tenant: "soleil"), limit: 10)
        #expect(keywords == ["cold", "very cold"])
        // Links from before are part of the first checkpoint.
        let links = try await store.links(after: -1, through: nil, withLines: true)
        #expect(links.count == 5)
        #expect(
            String(decoding: links.lines, as: UTF8.self).hasPrefix("run 1 1 \(String(repeating: "0", count: 64)) 10.5072/x\n"))
        // What is written now has its place.
        #expect(throws: (any Error).self) {
            try store.pool.write {
                try $0.execute(
                    sql: """
                        INSERT INTO event (kind, record, number, action, at_ns, state_digest, previous, digest)
                            VALUES ('run', 1, 2, 'x', 0, zeroblob(32), x'', zeroblob(32))
                        """)
            }
        }
    }
}
