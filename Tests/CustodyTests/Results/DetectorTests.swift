import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// The instrument that has the serial number of a run's detector: told once the run is open, where no other one has the number.
struct DetectorTests {
    private static let serialNumber = "E-32-0101"
    private let test: TestCustodian
    private let pid: RunIdentifier
    private let session: String
    private var custodian: Custodian { test.custodian }

    /// A closed session with one run, and its beamline.
    init() async throws {
        test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z", detector: Self.serialNumber)
        pid = try await test.custodian.register(run, by: .system).pid
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        session = "\(try #require(try await test.store.session(TestCustodian.session, tenant: "facility").pid))"
        _ = try await bring("PROXIMA-1", nil)
    }

    /// - Returns: its identifier.
    private func bring(_ name: String, _ serialNumber: String?, others: [String] = []) async throws -> String {
        let numbers = ([serialNumber].compactMap(\.self) + others).map {
            #"{alternateIdentifier: "\#($0)", alternateIdentifierType: SerialNumber}"#
        }
        let text = """
            SchemaVersion: "1.0"
            Name: \(name)
            Owner: [{ownerName: Example}]
            Manufacturer: [{manufacturerName: Maker}]
            Date: [{date: 2008-03-01, dateType: Commissioned}]
            AlternateIdentifier: [\(numbers.joined(separator: ", "))]
            """
        return try await custodian.importInstrument(
            InstrumentDocument(text: text, file: "i.yaml"), name: name, by: .custodian
        ).instrument.pid
    }

    private func open(_ time: String = "2029-05-09T22:00:00Z") async throws {
        try test.clock.set(time)
        _ = try await custodian.sweep()
    }

    private func record(_ pid: String) async throws -> (record: DataCiteRecord, stamp: String) {
        var question = HarvestQuestion()
        question.pid = pid
        let offered = try #require(try await custodian.harvest(question).records.first)
        let record = try #require(offered.record)
        // What is harvested is what the page shows.
        #expect(try await custodian.publicRecord(pid).record == record)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(record) == "") }
        return (record, "\(try Instant(millisecondsSince1970: offered.datestamp * 1000))")
    }

    /// The instruments that a record names, in its order.
    private func told(_ pid: String) async throws -> [String] {
        let related = try await record(pid).record.relatedIdentifiers.filter { $0.relationType == .isCollectedBy }
        #expect(related.allSatisfy { $0.resourceTypeGeneral == .instrument && $0.relatedIdentifierType == "DOI" })
        return related.map(\.relatedIdentifier)
    }

    @Test func anOpenRunNamesItsDetectorBehindItsBeamline() async throws {
        let beamline = try await custodian.instrument("PROXIMA-1", for: .anonymous).pid
        let before = try await record("\(pid)")
        try test.clock.set("2026-05-10T13:00:00Z")
        let detector = try await bring("EIGER", Self.serialNumber)
        // Of a closed run nothing else is told than before, and nobody sees that anything was imported.
        let after = try await record("\(pid)")
        let (closed, unseen) = (try before.record.json(), try after.record.json())
        #expect(unseen == closed && after.record == before.record && after.stamp == before.stamp)
        #expect(try await told("\(pid)") == [beamline])
        try await open()
        #expect(try await told("\(pid)") == [beamline, detector])
        let list = try await record("\(pid)").record.relatedIdentifiers
        #expect(list.prefix(2).map(\.relatedIdentifier) == [beamline, detector])
        #expect(try await told(session) == [beamline])
        #expect(try await custodian.verifyAll().problems == [])
    }

    @Test func ofTwoInstrumentsWithOneNumberNoneIsTold() async throws {
        let beamline = try await custodian.instrument("PROXIMA-1", for: .anonymous).pid
        let detector = try await bring("EIGER", Self.serialNumber)
        try await open()
        #expect(try await told("\(pid)") == [beamline, detector])
        try test.clock.set("2029-06-01T00:00:00Z")
        _ = try await bring("PILATUS", Self.serialNumber)
        #expect(try await told("\(pid)") == [beamline])
        #expect(try await record("\(pid)").stamp == "2029-06-01T00:00:00Z")
        // It was a slip.
        try test.clock.set("2029-06-02T00:00:00Z")
        _ = try await bring("PILATUS", "60-0101")
        #expect(try await told("\(pid)") == [beamline, detector])
        #expect(try await record("\(pid)").stamp == "2029-06-02T00:00:00Z")
    }

    @Test func whatIsImportedLaterIsHarvestedLater() async throws {
        try await open()
        let before = try await record("\(pid)")
        try test.clock.set("2029-06-01T00:00:00Z")
        // Of another number, of this one in other letters, of a part of it, of none; and this one as one of the numbers of a part.
        for (name, number) in [("A", "E-32-0102"), ("B", "e-32-0101"), ("C", "E-32-010"), ("D", nil as String?)] {
            _ = try await bring(name, number)
        }
        _ = try await bring("E", "60-0101", others: [Self.serialNumber])
        let unseen = try await record("\(pid)")
        #expect(unseen.record == before.record && unseen.stamp == before.stamp)
        let detector = try await bring("EIGER", Self.serialNumber)
        #expect(try await told("\(pid)").last == detector)
        #expect(try await record("\(pid)").stamp == "2029-06-01T00:00:00Z")
        // Its number is corrected: it was another detector.
        try test.clock.set("2029-06-02T00:00:00Z")
        #expect(try await bring("EIGER", "E-32-0103") == detector)
        #expect(try await record("\(pid)").record == before.record)
        #expect(try await record("\(pid)").stamp == "2029-06-02T00:00:00Z")
        #expect(try await custodian.verifyAll().problems == [])
    }

    @Test func anInstrumentOfAnotherInstitutionIsNoneOfOurs() async throws {
        let detector = try await bring("EIGER", Self.serialNumber)
        var other = try await custodian.instrument("EIGER", for: .anonymous)
        other.pid = "10.5072/elsewhere"
        let by = Deed(at: Timestamp(test.clock.reading().wall))
        _ = try await test.store.put(other, tenant: "another", by: by)
        try await open()
        #expect(try await told("\(pid)").last == detector)
    }

    @Test func aBeamlineThatHasTheNumberItselfIsNamedOnce() async throws {
        let beamline = try await bring("PROXIMA-1", Self.serialNumber)
        try await open()
        #expect(try await told("\(pid)") == [beamline])
    }

    /// What others describe may be changed, and is found by what it says now.
    @Test func aDescribedRunNamesTheDetectorThatItsDescriptionSays() async throws {
        let (first, second) = (try await bring("EIGER", Self.serialNumber), try await bring("PILATUS", "60-0101"))
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var described = DescribedRun(
            kind: .raw, label: "By hand", team: "team-20260001", startedAt: date, endedAt: date, folder: "/data/by-hand")
        described.values = [try MetadataValue(RunValueKeys.detectorSerialNumber, text: Self.serialNumber)]
        let run = try #require(try await custodian.describe(described, by: .custodian))
        try await open()
        #expect(try await told("\(run)") == [first])
        var amendment = RunAmendment()
        amendment.values = [try MetadataValue(RunValueKeys.detectorSerialNumber, text: "60-0101")]
        try test.clock.set("2029-06-01T00:00:00Z")
        #expect(try await custodian.amend(run, amendment, by: .custodian))
        #expect(try await told("\(run)") == [second])
        #expect(try await record("\(run)").stamp == "2029-06-01T00:00:00Z")
        try test.clock.set("2029-06-02T00:00:00Z")
        _ = try await bring("PILATUS", "60-0102")
        #expect(try await told("\(run)") == [])
        #expect(try await record("\(run)").stamp == "2029-06-02T00:00:00Z")
        #expect(try await custodian.verifyAll().problems == [])
    }

    /// Catalogues of before kept the numbers as values alone.
    @Test func whatWasThereBeforeIsFoundWhenACatalogueIsBroughtUpToDate() async throws {
        let detector = try await bring("EIGER", Self.serialNumber)
        try await open()
        _ = try await record("\(pid)")
        try test.edit(
            """
            DROP TABLE used_detector; DROP INDEX instrument_by_serial_number;
            DELETE FROM grdb_migrations WHERE identifier = '032 detectors of runs'
            """)
        let path = test.path
        try test.store.close()
        try test.clock.set("2029-06-01T00:00:00Z")
        let again = Custodian(store: try StoreUnderTest.open(at: path), rules: custodian.rules, clock: test.clock)
        #expect(try await again.publicRecord("\(pid)").record.relatedIdentifiers[1].relatedIdentifier == detector)
        let document = try InstrumentDocument(
            text: """
                {SchemaVersion: "1.0", Name: EIGER, Owner: [{ownerName: Example}], Manufacturer: [{manufacturerName: Maker}],
                 Date: [{date: 2008-03-01, dateType: Commissioned}]}
                """, file: "i.yaml")
        _ = try await again.importInstrument(document, name: "EIGER", by: .custodian)
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        let offered = try await again.harvest(question).records.first
        #expect(offered?.record?.relatedIdentifiers.contains { $0.relatedIdentifier == detector } == false)
        #expect(try offered?.datestamp == Instant("2029-06-01T00:00:00Z").secondsSince1970)
    }

    @Test func aNumberThatIsEditedBehindOurBackIsFound() async throws {
        _ = try await bring("EIGER", "60-0101")
        #expect(try await custodian.verifyAll().problems == [])
        try test.edit("UPDATE instrument SET serial_number = '\(Self.serialNumber)' WHERE name = 'EIGER'")
        let problems = try await custodian.verifyAll().problems
        #expect(problems.count == 1 && problems[0].contains("EIGER"), "\(problems)")
    }
}
