import GRDB

extension CatalogueSchema {
    /// Runs, and what of them is shared.
    ///
    /// A run's number is drawn from its start (`RunPosition`): every index ends with it, so each walks its runs newest first without
    /// sorting, the search index too, and a range of time is a range of numbers.
    ///
    /// The indexes below are what a list can begin with. Each carries the columns the access rule compares, so that counting reads no row
    /// of the table.
    @Sendable static func createRuns(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE run (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id),
                    pid TEXT NOT NULL CHECK (pid <> ''),
                    kind TEXT NOT NULL, name TEXT NOT NULL, title TEXT, verdict TEXT NOT NULL,
                    team INTEGER REFERENCES team (id), instrument INTEGER REFERENCES instrument (id),
                    proposal INTEGER REFERENCES proposal (id), session INTEGER REFERENCES session (id),
                    sample INTEGER REFERENCES sample (id), technique INTEGER REFERENCES technique (id),
                    started_ns INTEGER NOT NULL, ended_ns INTEGER, folder TEXT, keywords TEXT NOT NULL,
                    file_count INTEGER NOT NULL, bytes INTEGER NOT NULL,
                    -- AccessState. closed_until is the one number that access compares; 2^63 - 1 is never.
                    access INTEGER NOT NULL, closed_until INTEGER NOT NULL, opens_at INTEGER,
                    -- RunReaders: who reads it while it is not open. Whether everyone may read the short record. clock: the last entry of the clocks' chain that this follows from.
                    readers INTEGER NOT NULL CHECK (readers BETWEEN 0 AND 3), listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1)), clock TEXT,
                    -- Set by the state machine with the event of the opening; reading does not wait for it.
                    opened INTEGER NOT NULL DEFAULT 0 CHECK (opened IN (0, 1)),
                    content_digest BLOB NOT NULL CHECK (length(content_digest) = 32),
                    -- The last link of the history: without it, cutting links off the end would not be seen.
                    history_length INTEGER NOT NULL, history_head BLOB NOT NULL CHECK (length(history_head) = 32),
                    change INTEGER NOT NULL
                ) STRICT;
                -- A hand-over, a landing page, a resolver.
                CREATE UNIQUE INDEX run_by_pid ON run (pid, tenant);
                -- What is open, newest first: the list that anonymous readers get.
                CREATE INDEX run_by_opened ON run (tenant, opened, id, closed_until);
                -- What is due: the sweep's question, and the few runs that are open before the sweep has come.
                CREATE INDEX run_due ON run (closed_until, tenant) WHERE opened = 0 AND closed_until < 9223372036854775807;
                -- A team's own runs, a beamline's own runs: the lists of members and of staff.
                CREATE INDEX run_by_team ON run (team, id, readers);
                CREATE INDEX run_by_instrument ON run (instrument, id, readers, opened, closed_until, team, tenant);
                -- What lists are filtered by.
                CREATE INDEX run_by_technique ON run (technique, id, readers, opened, closed_until, team, instrument, tenant);
                CREATE INDEX run_by_proposal ON run (proposal, id, readers, opened, closed_until, team, instrument, tenant);
                CREATE INDEX run_by_session ON run (session, id, readers, opened, closed_until, team, instrument, tenant);
                CREATE INDEX run_by_sample ON run (sample, id, readers, opened, closed_until, team, instrument, tenant);
                -- Few runs are held, withdrawn or pending, and curators ask for them.
                CREATE INDEX run_by_access ON run (tenant, access, id);
                -- Harvesters ask what changed since a number.
                CREATE UNIQUE INDEX run_by_change ON run (change);

                -- What is shared by name or by link: one run, or a session. holder is ShareHolder.
                CREATE TABLE share (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), holder TEXT NOT NULL,
                    run INTEGER REFERENCES run (id), session INTEGER REFERENCES session (id), expires_at INTEGER NOT NULL,
                    CHECK ((run IS NULL) <> (session IS NULL))
                ) STRICT;
                CREATE INDEX share_by_holder ON share (holder, expires_at, run, session);
                CREATE INDEX share_of_run ON share (run) WHERE run IS NOT NULL;
                CREATE INDEX share_of_session ON share (session) WHERE session IS NOT NULL;

                -- One row: the number of the last change. Taken inside the write, so that numbers appear in the order of commits.
                CREATE TABLE change_counter (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
                INSERT INTO change_counter VALUES (1, 0);
                """)
    }
}
