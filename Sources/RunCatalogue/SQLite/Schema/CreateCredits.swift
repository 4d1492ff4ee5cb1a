import GRDB

extension CatalogueSchema {
    /// Where a team's persons work, who of the facility took part, who paid.
    ///
    /// Contributors have a table of their own: who stands in `proposal_person` is of the team, reads its data and is told what happens to them.
    @Sendable static func createCredits(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE proposal_person ADD COLUMN affiliation TEXT;
                ALTER TABLE proposal_person ADD COLUMN affiliation_ror TEXT;
                CREATE TABLE proposal_contributor (
                    proposal INTEGER NOT NULL REFERENCES proposal (id), position INTEGER NOT NULL,
                    person INTEGER NOT NULL REFERENCES person (id), role TEXT NOT NULL, affiliation TEXT, affiliation_ror TEXT,
                    PRIMARY KEY (proposal, position)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX proposal_of_contributor ON proposal_contributor (person);
                CREATE TABLE proposal_funding (
                    proposal INTEGER NOT NULL REFERENCES proposal (id), position INTEGER NOT NULL, funder TEXT NOT NULL,
                    funder_ror TEXT, award_number TEXT, award_address TEXT, award_title TEXT, PRIMARY KEY (proposal, position)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
