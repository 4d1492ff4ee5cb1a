import DataCite
import Diagnostics
import Identifiers
import TestSupport
import Testing

/// What DataCite would refuse is refused here, with the property's name.
@Suite struct RefusalTests {
    private func refusal(_ spoil: (inout DataCiteRecord) throws -> Void) throws -> DataCiteErrorCode? {
        var record = try Examples.run(Examples.states()[2])
        try spoil(&record)
        let fromJSON = #expect(throws: DataCiteError.self) { try record.json() }
        let fromXML = #expect(throws: DataCiteError.self) { try record.xml() }
        #expect(fromJSON?.code == fromXML?.code)
        #expect(fromJSON?.place != nil)
        return fromJSON?.code
    }

    @Test func whatIsMandatoryIsAskedFor() throws {
        #expect(try refusal { $0.creators = [] } == .missing)
        #expect(try refusal { $0.titles = [] } == .missing)
        #expect(try refusal { $0.titles[0].title = "" } == .missing)
        #expect(try refusal { $0.publisher.name = "" } == .missing)
        #expect(try refusal { $0.creators[0].name = "" } == .missing)
        #expect(try refusal { $0.types.resourceType = "" } == .missing)
        #expect(try refusal { $0.publicationYear = 28 } == .malformed)
        #expect(try refusal { $0.geoLocations = [.init(place: nil)] } == .missing)
    }

    @Test(arguments: ["10.507/x", "10.123456/x", "10.5072.1/x", "10.5072/ü", "10.5072/a<b", "10.5072/a#b", "10.5072/a%2F"])
    func aDOIThatDataCiteDoesNotTakeIsRefused(text: String) throws {
        #expect(try refusal { $0.doi = try DOI(text) } == .malformed)
    }

    @Test func formsAreChecked() throws {
        #expect(try refusal { $0.language = "english language" } == .malformed)
        #expect(try refusal { $0.titles[0].lang = "e_n" } == .malformed)
        #expect(try refusal { $0.rightsList[0].rightsUri = "no address" } == .malformed)
        #expect(try refusal { $0.relatedIdentifiers = [.init(.references, .url("http://a/b c"))] } == .malformed)
        #expect(try refusal { $0.geoLocations = [.init(latitude: 90.1, longitude: 0)] } == .malformed)
        #expect(try refusal { $0.geoLocations = [.init(latitude: .nan, longitude: 0)] } == .malformed)
        #expect(try refusal { $0.titles.append($0.titles[0]) } == .duplicate)
        #expect(try refusal { $0.sizes = ["1 GB", "1 GB"] } == .duplicate)
        #expect(try refusal { $0.relatedIdentifiers[0].relatedMetadataScheme = "NeXus" } == .contradictory)
        #expect(try refusal { $0.fundingReferences[0].awardNumber = nil } == .contradictory)
    }

    @Test func aCharacterThatXMLCannotWriteIsRefusedWithItsPlace() throws {
        for scalar in [0x0, 0x1, 0x8, 0xB, 0xC, 0xE, 0x1F, 0xFFFE, 0xFFFF] as [UInt32] {
            let text = "a\(try #require(Unicode.Scalar(scalar)))b"
            #expect(try refusal { $0.titles[0].title = text } == .characterNotAllowed)
            #expect(try refusal { $0.creators[1].name = text } == .characterNotAllowed)
            #expect(try refusal { $0.subjects[0].subjectScheme = text } == .characterNotAllowed)
        }
        var record = try Examples.run(Examples.states()[2])
        record.creators[1].name = "a\u{1}b"
        let error = #expect(throws: DataCiteError.self) { try record.xml() }
        #expect(error?.place == "resource/creators/creator[2]/creatorName")
        #expect(error?.got == "U+1 in 'a b'")
    }

    @Test func buildersTidyWhatPeopleTyped() throws {
        var short = try Examples.short()
        short.title = "\u{FEFF}\tIce\u{0}in\u{B}glass\u{FFFF}\r\n"
        short.abstract = "One\r\ntwo\rthree\u{1}four\n\n"
        let record = try DataCiteRecord.run(
            doi: DOI("10.5072/r"), short: short, full: Examples.full(), access: Examples.states()[0])
        #expect(record.titles[0].title.hasSuffix("Ice in glass"))
        #expect(record.descriptions[0].description == "One\ntwo\nthree four")
    }

    @Test(arguments: [
        "", "2028", "2028-5-11", "2028-02-30", "2027-02-29", "2028-13-01", "0999-01-01", "2028-05-11T", "2028-05-11T12:00:00",
        "2028-05-11 12:00:00Z", "2028-05-11T24:00:00Z", "2028-05-11T12:00:00.Z", "2028-05-11T12:00:00+2:00", "2028-05-11T12:00Z",
        "２028-05-11", "2028-05-1１", "2028-05-11T12:00:00Zé", "2028-05-11é",
    ])
    func whatIsNoDateIsRefused(text: String) {
        let error = #expect(throws: DataCiteError.self) { try DateStamp(text) }
        #expect(error?.code == .malformed)
    }

    @Test func aRangeGoesForward() throws {
        let pairs = [
            ("2025-05-10T12:00:00Z", "2025-05-10T13:59:59+02:00"), ("2025-05-10", "2025-05-09"),
            ("2025-05-10", "2025-05-10T12:00:00Z"), ("2025-05-10T12:00:00.5Z", "2025-05-10T12:00:00.45Z"),
        ]
        for (from, to) in pairs {
            let error = #expect(throws: DataCiteError.self) {
                try DataCiteRecord.DatedEvent(.collected, from: DateStamp(from), to: DateStamp(to))
            }
            #expect(error?.code == .contradictory)
        }
        let same = try DataCiteRecord.DatedEvent(
            .collected, from: DateStamp("2025-05-10T12:00:00.50Z"), to: DateStamp("2025-05-10T14:00:00.5+02:00"))
        #expect(same.date == "2025-05-10T12:00:00.50Z/2025-05-10T14:00:00.5+02:00")
    }

    @Test(arguments: ["", "PaNET1188", "PaNET011888", "panet01188", "https://example.org/PaNET01188", "PaNET0118x"])
    func whatIsNoTermOfPaNETIsRefused(text: String) throws {
        #expect(throws: DataCiteError.self) { try Technique(label: "x", term: text) }
        #expect(try Technique(label: "x", term: "http://purl.org/pan-science/PaNET/PaNET01188").term == "PaNET01188")
    }
}
