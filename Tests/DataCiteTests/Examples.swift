import DataCite
import Identifiers

/// One experiment in all its parts; what only opens later carries the word 'secret'.
enum Examples {
    static func facility() throws -> ShortDescription.Facility {
        ShortDescription.Facility(
            name: "Synchrotron Ünïon", ror: try ROR("https://ror.org/01js2sh04"),
            location: DataCiteRecord.GeoLocation(place: "Saint-Aubin, France", latitude: 48.7097, longitude: 2.1453))
    }

    static func short() throws -> ShortDescription {
        var short = ShortDescription(
            title: "Ice growth in <porous> media & \"glass\"",
            team: [
                .person(
                    family: "Curie", given: "Irène", orcid: try ORCID("0000-0002-1825-0097"),
                    affiliations: [DataCiteRecord.Affiliation("Institut du radium", ror: try ROR("03yrm5c26"))]),
                .person(family: "Nemo"),
            ], facility: try facility(), beamline: "PROXIMA 2A", collectedFrom: try DateStamp("2025-05-08T09:00:00+02:00"),
            collectedTo: try DateStamp("2025-05-10T14:00:00+02:00"))
        short.abstract = "First line.\nSecond line."
        short.techniques = [try Technique(label: "small angle x-ray scattering", term: "PaNET01188")]
        short.instruments = [.doi(try DOI("10.5072/000000003rj076")), .handle(try Handle("21.T11998/BEAMLINE"))]
        short.samples = [.igsn(try IGSN("10273/AU1101")), .igsn(try IGSN("10.58052/IESAB0001"))]
        short.created = try DateStamp("2025-05-10T12:00:00Z")
        short.updated = try DateStamp("2025-06-01")
        return short
    }

    static func full() throws -> FullDescription {
        var full = FullDescription()
        full.name = "secret-name-0001"
        full.description = "secret description"
        full.keywords = ["secret keyword", "secret keyword"]
        full.contributors = [
            DataCiteRecord.Contributor(.person(family: "Secretstaff", given: "A."), .dataCollector),
            DataCiteRecord.Contributor(.person(family: "Secretcontact"), .contactPerson),
        ]
        full.sizes = ["12.3 secretbytes", "3600 secretframes"]
        full.formats = ["application/x-secret"]
        full.version = "secret1"
        full.funding = [
            DataCiteRecord.FundingReference(
                funder: "Secret Fund", ror: try ROR("05etxs293"), awardNumber: "S-1", awardUri: "https://example.org/secret",
                awardTitle: "Secret award")
        ]
        full.detectors = [.doi(try DOI("10.5072/secret-detector")), .doi(try DOI("10.5072/000000003rj076"))]
        full.related = [
            DataCiteRecord.RelatedIdentifier(.references, .igsn(try IGSN("10273/secret-align")), .physicalObject),
            DataCiteRecord.RelatedIdentifier(.isDocumentedBy, .url("https://example.org/secret-dmp"), .outputManagementPlan),
            DataCiteRecord.RelatedIdentifier(.isSourceOf, .doi(try DOI("10.5072/secret-reduced")), .dataset),
            .metadata(at: "https://example.org/secret.json", scheme: "NeXus", schemeUri: "https://www.nexusformat.org/"),
        ]
        full.alternateIdentifiers = [DataCiteRecord.AlternateIdentifier("urn:uuid:secret", type: "URN")]
        return full
    }

    static func day(_ text: String) throws -> CalendarDay { try CalendarDay(text) }

    /// Every state that has a page.
    static func states() throws -> [DataAccess] {
        let anchor = try day("2025-05-10")
        let opens = try day("2028-05-11")
        return [
            DataAccess(.embargoed, opensOn: opens, anchor: anchor), DataAccess(.held, opensOn: opens, anchor: anchor),
            DataAccess(.open(), opensOn: opens, anchor: anchor), DataAccess(.open(registeredOnly: true), opensOn: opens),
            DataAccess(.withdrawn(on: try day("2027-01-02"), reason: "A person asked for it."), opensOn: opens, anchor: anchor),
            DataAccess(.withdrawn(on: try day("2029-01-02"), reason: " \u{0}"), opensOn: opens),
            DataAccess(.purged(on: try day("2035-05-11")), opensOn: opens),
        ]
    }

    static func run(_ access: DataAccess) throws -> DataCiteRecord {
        try .run(
            doi: DOI("10.5072/run-1"), short: short(), full: full(), session: .doi(DOI("10.5072/session-1")), access: access)
    }

    static func sample(_ access: DataAccess) throws -> DataCiteRecord {
        var sample = SampleDescription(
            owners: [.person(family: "Nemo")], facility: try facility(), registered: try day("2025-01-02"))
        sample.name = "secret sample"
        sample.description = "secret lysozyme"
        sample.keywords = ["secret"]
        sample.alternateIdentifiers = [DataCiteRecord.AlternateIdentifier("secret-7", type: "Local")]
        sample.related = [DataCiteRecord.RelatedIdentifier(.isPartOf, .doi(try DOI("10.5072/secret-batch")), .physicalObject)]
        return try .sample(doi: DOI("10.5072/sample-1"), sample, access: access)
    }

    static func instrument(decommissioned: String? = nil) throws -> DataCiteRecord {
        let facility = try facility()
        var instrument = InstrumentDescription(
            name: "PILATUS3 6M of PROXIMA 2A", manufacturers: [.organisation("DECTRIS")],
            owners: [.organisation(facility.name, ror: facility.ror)], facility: facility, commissioned: try day("2016-02-29"))
        instrument.decommissioned = try decommissioned.map(day)
        instrument.kind = "Hybrid pixel detector"
        instrument.model = "PILATUS3 6M"
        instrument.measuredVariables = ["photon counts", " "]
        instrument.serialNumber = "60-0101"
        instrument.inventoryNumber = ""
        instrument.related = [DataCiteRecord.RelatedIdentifier(.isPartOf, .handle(try Handle("21.T11998/BEAMLINE")), .instrument)]
        return try .instrument(doi: DOI("10.5072/detector-1"), instrument)
    }

    /// Each kind of record in each state.
    static func all() throws -> [DataCiteRecord] {
        var records: [DataCiteRecord] = []
        for access in try states() {
            let (short, full) = (try short(), try full())
            let runs: [DataCiteRecord.RelatedIdentifier.Target] = [
                .doi(try DOI("10.5072/run-1")), .doi(try DOI("10.5072/run-2")), .doi(try DOI("10.5072/run-1")),
            ]
            records += [
                try .session(doi: DOI("10.5072/session-1"), short: short, full: full, runs: runs, access: access),
                try run(access),
                try .run(doi: DOI("10.5072/run-3"), content: .reduced, short: short, full: full, access: access),
                try .selection(
                    doi: DOI("10.5072/selection-1"), short: short, full: full, runs: runs, article: DOI("10.1107/S0"),
                    access: access),
                try sample(access),
            ]
        }
        return records + [try instrument(), try instrument(decommissioned: "2024-12-31")]
    }
}
