import DataCite
import DataCiteStandIn
import Identifiers
import JSON
import Minting
import Testing

@Suite struct DriftTests {
    private let service = StandInService(repositories: [Repository.account])

    private func registry() throws -> DataCiteRegistry { try Repository.registry(DirectExchange(service: service)) }

    private func holding(_ record: DataCiteRecord, _ state: RegistryState = .findable) throws -> DriftReport.Holding {
        let record = try RegistryRecord(record)
        return DriftReport.Holding(
            pid: record.pid, state: state, address: Repository.page, digests: AttributeDigests(record))
    }

    private func published(_ record: DataCiteRecord) async throws -> DriftReport.Holding {
        try await MintingOrder.publish(record, at: Repository.page).carryOut(on: registry())
        return try holding(record)
    }

    @Test func whatWasSentAndTidiedByDataCiteIsNoDrift() async throws {
        let holdings = [
            try await published(Repository.record(full: true)), try await published(Repository.record("10.5072/Two")),
        ]
        let report = await DriftReport(holdings: holdings, registry: try registry())
        #expect(report.differences.isEmpty, "\(report.text)")
        #expect(report.compared == 2)
        #expect(report.text == "2 compared, 0 different\n")
        // The stand-in did change what it was sent, else this shows nothing.
        let entry = try #require(try await registry().entry(of: Repository.pid()))
        #expect(entry.attributes["types"]?["ris"] != nil)
        #expect(entry.attributes["language"] == .string("en"))
    }

    @Test func eachKindOfDifferenceIsNamed() async throws {
        let record = try Repository.record(full: true)
        let ours = try await published(record)
        func kinds() async throws -> [String] {
            await DriftReport(holdings: [ours], registry: try registry()).differences.map { $0.attribute ?? $0.kind.rawValue }
        }
        service.tamper("10.5072/abc-1") { attributes, url in
            attributes["titles"] = .array([.object(["title": .string("Fire")])])
            attributes["subjects"] = .array([.object(["subject": .string("added")])])
            attributes["sizes"] = .array([])
            url = "https://data.example.org/moved"
        }
        #expect(try await kinds() == ["address", "sizes", "subjects", "titles"])
        service.set("10.5072/abc-1", state: "registered")
        #expect(try await kinds().first == "state")
        try await MintingOrder.publish(record, at: Repository.page).carryOut(on: registry())
        #expect(try await kinds().isEmpty)
        service.set("10.5072/abc-1", state: nil)
        #expect(try await kinds() == ["absent"])
    }

    @Test func oneCreatorMoreOrInAnotherOrderIsSeen() async throws {
        var record = try Repository.record()
        let ours = try await published(record)
        record.creators.reverse()
        try await MintingOrder.update(record, at: Repository.page).carryOut(on: registry())
        let report = await DriftReport(holdings: [ours], registry: try registry())
        #expect(report.differences.map(\.attribute) == ["creators"])
    }

    @Test func aDraftIsComparedByItsStateOnly() async throws {
        let pid = try Repository.pid()
        let ours = DriftReport.Holding(pid: pid, state: .draft)
        #expect(await DriftReport(holdings: [ours], registry: try registry()).differences.map(\.kind) == [.absent])
        try await registry().reserve(pid)
        #expect(await DriftReport(holdings: [ours], registry: try registry()).differences.isEmpty)
    }

    @Test func whatWeHoldAsAbsentMayBeAbsent() async throws {
        let ours = DriftReport.Holding(pid: try Repository.pid(), state: .absent)
        #expect(await DriftReport(holdings: [ours], registry: try registry()).differences.isEmpty)
        try await registry().reserve(Repository.pid())
        #expect(await DriftReport(holdings: [ours], registry: try registry()).differences.map(\.kind) == [.state])
    }

    @Test func aRegistryThatIsAwayIsNotAskedForEachOfAThousand() async throws {
        let away = ScriptedExchange(HTTPResponseMessage(status: 503))
        let holdings = try (0..<1000).map { DriftReport.Holding(pid: try Handle("10.5072/\($0)"), state: .findable) }
        let report = await DriftReport(holdings: holdings, registry: try Repository.registry(away))
        #expect(away.requests.count == 3)
        #expect(report.compared == 0)
        #expect(report.differences.count == 1000)
        #expect(report.differences.allSatisfy { $0.kind == .notCompared })
        #expect(report.text.hasSuffix("0 compared, 0 different\n"))
    }

    @Test func theReportIsTextAndJSON() async throws {
        _ = try await published(Repository.record())
        let holdings = [
            try holding(Repository.record(title: "Other"), .registered), try holding(Repository.record("10.5072/none")),
            DriftReport.Holding(pid: try Handle("10.80000/x"), state: .findable),
        ]
        let report = await DriftReport(holdings: holdings, registry: try registry())
        let lines = report.text.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "10.5072/ABC-1: state is findable, we hold registered")
        #expect(lines[1] == "10.5072/ABC-1: another titles")
        #expect(lines[2] == "10.5072/none: absent, we hold findable")
        #expect(lines[3].hasPrefix("10.80000/x: not compared: Not an identifier of this repository"))
        #expect(lines[4] == "2 compared, 2 different")
        let json = try JSONValue(reading: Array(try report.json().utf8))
        #expect(json["compared"] == .integer(2))
        #expect(json["differences"]?.list?.count == 4)
        #expect(json["differences"]?.list?[1]["attribute"] == .string("titles"))
    }

    @Test func aRegistryWithoutRecordsDiffersInNothing() async throws {
        let report = await DriftReport(holdings: [try holding(Repository.record())], registry: BuiltInRegistry())
        #expect(report.differences.isEmpty)
        #expect(report.compared == 0)
    }

    @Test func digestsAreKeptAsText() throws {
        let digests = AttributeDigests(try RegistryRecord(Repository.record()))
        #expect(digests.digests.keys.sorted().contains("creators"))
        #expect(digests.digests["sizes"] == nil)
        #expect(digests.differences(from: digests).isEmpty)
    }

    /// They stand in catalogues: FNV-1a over the form that the file's first lines describe, reckoned by another program.
    @Test func digestsAreThoseOfEarlierVersions() throws {
        let attributes: JSONObject = [
            "titles": [["title": "Fire", "lang": nil]], "publicationYear": 2028, "sizes": [],
            "geoLocations": [
                ["geoLocationPoint": ["pointLongitude": "2.10", "pointLatitude": 48.0], "geoLocationPlace": "Paris"]
            ],
        ]
        let digests = AttributeDigests(RegistryRecord(pid: try Repository.pid(), attributes: attributes)).digests
        #expect(
            digests == [
                "titles": "9ccfb7ca1a713fd1", "publicationYear": "c51c5d3514889d27", "geoLocations": "5beb7aeef1d61899",
            ])
    }
}
