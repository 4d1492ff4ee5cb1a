import DataCite
import DataCiteStandIn
import Diagnostics
import Identifiers
import JSON
import Minting
import TestSupport
import Testing

/// What DataCite refuses is refused for good, in its words.
@Suite struct RefusalTests {
    private let service = StandInService(repositories: [Repository.account])

    private func refusal(
        of attributes: JSONObject, at address: String = Repository.page, _ doi: String = "10.5072/ABC-1"
    ) async throws -> MintingError? {
        let registry = try Repository.registry(DirectExchange(service: service))
        do {
            try await registry.publish(RegistryRecord(pid: Handle(doi), attributes: attributes), at: address)
            return nil
        } catch { return error as? MintingError }
    }

    @Test(arguments: [
        ("creators", JSONValue.array([])), ("titles", .array([])), ("titles", .array([.object(["title": .string(" ")])])),
        ("titles", .array([.string("bare")])), ("publisher", .null), ("publicationYear", .integer(28)),
        ("publicationYear", .string("soon")), ("types", .object([:])),
        ("types", .object(["resourceTypeGeneral": .string("Beamtime"), "resourceType": .string("x")])),
        ("dates", .array([.object(["date": .string("2028"), "dateType": .string("Opened")])])),
        ("contributors", .array([.object(["name": .string("N"), "contributorType": .string("Boss")])])),
        ("language", .string("e_n")), ("descriptions", .array([.object(["description": .string("d")])])),
    ])
    func invalidMetadataIsRefusedForGood(key: String, value: JSONValue) async throws {
        var attributes = try RegistryRecord(Repository.record()).attributes
        attributes[key] = value
        let error = try #require(try await refusal(of: attributes))
        #expect(error.code == .refused)
        #expect(error.complaints.contains { $0.source.map { key.hasPrefix($0) } == true }, "\(error)")
        var dice = SeededGenerator(seed: 1)
        #expect(RetryPlan.standard.step(after: error, failures: 1, using: &dice) == .forAPerson)
        #expect(service.entries.isEmpty)
    }

    @Test(arguments: ["relationType", "relatedIdentifierType", "resourceTypeGeneral"])
    func anUnknownWordOfARelationIsRefused(member: String) async throws {
        var attributes = try RegistryRecord(Repository.record()).attributes
        var related = try #require(attributes["relatedIdentifiers"]?.list?.first?.object)
        related[member] = .string("IsUnknown")
        attributes["relatedIdentifiers"] = .array([.object(related)])
        let error = try await refusal(of: attributes)
        #expect(error?.complaints.first?.title.contains("IsUnknown") == true)
    }

    @Test(arguments: [
        "https://elsewhere.org/x", "https://data.example.org.evil.org/", "gopher://data.example.org/", "no address", "",
    ])
    func anAddressOfAForeignDomainIsRefused(address: String) async throws {
        let error = try await refusal(of: RegistryRecord(Repository.record()).attributes, at: address)
        #expect(error?.code == .refused)
        #expect(error?.complaints.first?.source == "url")
    }

    @Test func aMirrorBelowADomainIsTaken() async throws {
        let attributes = try RegistryRecord(Repository.record()).attributes
        #expect(try await refusal(of: attributes, at: "https://a.mirror.example.org/x") == nil)
    }

    @Test func signsThatNoDOIHasAreRefused() async throws {
        for doi in ["10.5072/a<b", "10.5072/a#b", "10.5072/a%2Fb", "10.5072/é"] {
            let error = try await refusal(of: RegistryRecord(Repository.record()).attributes, at: Repository.page, doi)
            #expect(error?.complaints.first?.source == "doi", "\(doi)")
        }
        // Signs that mean something in an address, and may stand in a DOI.
        #expect(
            try await refusal(of: RegistryRecord(Repository.record()).attributes, at: Repository.page, "10.5072/a/b;c=d") == nil)
        #expect(Array(service.entries.keys) == ["10.5072/a/b;c=d"])
    }

    @Test func aRecordThatCannotBeTakenIsNotEvenSent() throws {
        var record = try Repository.record()
        record.creators = []
        let error = #expect(throws: MintingError.self) { try MintingOrder.publish(record, at: Repository.page) }
        #expect(error?.code == .refused)
        #expect(error?.cause is DataCiteError)
    }

    @Test func aYesThatDidNothingIsNoticed() async throws {
        let answer = HTTPResponseMessage(
            status: 200, headers: ["Content-Type": "application/vnd.api+json"],
            body: Array(#"{"data":{"attributes":{"doi":"10.5072/ABC-1","state":"draft"}}}"#.utf8))
        let registry = try Repository.registry(ScriptedExchange(answer))
        let error = await #expect(throws: MintingError.self) {
            try await MintingOrder.publish(Repository.record(), at: Repository.page).carryOut(on: registry)
        }
        #expect(error?.code == .notDone)
        #expect(error?.isRetryable == false)
    }
}
