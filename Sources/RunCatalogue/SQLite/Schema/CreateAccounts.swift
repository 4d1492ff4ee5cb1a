import GRDB

extension CatalogueSchema {
    /// Who is named in a proposal, and who signs in.
    ///
    /// An account is not a person: a right holder is recognised by the verified address or the ORCID of the account, compared with the
    /// proposal's record. Roles stand in a column of their own and never follow from the name of a group.
    @Sendable static func createAccounts(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE proposal ADD COLUMN kind TEXT NOT NULL DEFAULT 'public';
                ALTER TABLE proposal ADD COLUMN imported_digest TEXT;
                CREATE TABLE proposal_person (
                    proposal INTEGER NOT NULL REFERENCES proposal (id), position INTEGER NOT NULL,
                    person INTEGER NOT NULL REFERENCES person (id), role TEXT NOT NULL, PRIMARY KEY (proposal, position)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX proposal_of_person ON proposal_person (person);
                CREATE INDEX person_by_email ON person (tenant, email) WHERE email IS NOT NULL;
                CREATE TABLE account (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    person INTEGER NOT NULL REFERENCES person (id),
                    -- The password's digest with all that it was made with; NULL for an account that only has tokens.
                    password TEXT, made_at INTEGER NOT NULL, disabled_at INTEGER, UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE account_role (
                    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE, role TEXT NOT NULL,
                    PRIMARY KEY (account, role)
                ) STRICT, WITHOUT ROWID;
                -- kind: 'team' or 'beamline'. A beamline that is called as a team is another group.
                CREATE TABLE account_group (
                    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE, kind TEXT NOT NULL, name TEXT NOT NULL,
                    PRIMARY KEY (account, kind, name)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE token (
                    id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account (id), label TEXT NOT NULL,
                    -- SHA-256 of the secret: the secret itself is shown once and stored nowhere.
                    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), scopes TEXT NOT NULL, made_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL, revoked_at INTEGER
                ) STRICT;
                CREATE INDEX token_of_account ON token (account);
                """)
        // Histories are digested over names: a name is a key for ever. What is shown may be another column one day.
        for table in ["tenant", "team", "instrument", "proposal", "session", "sample", "technique"] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(table)_keeps_its_name BEFORE UPDATE OF name ON \(table)
                        BEGIN SELECT RAISE (ABORT, 'a name is not changed: histories are digested over it'); END
                    """)
        }
    }
}
