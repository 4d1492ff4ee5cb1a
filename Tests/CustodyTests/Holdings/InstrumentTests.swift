import Custody
import DataCite
import Diagnostics
import RunCatalogue
import TestCatalogue
import Testing
import TestSupport

struct InstrumentTests {
    static let text = """
        SchemaVersion: "1.0"
        Name: PROXIMA 1
        Owner: [{ownerName: Example, ownerContact: zqcontact@example.org, ownerIdentifier: "https://ror.org/01ydb3330", ownerIdentifierType: ROR}]
        Manufacturer: [{manufacturerName: Maker}, {manufacturerName: Other maker}]
        Model: {modelName: M1}
        Description: A beamline for crystals
        InstrumentType: [{instrumentTypeName: Beamline}]
        MeasuredVariable: [photon counts]
        Date: [{date: 2008-03-01, dateType: Commissioned}, {date: 2030-12-31, dateType: DeCommissioned}]
        RelatedIdentifier: [{relatedIdentifier: 10.5072/detector, relatedIdentifierType: DOI, relationType: HasPart}]
        AlternateIdentifier: [{alternateIdentifier: "60-0101", alternateIdentifierType: SerialNumber}]
        """

    private func imported(_ session: SessionWithARun, _ text: String = Self.text) async throws -> (
        InstrumentRecord, ImportOutcome
    ) {
        try await session.custodian.importInstrument(
            InstrumentDocument(text: text, file: "i.yaml"), name: "PROXIMA-1", by: .custodian)
    }

    @Test func anInstrumentKeepsItsIdentifierWhateverIsSaidLater() async throws {
        let session = try await SessionWithARun()
        let (first, outcome) = try await imported(session)
        #expect(outcome == .new)
        #expect(first.pid.hasPrefix("10.5072/"))
        #expect(first.landingPage == session.custodian.rules.page(of: first.pid))
        #expect(first.title == "PROXIMA 1" && first.manufacturers.map(\.name) == ["Maker", "Other maker"])
        #expect(first.commissioned == "2008-03-01" && first.decommissioned == "2030-12-31")
        #expect(try await imported(session).1 == .unchanged)
        let (second, again) = try await imported(session, Self.text.replacing("M1", with: "M2"))
        #expect(again == .changed && second.pid == first.pid && second.model == "M2")
        #expect(try await session.custodian.instrument("https://doi.org/\(first.pid)", for: .anonymous).model == "M2")
        #expect(try await session.problems(of: .instrument) == [])
    }

    @Test func whomToWriteToIsTheFacilitysAlone() async throws {
        let session = try await SessionWithARun()
        _ = try await imported(session)
        let inside = try await session.custodian.instruments(for: .custodian)
        #expect(inside.first?.owners.first?.contact == "zqcontact@example.org")
        let outside = try await session.custodian.instruments(for: .anonymous)
        #expect(outside.count == 1 && outside.first?.owners.first?.contact == nil)
    }

    @Test(.enabled(if: TestPython.isAvailable("datacite"), "\(TestPython.absence)"))
    func itsRecordAndThatOfARunAreWhatDataCiteTakes() async throws {
        let session = try await SessionWithARun()
        let (instrument, _) = try await imported(session)
        let record = try session.custodian.dataCiteRecord(of: instrument)
        #expect(try DataCiteJudge.findings(record) == "")
        let json = try record.json()
        #expect(json.contains(#""resourceTypeGeneral":"Instrument""#) && json.contains(#""alternateIdentifier":"60-0101""#))
        #expect(json.contains("HostingInstitution") && !json.contains("zqcontact"))
        let run = try await session.custodian.dataCiteRecord(of: session.pid, scope: session.scope(.custodian))
        #expect(try DataCiteJudge.findings(run) == "")
        #expect(run.relatedIdentifiers.contains { $0.relationType == .isCollectedBy && $0.relatedIdentifier == instrument.pid })
    }

    @Test func onlyTheFacilityAndTheBeamlinesStaffDescribeIt() async throws {
        let session = try await SessionWithARun()
        let document = try InstrumentDocument(text: Self.text, file: "i.yaml")
        let member = await refusal {
            try await session.custodian.importInstrument(document, name: "PROXIMA-1", by: session.member)
        }
        #expect(member?.code == .forbidden)
        _ = try await session.custodian.importInstrument(document, name: "PROXIMA-1", by: session.staff)
        let other = await refusal { try await session.custodian.importInstrument(document, name: "SWING", by: session.staff) }
        #expect(other?.code == .forbidden)
    }

    @Test(arguments: [
        ("SchemaVersion: \"1.0\"", "SchemaVersion: \"2.0\"", "SchemaVersion"), ("Name: PROXIMA 1\n", "", "Name"),
        ("ownerName: Example, ", "", "ownerName"), ("ror.org/01ydb3330", "ror.org/01ydb3331", "ownerIdentifier"),
        (", ownerIdentifierType: ROR", "", "ownerIdentifierType"), ("dateType: Commissioned", "dateType: Bought", "dateType"),
        ("2030-12-31", "2001-12-31", "Date"), ("2008-03-01", "2008-02-30", "date"), ("HasPart", "Owns", "relationType"),
        ("10.5072/detector", "detector", "relatedIdentifier"), ("SerialNumber", "Serial", "alternateIdentifierType"),
        ("Model:", "Modell:", "Modell"), ("Name: PROXIMA 1", "Name: PROXIMA 1\nIdentifier: 10.5072/x", "Identifier"),
    ])
    func aSlipIsRefusedWithItsPlace(_ right: String, _ wrong: String, _ place: String) throws {
        let text = Self.text.replacing(right, with: wrong)
        #expect(text != Self.text)
        let error = #expect(throws: (any Error).self) { try InstrumentDocument(text: text, file: "i.yaml") }
        let told = try #require(error as? any Diagnosed)
        #expect(told.exitStatus == .invalidInput && told.description.contains(place), "\(told)")
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema", "yaml"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("instrument")
        let refused = try SchemaJudge.judge(
            schema: "schemas/instrument.schema.json", documents: [folder.write(Self.text, to: "i.yaml")],
            refusing: [
                #"d.pop("Name")"#, #"d.update(SchemaVersion="2.0")"#, #"d["Owner"][0].pop("ownerName")"#, #"d.update(Owner=[])"#,
                #"d["Date"].pop(0)"#, #"d["RelatedIdentifier"][0].update(relationType="Owns")"#, #"d.update(Modell={})"#,
                #"d.update(Identifier="10.5072/x")"#,
            ])
        #expect(refused == 8)
    }
}
