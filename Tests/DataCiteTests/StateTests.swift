import DataCite
import Diagnostics
import Identifiers
import TestSupport
import Testing

/// What is told in which state.
@Suite struct StateTests {
    private func coar(_ record: DataCiteRecord) -> [String] { record.rightsList.compactMap(\.rightsIdentifier) }
    private func dates(_ record: DataCiteRecord) -> [String] { record.dates.map { "\($0.dateType.rawValue) \($0.date)" } }

    @Test func aClosedRecordTellsNothingThatOnlyOpensLater() throws {
        for access in try Examples.states() where !access.tellsEverything {
            for record in [
                try Examples.run(access), try Examples.sample(access),
                try .session(doi: DOI("10.5072/s"), short: Examples.short(), full: Examples.full(), access: access),
                try .selection(
                    doi: DOI("10.5072/p"), short: Examples.short(), full: Examples.full(), runs: [.doi(DOI("10.5072/r"))],
                    access: access),
            ] {
                for text in [
                    try record.json(), try record.xml(),
                    try record.requestBody(url: "https://example.org/p", event: access.event),
                ] { #expect(!text.lowercased().contains("secret"), "\(access): \(text)") }
            }
        }
    }

    @Test func anOpenRecordTellsAll() throws {
        let day = try Examples.day("2028-05-11")
        for access in [DataAccess(.open(), opensOn: day), DataAccess(.purged(on: day), opensOn: day)] {
            let record = try Examples.run(access)
            for text in [try record.json(), try record.xml()] {
                for word in [
                    "secret-name-0001", "secret description", "secret keyword", "Secretstaff", "Secretcontact", "secretbytes",
                    "secretframes", "x-secret", "secret1", "Secret Fund", "Secret award", "secret-dmp", "secret-reduced",
                    "secret.json", "urn:uuid:secret",
                ] { #expect(text.contains(word), "\(word)") }
            }
            let sample = try Examples.sample(access).json()
            for word in ["secret sample", "secret lysozyme", "secret-7", "secret-batch"] { #expect(sample.contains(word)) }
        }
    }

    @Test func purgedDataThatWereNeverOpenTellNoMore() throws {
        let access = DataAccess(.purged(on: try Examples.day("2028-05-10")), opensOn: try Examples.day("2028-05-11"))
        #expect(!access.tellsEverything)
        #expect(try !Examples.run(access).json().lowercased().contains("secret"))
    }

    @Test func theYearOfPublicationIsThatOfTheOpening() throws {
        for access in try Examples.states() { #expect(try Examples.run(access).publicationYear == 2028) }
        let extended = DataAccess(.embargoed, opensOn: try Examples.day("2029-05-11"))
        #expect(try Examples.run(extended).publicationYear == 2029)
    }

    @Test func eachStateHasItsRightsAndDates() throws {
        let collected = "Collected 2025-05-08T09:00:00+02:00/2025-05-10T14:00:00+02:00"
        let record = ["Created 2025-05-10T12:00:00Z", "Updated 2025-06-01"]
        let expected: [(rights: [String], dates: [String], event: DataCiteRecord.Event)] = [
            (["cc-by-4.0", "c_f1cf"], ["Accepted 2025-05-10", "Available 2028-05-11"], .publish),
            (["cc-by-4.0", "c_14cb"], [], .publish),
            (["cc-by-4.0", "c_abf2"], ["Available 2028-05-11"], .publish),
            (["cc-by-4.0", "c_16ec"], ["Available 2028-05-11"], .publish),
            (["c_14cb"], ["Withdrawn 2027-01-02"], .hide),
            (["c_14cb"], ["Available 2028-05-11", "Withdrawn 2029-01-02"], .hide),
            (["cc-by-4.0", "c_14cb"], ["Available 2028-05-11", "Withdrawn 2035-05-11"], .publish),
        ]
        try #require(try Examples.states().count == expected.count)
        for (access, expected) in zip(try Examples.states(), expected) {
            let run = try Examples.run(access)
            #expect(coar(run) == expected.rights, "\(access)")
            #expect(dates(run) == [collected] + expected.dates + record, "\(access)")
            #expect(access.event == expected.event)
        }
    }

    @Test func theOlderVocabularyStandsBesideCOARs() throws {
        let embargoed = try Examples.run(Examples.states()[0]).rightsList
        #expect(
            embargoed.map(\.rightsUri) == [
                "https://creativecommons.org/licenses/by/4.0/", "info:eu-repo/semantics/embargoedAccess",
                "http://purl.org/coar/access_right/c_f1cf",
            ])
        #expect(embargoed[2].rights == "embargoed access, open from 2028-05-11")
    }

    @Test func aTombstoneSaysWhenAndWhy() throws {
        let states = try Examples.states()
        let texts = try [4, 5, 6].map {
            try Examples.run(states[$0]).descriptions.filter { $0.descriptionType == .technicalInfo }
        }
        #expect(texts[0].map(\.description) == ["Withdrawn on 2027-01-02. Reason: A person asked for it."])
        #expect(texts[1].map(\.description) == ["Withdrawn on 2029-01-02."])
        #expect(texts[2].first?.description.contains("no longer available") == true)
    }

    @Test func anExperimentWithoutAPublicTitleIsNamedByPlaceAndDay() throws {
        var short = try Examples.short()
        short.title = " \u{7}"
        let embargoed = try Examples.states()[0]
        let run = try DataCiteRecord.run(doi: DOI("10.5072/r"), short: short, full: Examples.full(), access: embargoed)
        #expect(run.titles.map(\.title) == ["Raw data, PROXIMA 2A, 2025-05-08"])
        let open = try DataCiteRecord.run(
            doi: DOI("10.5072/r"), short: short, full: Examples.full(), access: Examples.states()[2])
        #expect(open.titles.map(\.title) == ["secret-name-0001", "Raw data, PROXIMA 2A, 2025-05-08"])
        #expect(open.titles.map(\.titleType) == [nil, .alternativeTitle])
    }

    @Test func aRunNamedAsItsSessionHasOneTitle() throws {
        var full = try Examples.full()
        full.name = try Examples.short().title
        let run = try DataCiteRecord.run(doi: DOI("10.5072/r"), short: Examples.short(), full: full, access: Examples.states()[2])
        #expect(run.titles.map(\.title) == [full.name])
    }

    /// Names of files and people come with anything in them; a creator of whom nothing is left is refused, not published without a name.
    @Test func aCreatorWithoutANameIsRefused() throws {
        var short = try Examples.short()
        short.team = [.person(family: "\u{0}")]
        let error = #expect(throws: DataCiteError.self) {
            try DataCiteRecord.run(doi: DOI("10.5072/r"), short: short, full: Examples.full(), access: Examples.states()[0])
        }
        #expect(error?.code == .missing)
        short.team = []
        #expect(throws: DataCiteError.self) {
            try DataCiteRecord.run(doi: DOI("10.5072/r"), short: short, full: Examples.full(), access: Examples.states()[0])
        }
    }

    @Test func relationsAreThoseOfTheSheet() throws {
        func told(_ access: DataAccess) throws -> [String] {
            try Examples.run(access).relatedIdentifiers.map {
                "\($0.relationType.rawValue) \($0.relatedIdentifierType) \($0.relatedIdentifier)"
            }
        }
        let instruments = ["IsCollectedBy DOI 10.5072/000000003rj076", "IsCollectedBy Handle 21.T11998/BEAMLINE"]
        let others = [
            "IsDerivedFrom IGSN 10273/AU1101", "IsDerivedFrom DOI 10.58052/IESAB0001", "IsPartOf DOI 10.5072/session-1",
        ]
        #expect(try told(Examples.states()[0]) == instruments + others)
        // A detector comes behind the beamline, one that was named before is not named again; a sample that was only looked at is told with the
        // data.
        #expect(
            try told(Examples.states()[2]) == instruments + ["IsCollectedBy DOI 10.5072/secret-detector"] + others + [
                "References IGSN 10273/secret-align", "IsDocumentedBy URL https://example.org/secret-dmp",
                "IsSourceOf DOI 10.5072/secret-reduced", "HasMetadata URL https://example.org/secret.json",
            ])
        #expect(throws: DataCiteError.self) {
            try DataCiteRecord.selection(
                doi: DOI("10.5072/p"), short: Examples.short(), full: Examples.full(), runs: [], access: Examples.states()[0])
        }
    }

    /// PIDINST's own mapping: manufacturer, owner, time in operation, serial number, model and variables.
    @Test func anInstrumentIsMappedAsPIDINSTSays() throws {
        let record = try Examples.instrument(decommissioned: "2024-12-31")
        #expect(record.creators.map(\.name) == ["DECTRIS"])
        #expect(record.contributors.map(\.type) == [.hostingInstitution])
        #expect(dates(record) == ["Available 2016-02-29/2024-12-31"])
        #expect(record.alternateIdentifiers == [DataCiteRecord.AlternateIdentifier("60-0101", type: "SerialNumber")])
        #expect(record.descriptions.map(\.description) == ["Model: PILATUS3 6M. Measured variables: photon counts."])
        #expect(record.types.resourceTypeGeneral == .instrument)
        #expect(record.publicationYear == 2016)
        #expect(throws: DataCiteError.self) { try Examples.instrument(decommissioned: "2016-02-28") }
    }
}
