import GRDB
import RunModel

extension CatalogueSchema {
    /// A history for every record and not for runs alone; a place in the order of commits for every link, so that a day's checkpoint can say which
    /// links were there; and keywords as rows, which can be completed.
    @Sendable static func createRecordHistories(_ db: Database) throws {
        try db.execute(
            sql: """
                -- The change number in which a link was written. 0: before there were checkpoints; the first one covers these too.
                ALTER TABLE event ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE clock_entry ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX event_by_change ON event (change);
                CREATE INDEX clock_entry_by_change ON clock_entry (change);
                CREATE TRIGGER event_has_its_change BEFORE INSERT ON event WHEN NEW.change <= 0
                    BEGIN SELECT RAISE (ABORT, 'a link of a history has its change number'); END;
                CREATE TRIGGER clock_entry_has_its_change BEFORE INSERT ON clock_entry WHEN NEW.change <= 0
                    BEGIN SELECT RAISE (ABORT, 'a decision has its change number'); END;
                -- The last link of a history, of every kind but runs, which hold it themselves: without it, cutting links off the end would not be seen.
                CREATE TABLE history (
                    kind TEXT NOT NULL, record INTEGER NOT NULL, tenant INTEGER NOT NULL REFERENCES tenant (id),
                    length INTEGER NOT NULL, head BLOB NOT NULL CHECK (length(head) = 32), PRIMARY KEY (kind, record)
                ) STRICT, WITHOUT ROWID;
                -- Random, and erased with the person: the digests of an erased person's name tell nobody which name it was.
                ALTER TABLE person ADD COLUMN salt BLOB;
                UPDATE person SET salt = randomblob(16) WHERE erased_at IS NULL;
                -- When it was revoked, or found to have expired.
                ALTER TABLE share ADD COLUMN ended_at INTEGER;
                CREATE INDEX share_to_end ON share (expires_at) WHERE ended_at IS NULL;
                CREATE TABLE share_use (
                    share INTEGER NOT NULL REFERENCES share (id), day TEXT NOT NULL, uses INTEGER NOT NULL, first_ns INTEGER NOT NULL,
                    last_ns INTEGER NOT NULL, PRIMARY KEY (share, day)
                ) STRICT, WITHOUT ROWID;
                -- What was signed, word for word; digest is its SHA-256.
                ALTER TABLE checkpoint ADD COLUMN statement TEXT NOT NULL DEFAULT '';
                CREATE TRIGGER checkpoint_is_not_changed BEFORE UPDATE ON checkpoint
                    BEGIN SELECT RAISE (ABORT, 'a checkpoint is not changed'); END;
                CREATE TRIGGER checkpoint_is_not_deleted BEFORE DELETE ON checkpoint
                    BEGIN SELECT RAISE (ABORT, 'a checkpoint is not deleted'); END;
                CREATE TABLE keyword (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE run_keyword (
                    keyword INTEGER NOT NULL REFERENCES keyword (id), run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    PRIMARY KEY (keyword, run)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX keyword_of_run ON run_keyword (run);
                """)
        // Names as they are completed: whatever the case of their letters.
        for table in ["instrument", "technique", "sample", "proposal", "session", "keyword"] {
            try db.execute(sql: "CREATE INDEX \(table)_by_folded_name ON \(table) (tenant, name COLLATE NOCASE)")
        }
        try db.execute(
            sql: "CREATE INDEX person_by_folded_name ON person (tenant, family_name COLLATE NOCASE) WHERE family_name IS NOT NULL"
        )
        try fillKeywords(db)
        try adoptRecords(db)
    }

    private static func fillKeywords(_ db: Database) throws {
        let runs = try Row.fetchCursor(db, sql: "SELECT id, tenant, keywords FROM run WHERE keywords <> ''")
        while let run = try runs.next() {
            for word in (run[2] as String).split(separator: "\n") {
                try db.run("INSERT OR IGNORE INTO keyword (tenant, name) VALUES (?, ?)", run[1] as Int64, String(word))
                try db.run(
                    "INSERT OR IGNORE INTO run_keyword (keyword, run) SELECT id, ? FROM keyword WHERE tenant = ? AND name = ?",
                    run[0] as Int64, run[1] as Int64, String(word))
            }
        }
    }

    /// What is there already begins its history with the event that it was found so: what happened before, nobody wrote down.
    private static func adoptRecords(_ db: Database) throws {
        let now = try Int64.fetchOne(db, sql: "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) * 1000000") ?? 0
        // The kinds that there were in this version.
        for kind in [RecordKind.proposal, .session, .account, .share, .person] {
            guard let rows = RecordRows(kind) else { continue }
            let found = try Row.fetchAll(
                db,
                sql: """
                    SELECT record.id, tenant.id, tenant.name FROM \(rows.table) AS record JOIN tenant ON tenant.id = record.tenant
                    WHERE \(rows.condition) ORDER BY record.id
                    """)
            for row in found {
                let writer = RecordWriter(db: db, tenant: row[1], tenantName: row[2], change: try nextChange(db))
                try writer.append("adopted", to: kind, row[0], Deed(at: .init(unixNanoseconds: now)))
            }
        }
    }
}
