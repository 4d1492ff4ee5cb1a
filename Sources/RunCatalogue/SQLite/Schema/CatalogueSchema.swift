import GRDB

/// The schema's versions, in order. A version that was released never changes; what comes next is another one.
///
/// All tables are STRICT: a column holds what it says. Times are UTC, nanoseconds for instants of the experiment (`_ns`) and seconds for the
/// clocks. Words are stored as words, and a word that this version does not know is an error when it is read.
package enum CatalogueSchema {
    /// The application's number in the header of the file, "FSCt": a file of another program is refused.
    static let applicationID: Int32 = 0x4653_4374

    package struct Version: Sendable {
        package let name: String
        let apply: @Sendable (Database) throws -> Void
        /// Of one that takes no row away, each row is checked as it is written: the whole catalogue is not read for it.
        var checksEachRow = false
    }

    package static let versions: [Version] = [
        Version(name: "001 places and people", apply: createPlacesAndPeople),
        Version(name: "002 runs", apply: createRuns),
        Version(name: "003 files and replicas", apply: createFiles),
        Version(name: "004 metadata values", apply: createMetadataValues),
        Version(name: "005 search", apply: createSearch),
        Version(name: "006 history", apply: createHistory),
        Version(name: "007 outbox and leases", apply: createOutbox),
        Version(name: "008 attachments, marks, collections, downloads", apply: createAttachments),
        Version(name: "009 clocks", apply: createClocks),
        Version(name: "010 proposals' persons, accounts, tokens", apply: createAccounts),
        Version(name: "011 deliveries", apply: createDeliveries),
        Version(name: "012 what stands beside runs", apply: createHoldings),
        Version(name: "013 histories of all records, keywords", apply: createRecordHistories),
        Version(name: "015 numbers in parts", apply: divideNumbers),
        Version(name: "016 other names of runs, identifiers given out", apply: createIdentifiers),
        Version(name: "017 states in indexes", apply: indexStates),
        Version(name: "018 heads of the histories of holdings", apply: addHoldingsHeads),
        Version(name: "019 kinds in indexes", apply: indexKinds),
        Version(name: "020 what harvesters are offered", apply: createHarvest),
        Version(name: "021 folders of runs", apply: indexFolders),
        Version(name: "022 clocks that results follow", apply: createFollowing),
        Version(name: "023 sessions by their identifiers", apply: indexSessions, checksEachRow: true),
        Version(name: "024 words of the search index", apply: listSearchWords, checksEachRow: true),
        Version(name: "025 inputs that were described", apply: enterInputs, checksEachRow: true),
        Version(name: "026 persons of described runs", apply: createDescribedTexts, checksEachRow: true),
        Version(name: "028 registrations by session", apply: indexRegistrations, checksEachRow: true),
        Version(name: "029 relations that were stated", apply: createStatedRelations, checksEachRow: true),
        Version(name: "030 who reserved an identifier", apply: nameReservers, checksEachRow: true),
        Version(name: "031 contributors, funding, affiliations", apply: createCredits, checksEachRow: true),
        Version(name: "032 detectors of runs", apply: createDetectors, checksEachRow: true),
        Version(name: "033 what was stated of runs, proposals, samples, files", apply: createStatedTexts, checksEachRow: true),
        Version(name: "037 for whom and under which licence each record opens", apply: tellAudiences, checksEachRow: true),
        Version(name: "038 works that cite sessions and selections", apply: createCitations, checksEachRow: true),
    ]

    package static var migrator: DatabaseMigrator { migrator(upTo: versions.count) }

    /// As the migrator of an earlier version was: of the tests that walk from each version to the last.
    package static func migrator(upTo count: Int) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for version in versions.prefix(count) {
            migrator.registerMigration(
                version.name, foreignKeyChecks: version.checksEachRow ? .immediate : .deferred, migrate: version.apply)
        }
        return migrator
    }
}
