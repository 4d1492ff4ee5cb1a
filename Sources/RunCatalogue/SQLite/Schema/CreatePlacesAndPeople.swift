import GRDB

extension CatalogueSchema {
    /// Institutions, teams, persons, instruments, proposals, sessions, samples.
    ///
    /// Persons stand apart, and everything refers to them by number: a name can be erased without touching a history. Each table is unique
    /// by (tenant, name), which is also the index by which a hand-over finds the row.
    @Sendable static func createPlacesAndPeople(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE tenant (
                    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')
                ) STRICT;
                CREATE TABLE facility (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    ror TEXT, timezone TEXT, UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE team (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE person (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), orcid TEXT, family_name TEXT,
                    given_name TEXT, email TEXT, erased_at INTEGER, UNIQUE (tenant, orcid)
                ) STRICT;
                CREATE TABLE membership (
                    team INTEGER NOT NULL REFERENCES team (id), person INTEGER NOT NULL REFERENCES person (id), role TEXT NOT NULL,
                    PRIMARY KEY (team, person)
                ) STRICT, WITHOUT ROWID;
                -- "Which teams is this person of?" is asked by every request.
                CREATE INDEX membership_by_person ON membership (person, team);
                -- PIDINST 1.0: identifier, landing page, name, owner, manufacturer are its mandatory properties.
                CREATE TABLE instrument (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    facility INTEGER REFERENCES facility (id), pid TEXT, landing_page TEXT, owner TEXT, manufacturer TEXT,
                    model TEXT, serial_number TEXT, successor INTEGER REFERENCES instrument (id), UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE proposal (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    title TEXT, abstract TEXT, abstract_is_public INTEGER NOT NULL DEFAULT 1 CHECK (abstract_is_public IN (0, 1)),
                    team INTEGER REFERENCES team (id), principal_investigator INTEGER REFERENCES person (id), UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE session (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    -- 0 for a session whose proposal is not known: NULLs would not be unique.
                    proposal INTEGER NOT NULL DEFAULT 0, instrument INTEGER REFERENCES instrument (id),
                    begins_at INTEGER, planned_end INTEGER, pid TEXT,
                    UNIQUE (tenant, name, proposal)
                ) STRICT;
                CREATE INDEX session_by_proposal ON session (proposal);
                CREATE TABLE sample (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    igsn TEXT, description TEXT,
                    -- Two teams call different samples "HEWL". 0 for a team that is not known: NULLs would not be unique.
                    team INTEGER NOT NULL DEFAULT 0, UNIQUE (tenant, name, team)
                ) STRICT;
                CREATE TABLE technique (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL CHECK (name <> ''),
                    panet TEXT, UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE management_plan (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), proposal INTEGER REFERENCES proposal (id),
                    identifier TEXT NOT NULL, modified_at INTEGER NOT NULL, document TEXT NOT NULL, UNIQUE (tenant, identifier)
                ) STRICT;
                CREATE INDEX management_plan_by_proposal ON management_plan (proposal);
                """)
    }
}
