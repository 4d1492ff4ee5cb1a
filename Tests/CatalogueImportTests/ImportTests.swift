import CatalogueImport
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import Testing

struct ImportTests {
    @Test func aDatasetIsARunThatIsFoundByItsOwnNameAndCountedAnew() async throws {
        let desk = try await TestDesk()
        let (summary, records) = try await desk.take(Dump.plain())
        let record = try #require(records.first)
        #expect(records.count == 1 && record.outcome == .new && record.error == nil)
        let run = try await desk.run(Dump.pid)
        #expect(record.pid == run.pid)
        #expect("\(run.pid)".hasPrefix("10.5072/"))
        #expect([run.name, run.folder] == ["Drop 7", "/data/2025/drop7"])
        #expect(run.kind == .raw && run.verdict == .complete)
        #expect(
            run.origin
                == RunOrigin(team: "team-20250042", instrument: "i-1", proposal: "20250042", sample: "s-1", technique: "SAXS"))
        #expect(try run.startedAt == Timestamp("2025-02-26T14:00:00Z") && run.endedAt == Timestamp("2025-02-26T14:30:00Z"))
        #expect(run.keywords == ["drop", "protein"])
        #expect([run.fileCount, run.bytes] == [2, 30])
        // Three years from the day of the end, and the day after: section 1.3 of the rules, counted by hand.
        #expect(run.access.opensAt == (try Instant("2028-02-26T23:00:00Z").secondsSince1970))
        #expect(try record.opens == LocalDate("2028-02-27") && record.state == "embargoed")
        #expect(record.theirOpening == (try LocalDate("2028-02-03")))
        #expect(record.opensOtherwise && record.theirs.isWeekdayForDay)
        #expect(summary.otherOpenings == 1 && summary.weekdayOpenings == 1 && summary.files == 2)
        let files = try await desk.files(Dump.pid)
        #expect(files.map(\.path) == ["drop7_master.h5", "drop7_data_000001.h5"])
        #expect(files.map(\.digest) == ["sha256:ab12", "sha256:cd34"])
        #expect(files.map(\.role) == [.master, .data])
        let values = try await desk.values(Dump.pid)
        #expect(values["scicat/energy"] == .number(10, unit: "keV"))
        #expect(values["scicat/detector/distance"] == .number(2.5, unit: "m"))
        #expect(values["scicat/description"] == .text("A drop of lysozyme"))
        let others = try await desk.store.alternates(of: run.pid, scope: .everything(tenant: TestDesk.tenant))
        #expect(others == [try AlternateIdentifier(.scicat, Dump.pid)])
        try await desk.store.verifyHistory(of: run.pid, tenant: TestDesk.tenant)
        let history = try await desk.store.history(of: run.pid, scope: .everything(tenant: TestDesk.tenant))
        #expect(history.map(\.action) == ["imported"])
        #expect(history[0].detail?.contains("2028-02-02T23:00:00Z") == true)
    }

    @Test func whatWasNotTakenIsCountedAndNamed() async throws {
        let desk = try await TestDesk()
        let (summary, _) = try await desk.take(Dump.plain())
        let expected: Set<String> = [
            "dataset.owner", "dataset.ownerEmail", "dataset.contactEmail", "dataset.packedSize", "dataset.ownerGroup",
            "dataset.accessGroups", "dataset.principalInvestigators", "dataset.version", "dataset.updatedAt",
            "datasetlifecycle.archivable", "dataFileList.time, uid, gid, perm, type",
        ]
        #expect(Set(summary.left.keys) == expected)
        #expect(summary.left.values.allSatisfy { $0 == 1 })
    }

    @Test func theSameDumpAgainChangesNothing() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Dump.plain())
        let before = try await desk.run(Dump.pid)
        // What was not taken may differ, and the order of members.
        let again = [
            "datasets.json": "[\(try Dump.dataset(Dump.pid, ["updatedAt": "2026-01-01T00:00:00.000Z", "packedSize": 99]))]",
            "blocks.json": "[\(try Dump.block())]",
        ]
        let (summary, records) = try await desk.take(again)
        #expect(records.map(\.outcome) == [.unchanged] && records[0].pid == before.pid)
        #expect(summary.files == 0 && summary.refused == 0)
        #expect(try await desk.run(Dump.pid) == before)
        let history = try await desk.store.history(of: before.pid, scope: .everything(tenant: TestDesk.tenant))
        #expect(history.count == 1)
    }

    @Test(arguments: [
        ("datasetName", "name"), ("endTime", "end"), ("sourceFolder", "folder"), ("scientificMetadata", "metadata"),
    ])
    func aRecordThatHasChangedThereIsToldAndStaysAsItIs(field: String, word: String) async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Dump.plain())
        let before = try await desk.run(Dump.pid)
        let values: [String: Any] = [
            "datasetName": "Drop 8", "endTime": "2025-02-27T14:30:00.000Z", "sourceFolder": "/elsewhere",
            "scientificMetadata": ["energy": ["value": 11, "unit": "keV"]],
        ]
        let changed = [
            "datasets.json": "[\(try Dump.dataset(Dump.pid, [field: values[field]]))]", "blocks.json": "[\(try Dump.block())]",
        ]
        let (summary, records) = try await desk.take(changed)
        #expect(records.map(\.outcome) == [.changed])
        #expect(records[0].notes.contains { $0.hasPrefix("changed there") && $0.contains(": \(word);") }, "\(records[0].notes)")
        #expect(summary.refused == 1)
        #expect(try await desk.run(Dump.pid) == before)
    }

    @Test func aChecksumThatHasChangedIsAChange() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(Dump.plain())
        var files = try Dump.plain()
        files["blocks.json"] = files["blocks.json"]?.replacing("cd34", with: "cd35")
        let (_, records) = try await desk.take(files)
        #expect(records.map(\.outcome) == [.changed])
        #expect(records[0].notes.contains { $0.contains("checksums") })
    }

    @Test func aDryRunSaysTheSameAndWritesNothing() async throws {
        let desk = try await TestDesk()
        var options = SciCatOptions()
        options.onlyLooks = true
        let (summary, records) = try await desk.take(Dump.plain(), options)
        #expect(records.map(\.outcome) == [.new] && records[0].pid == nil)
        #expect(records[0].opens == (try LocalDate("2028-02-27")))
        #expect(summary.files == 2)
        #expect(try await desk.isEmpty())
        let (_, written) = try await desk.take(Dump.plain())
        let (_, looked) = try await desk.take(Dump.plain(), options)
        #expect(looked.map(\.outcome) == [.unchanged] && looked[0].pid == written[0].pid)
    }

    @Test func proposalsAreNeverInvented() async throws {
        let desk = try await TestDesk(importsProposal: false)
        let none = try Dump.dataset("none/1", ["proposalIds": [String]()])
        let several = try Dump.dataset("several/1", ["proposalIds": ["20250042", "20250043"]])
        var files = try Dump.plain()
        files["none.json"] = "[\(none),\(several)]"
        let (summary, records) = try await desk.take(files)
        #expect(records.map(\.outcome) == [.refused, .refused, .refused])
        #expect(records.map { $0.error?.code } == ["proposalUnknown", "proposalUnknown", "inconsistent"])
        #expect(summary.unknownProposals == ["20250042"])
        #expect(try await desk.isEmpty())
        var options = SciCatOptions()
        options.withUnknownProposal = true
        let (_, taken) = try await desk.take(files, options)
        #expect(taken.map(\.outcome) == [.new, .new, .refused])
        #expect(try await desk.run(Dump.pid).origin.team == nil)
        // The proposal comes later: the run is the same one.
        try await desk.put("20250042", .public)
        let (_, later) = try await desk.take(Dump.plain())
        #expect(later.map(\.outcome) == [.unchanged])
    }

    @Test func whatWasPaidForHasNoClock() async throws {
        let desk = try await TestDesk(importsProposal: false)
        try await desk.put("20250042", .proprietary)
        let (_, records) = try await desk.take(Dump.plain())
        #expect(records.map(\.state) == ["proprietary"])
        let anyone = try await desk.custodian.scope(of: .anonymous)
        #expect(try await desk.store.run(named: Dump.pid, scope: anyone) == nil)
    }

    @Test func onlyTheFacilityImports() async throws {
        let desk = try await TestDesk()
        let account = Account(name: "host", person: Person(familyName: "Host"), roles: [.ingestor], teams: ["team-20250042"])
        let deed = Deed(at: try Timestamp("2026-01-01T00:00:00Z"))
        try await desk.store.add(account, password: nil, by: deed, tenant: TestDesk.tenant)
        await #expect(throws: CatalogueError.self) { try await desk.take(Dump.plain(), by: .account(account)) }
        #expect(try await desk.isEmpty())
    }
}
