import Custody
import DataCite
import Diagnostics
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

struct SampleTests {
    static let text = """
        {"schema": "faisceau.samples.1", "samples": [
          {"name": "lysozyme", "proposal": "20260001", "description": "hen egg white", "keywords": ["tetragonal"],
           "derived_from": ["10.58052/IESAB0001"], "alternate_identifiers": [{"identifier": "box 7", "type": "Local"}]}]}
        """

    private func imported(_ session: SessionWithARun, by actor: Actor? = nil) async throws -> SampleImportReport {
        let document = try SampleDocument(json: Data(Self.text.utf8))
        return try #require(try await session.custodian.importSamples(document, by: actor ?? session.member).first)
    }

    @Test func aSampleGetsAnIGSNAndKeepsIt() async throws {
        let session = try await SessionWithARun()
        let first = try await imported(session)
        #expect(first.outcome == .new && first.sample.igsn.hasPrefix("10.5072/"))
        #expect(first.sample.team == "team-20260001" && first.sample.registered == "2026-05-09")
        let second = try await imported(session)
        #expect(second.outcome == .unchanged && second.sample == first.sample)
        let run = try await session.store.run(session.pid, scope: session.scope(.custodian))
        #expect(run.origin.sample == "lysozyme")
        #expect(
            try await session.store.sampleIdentifier(of: session.pid, tenant: session.custodian.rules.tenant)?.description
                == first.sample.igsn)
        #expect(try await session.problems(of: .sample) == [])
    }

    @Test func whatASampleIsOpensWithTheLastOfItsRuns() async throws {
        let session = try await SessionWithARun()
        let sample = try await imported(session).sample
        let (inside, outside) = (try await session.scope(session.member), try await session.scope(session.outsider))
        #expect(try await session.store.sample("lysozyme", scope: inside) == .all(sample))
        #expect(try await session.store.sample(sample.igsn, scope: session.scope(session.staff)) == .all(sample))
        // Everyone may know of the run, and of its sample that it exists; by its name, which is private, not even that.
        #expect(try await session.store.sample(sample.igsn, scope: outside) == .identifierOnly(sample.igsn))
        #expect(await refusal { try await session.store.sample("lysozyme", scope: outside) }?.code == .notFound)
        #expect(try await session.store.samples(scope: outside, limit: 10) == [])

        // A second run of it, of a later session.
        try session.test.clock.set("2026-06-01T08:00:00Z")
        _ = try await session.custodian.openSession(
            SessionName(proposal: "20260001", name: "2026-06"), instrument: "PROXIMA-1", begins: nil,
            plannedEnd: Timestamp("2026-06-10T06:00:00Z"), by: .custodian)
        try session.test.clock.set("2026-06-09T13:00:00Z")
        _ = try await session.custodian.register(
            TestCustodian.run(2, ended: "2026-06-09T12:00:00Z", session: "2026-06"), by: .custodian)
        try await session.open()
        #expect(
            try await session.store.sample(sample.igsn, scope: session.scope(session.outsider)) == .identifierOnly(sample.igsn))
        // The sweep has closed it, a week after its planned end; it opens three years after its own last day.
        try session.test.clock.set("2029-06-09T22:00:00Z")
        #expect(try await session.store.sample("lysozyme", scope: session.scope(session.outsider)) == .all(sample))
        #expect(try await session.store.samples(scope: session.scope(session.outsider), limit: 10) == [sample])
    }

    @Test func aSampleOfARunThatNobodyMayKnowOfIsNotThere() async throws {
        let session = try await SessionWithARun(close: false)
        let sample = try await imported(session).sample
        let scope = try await session.scope(session.outsider)
        let hidden = await refusal { try await session.store.sample(sample.igsn, scope: scope) }
        let absent = await refusal { try await session.store.sample("10.5072/absent", scope: scope) }
        #expect(hidden?.code == .notFound)
        #expect(
            hidden?.description.replacing(sample.igsn, with: "X") == absent?.description.replacing("10.5072/absent", with: "X"))
    }

    @Test(.enabled(if: TestPython.isAvailable("datacite"), "\(TestPython.absence)"))
    func itsRecordTellsWhatItIsOnceItIsOpen() async throws {
        let session = try await SessionWithARun()
        let sample = try await imported(session).sample
        let closed = try await session.custodian.dataCiteRecord(ofSample: sample.igsn, scope: session.scope(session.member))
        #expect(try DataCiteJudge.findings(closed) == "")
        let text = try closed.json()
        for word in ["lysozyme", "hen egg", "tetragonal", "box 7", "IESAB", "\(session.pid)"] { #expect(!text.contains(word)) }
        #expect(text.contains(#""resourceTypeGeneral":"PhysicalObject""#))
        let run = try await session.custodian.dataCiteRecord(of: session.pid, scope: session.scope(.custodian))
        #expect(run.relatedIdentifiers.contains { $0.relationType == .isDerivedFrom && $0.relatedIdentifier == sample.igsn })
        try await session.open()
        let open = try await session.custodian.dataCiteRecord(ofSample: sample.igsn, scope: session.scope(session.outsider))
        #expect(try DataCiteJudge.findings(open) == "")
        for word in ["lysozyme", "hen egg", "tetragonal", "box 7", "IESAB"] {
            #expect(try open.json().lowercased().contains(word.lowercased()))
        }
        #expect(open.relatedIdentifiers.contains { $0.relationType == .isSourceOf && $0.relatedIdentifier == "\(session.pid)" })
    }

    @Test func whoIsNotOfTheTeamDescribesNoSampleOfIt() async throws {
        let session = try await SessionWithARun()
        let error = await refusal { try await imported(session, by: session.outsider) }
        #expect(error?.code == .notFound)
        let document = try SampleDocument(json: Data(Self.text.replacing("20260001", with: "20269999").utf8))
        let absent = await refusal { try await session.custodian.importSamples(document, by: session.outsider) }
        #expect(error?.description.replacing("20260001", with: "P") == absent?.description.replacing("20269999", with: "P"))
    }

    @Test(arguments: [
        ("faisceau.samples.1", "faisceau.samples.2", "/schema"), (#""name": "lysozyme","#, "", "/samples/0/name"),
        (#""keywords": ["#, #""keywords": [1, "#, "/samples/0/keywords/0"),
        ("10.58052/IESAB0001", "1/2/3", "/samples/0/derived_from/0"),
        (#""description""#, #""descripton""#, "/samples/0"),
        (#""type": "Local""#, #""type": """#, "/alternate_identifiers/0/type"),
    ])
    func aSlipIsRefusedWithItsPlace(_ right: String, _ wrong: String, _ place: String) throws {
        let text = Self.text.replacing(right, with: wrong)
        #expect(text != Self.text)
        let error = #expect(throws: CatalogueError.self) { try SampleDocument(json: Data(text.utf8)) }
        #expect(error?.code == .badRequest && error?.place?.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        (#"{"schema": }"#, "is not JSON (byte 11): got '}', expected a value"), ("[]", "is no object: got a list"),
        (#"{"schema": "a", "schema": "faisceau.samples.1", "samples": []}"#, "A name stands twice in an object"),
        (#"{"schema": "\ud800"}"#, "Half of a surrogate pair stands alone (byte 18)"), ("", "is not JSON"),
        (
            #"{"samples": "# + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + "}",
            "nested too deeply"
        ),
    ])
    func whatIsNoGoodJSONIsRefusedWithItsPlace(_ text: String, _ said: String) {
        let error = #expect(throws: CatalogueError.self) { try SampleDocument(json: Data(text.utf8)) }
        #expect(error?.code == .badRequest && error?.description.contains(said) == true, "\(error?.description ?? "")")
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        let document = try SampleDocument(json: Data([0xEF, 0xBB, 0xBF]) + Data(Self.text.utf8))
        #expect(try document == SampleDocument(json: Data(Self.text.utf8)))
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("samples")
        let refused = try SchemaJudge.judge(
            schema: "schemas/samples.schema.json", documents: [folder.write(Self.text, to: "s.json")],
            refusing: [
                #"d["samples"][0].pop("name")"#, #"d.update(schema="x")"#, #"d["samples"][0].update(nam="x")"#,
                #"d["samples"][0].update(keywords=[1])"#, #"d["samples"][0]["alternate_identifiers"][0].pop("type")"#,
            ])
        #expect(refused == 5)
    }
}
