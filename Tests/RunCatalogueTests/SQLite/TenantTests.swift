import Diagnostics
import GRDB
import RunCatalogue
import TestStore
import Testing

/// Every row is of one institution, and refers to nothing of another's.
struct TenantTests {
    /// Tables that are of the file as a whole, and why.
    private static let ofTheFile: [String: String] = [
        "tenant": "the institutions themselves", "grdb_migrations": "the schema", "sqlite_sequence": "the library's own",
        "sqlite_stat1": "the library's own", "sqlite_stat4": "the library's own",
        "unit": "a vocabulary", "metadata_key": "a vocabulary",
        "words": "an index of run_text", "fragments": "an index of run_text", "search_word": "a view of the index of words",
        "sorted_number": "an index of value", "recent_number": "an index of value", "unsorted_run": "an index of value",
        "number_part": "an index of value", "number_gathering": "an index of value",
        "change_counter": "one order of all that is written", "harvest_state": "how far changes were looked at",
        "harvest_due": "records by kind and number, to be looked at",
        "event": "links of histories by kind and number: the head of each has an institution, of a run the run itself",
        "checkpoint": "signed over all that the file holds", "setting": "of the file: the last time that was trusted",
        "lease": "who does what alone in this file; of a run by its identifier, which no two institutions share",
    ]

    @Test func everyRowIsOfOneInstitution() throws {
        let catalogue = try TemporaryCatalogue()
        try catalogue.store.sqlite.pool.read { db in
            let paths = try TenantPaths(db)
            #expect(paths.references.count > 60)
            for table in paths.references.keys.sorted() {
                let isShadow = ["words_", "fragments_"].contains { table.hasPrefix($0) }
                let isOfTheFile = Self.ofTheFile[table] != nil || isShadow
                #expect(paths.leads(table) != isOfTheFile, "\(table)")
            }
            for table in Self.ofTheFile.keys where !table.hasPrefix("sqlite_") {
                #expect(paths.references[table] != nil, "\(table) is no table any more")
            }
        }
    }

    /// Of two institutions each sees its own runs, whatever their names, and a check passes.
    @Test func twoInstitutionsKnowNothingOfEachOther() async throws {
        let catalogue = try TemporaryCatalogue()
        var other = try SampleRuns.run(2)
        other.tenant = "esrf"
        _ = try await catalogue.store.handOver(SampleRuns.run(1))
        _ = try await catalogue.store.handOver(other)
        let theirs = ReaderScope.everything(tenant: "esrf")
        #expect(try await catalogue.numbers() == ["lysozyme_1"])
        #expect(try await catalogue.numbers(RunFilter(proposal: "20260101", text: "lysozyme"), theirs) == ["lysozyme_2"])
        let (pid, store) = (try SampleRuns.pid(1), catalogue.store)
        let refusals = [
            await failure { try await store.run(pid, scope: theirs) },
            await failure { try await store.shortRecord(of: pid, scope: theirs) },
            await failure { try await store.files(of: pid, scope: theirs, from: 0, limit: 10) },
            await failure { try await store.values(of: pid, scope: theirs) },
            await failure { try await store.history(of: pid, scope: theirs) },
            await failure { try await store.relations(of: pid, tenant: "esrf") },
            await failure { try await store.clock(of: .run(pid), tenant: "esrf") },
            await failure { try await store.attachments(of: pid, scope: theirs) },
            await failure { try await store.marks(of: pid, scope: theirs) },
            await failure { try await store.replicas(of: pid, in: nil, scope: theirs, after: nil, limit: 10) },
            await failure {
                try await store.takeLease(on: pid, holder: "job", now: 1, until: 2, tenant: "esrf")
            },
            await failure { try await store.verifyHistory(of: pid, tenant: "esrf") },
        ]
        #expect(refusals.map { $0?.code } == Array(repeating: .notFound, count: refusals.count))
        #expect(try await store.facets(RunFilter(), scope: theirs, limit: 100).count == .exactly(1))
        #expect(try await store.dueRuns(tenant: "esrf", trustedNow: 3_000_000_000, limit: 10) == [try SampleRuns.pid(2)])
        try await store.checkIntegrity()
    }

    @Test(arguments: [
        ("UPDATE run SET proposal = (SELECT id FROM proposal WHERE tenant = 2)", "a row of run "),
        ("UPDATE run SET team = (SELECT id FROM team WHERE tenant = 2)", "a row of run "),
        (
            "INSERT INTO run_keyword SELECT keyword.id, run.id FROM keyword JOIN run WHERE keyword.tenant <> run.tenant",
            "a row of run_keyword "
        ),
    ])
    func whatRefersToAnotherInstitutionsIsFound(_ edit: String, _ finding: String) async throws {
        let catalogue = try TemporaryCatalogue()
        var other = try SampleRuns.run(2, keywords: ["cryo"])
        other.tenant = "esrf"
        _ = try await catalogue.store.handOver(SampleRuns.run(1, keywords: ["robot"]))
        _ = try await catalogue.store.handOver(other)
        try await catalogue.store.checkIntegrity()
        try catalogue.edit(edit)
        let error = await failure { try await catalogue.store.checkIntegrity() }
        #expect(error?.code == .damaged && error?.got?.contains(finding) == true, "\(error?.description ?? "nothing found")")
    }
}
