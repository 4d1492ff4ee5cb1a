import DataCite
import Diagnostics
import Identifiers
import TestSupport
import Testing

/// Whole texts, written by hand from the schema.
@Suite struct GoldenTests {
    private func small() throws -> DataCiteRecord {
        var record = DataCiteRecord(
            doi: try DOI("10.5072/000000003rj076"), types: .init(.dataset, "Raw beamline data"),
            creators: [.person(family: "Curie", given: "Irène", orcid: try ORCID("0000-0002-1825-0097"))],
            titles: [.init("a < b & \"c\" ]]> d", lang: "en")], publisher: .init("Synchrotron", ror: try ROR("01js2sh04")),
            publicationYear: 2028)
        record.dates = [
            try .init(.collected, from: DateStamp("2025-05-10T12:00:00Z"), to: DateStamp("2025-05-10T14:30:00.25+02:00"))
        ]
        record.rightsList = [.ccBy4]
        record.geoLocations = [.init(latitude: 48.5, longitude: -2.25)]
        return record
    }

    @Test func theXMLIsThis() throws {
        #expect(
            try small().xml() == """
                <?xml version="1.0" encoding="UTF-8"?>
                <resource xmlns="http://datacite.org/schema/kernel-4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
                xsi:schemaLocation="http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4.5/metadata.xsd">
                  <identifier identifierType="DOI">10.5072/000000003rj076</identifier>
                  <creators>
                    <creator>
                      <creatorName nameType="Personal">Curie, Irène</creatorName>
                      <givenName>Irène</givenName>
                      <familyName>Curie</familyName>
                      <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org/">\
                https://orcid.org/0000-0002-1825-0097</nameIdentifier>
                    </creator>
                  </creators>
                  <titles>
                    <title xml:lang="en">a &lt; b &amp; "c" ]]&gt; d</title>
                  </titles>
                  <publisher publisherIdentifier="https://ror.org/01js2sh04" publisherIdentifierScheme="ROR" \
                schemeURI="https://ror.org/">Synchrotron</publisher>
                  <publicationYear>2028</publicationYear>
                  <resourceType resourceTypeGeneral="Dataset">Raw beamline data</resourceType>
                  <dates>
                    <date dateType="Collected">2025-05-10T12:00:00Z/2025-05-10T14:30:00.25+02:00</date>
                  </dates>
                  <rightsList>
                    <rights rightsURI="https://creativecommons.org/licenses/by/4.0/" rightsIdentifier="cc-by-4.0" \
                rightsIdentifierScheme="SPDX" schemeURI="https://spdx.org/licenses/">\
                Creative Commons Attribution 4.0 International</rights>
                  </rightsList>
                  <geoLocations>
                    <geoLocation>
                      <geoLocationPoint>
                        <pointLongitude>-2.25</pointLongitude>
                        <pointLatitude>48.5</pointLatitude>
                      </geoLocationPoint>
                    </geoLocation>
                  </geoLocations>
                </resource>

                """)
        #expect(try small().xml(declaration: false).hasPrefix("<resource "))
    }

    private let properties = #"""
        "geoLocations":[{"geoLocationPoint":{"pointLatitude":48.5,"pointLongitude":-2.25}}],"publicationYear":YEAR,\#
        "publisher":{"name":"Synchrotron","publisherIdentifier":"https://ror.org/01js2sh04","publisherIdentifierScheme":"ROR",\#
        "schemeUri":"https://ror.org/"},"rightsList":[{"rights":"Creative Commons Attribution 4.0 International",\#
        "rightsIdentifier":"cc-by-4.0","rightsIdentifierScheme":"SPDX","rightsUri":"https://creativecommons.org/licenses/by/4.0/",\#
        "schemeUri":"https://spdx.org/licenses/"}],"schemaVersion":"http://datacite.org/schema/kernel-4",\#
        "titles":[{"lang":"en","title":"a < b & \"c\" ]]> d"}],\#
        "types":{"resourceType":"Raw beamline data","resourceTypeGeneral":"Dataset"}
        """#
    private let before = #"""
        "creators":[{"familyName":"Curie","givenName":"Irène","name":"Curie, Irène","nameIdentifiers":[\#
        {"nameIdentifier":"https://orcid.org/0000-0002-1825-0097","nameIdentifierScheme":"ORCID",\#
        "schemeUri":"https://orcid.org/"}],"nameType":"Personal"}],\#
        "dates":[{"date":"2025-05-10T12:00:00Z/2025-05-10T14:30:00.25+02:00","dateType":"Collected"}],\#
        "doi":"10.5072/000000003rj076",
        """#

    private func withYear(_ year: String) -> String {
        let parts = properties.split(separator: "YEAR", maxSplits: 1)
        return parts[0] + year + parts[1]
    }

    @Test func theJSONIsThis() throws {
        #expect(try small().json() == "{\(before)\(withYear("\"2028\""))}")
    }

    @Test func theRequestIsThis() throws {
        #expect(
            try small().requestBody(url: "https://data.example.org/10.5072%2F000000003rj076", event: .publish)
                == #"{"data":{"attributes":{\#(before)"event":"publish",\#(withYear("2028")),"#
                + #""url":"https://data.example.org/10.5072%2F000000003rj076"},"type":"dois"}}"#)
        #expect(
            try DataCiteRecord.draftBody(doi: DOI("10.5072/x")) == #"{"data":{"attributes":{"doi":"10.5072/x"},"type":"dois"}}"#)
    }

    @Test func aDOIThatResolvesNeedsAPage() throws {
        for event in [DataCiteRecord.Event.publish, .register] {
            let error = #expect(throws: DataCiteError.self) { try small().requestBody(url: nil, event: event) }
            #expect(error?.code == .missing)
        }
        #expect(try small().requestBody(url: nil, event: .hide).contains(#""event":"hide""#))
        for page in ["", "data.example.org", "javascript:alert(1)", "https://", "https://a b", "https://a/%G0", "https://a/%"] {
            #expect(throws: DataCiteError.self, "\(page)") { try small().requestBody(url: page, event: .publish) }
        }
    }

    @Test func theSameRecordGivesTheSameText() throws {
        let once = try Examples.all().map { try $0.json() + $0.xml() }
        let again = try Examples.all().map { try $0.json() + $0.xml() }
        #expect(once == again)
    }
}
