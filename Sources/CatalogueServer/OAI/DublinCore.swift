import Custody
import DataCite
import Identifiers

/// A record in the fifteen elements of Dublin Core (http://www.openarchives.org/OAI/2.0/oai_dc.xsd), as OpenAIRE's guidelines for data archives
/// fill them: who may have the data as `info:eu-repo/semantics`, and the end of an embargo as a date of its own.
struct DublinCore {
    private let record: DataCiteRecord
    private let cited: CitedAddresses

    init(_ record: DataCiteRecord, _ cited: CitedAddresses) { (self.record, self.cited) = (record, cited) }

    func write(to xml: inout XMLBytes) {
        xml.raw(Self.head)
        for title in record.titles { xml.element("dc:title", title.title) }
        for creator in record.creators { xml.element("dc:creator", creator.name) }
        for subject in record.subjects { xml.element("dc:subject", subject.subject) }
        for description in record.descriptions { xml.element("dc:description", description.description) }
        xml.element("dc:publisher", record.publisher.name)
        for contributor in record.contributors { xml.element("dc:contributor", contributor.party.name) }
        writeDates(to: &xml)
        xml.element("dc:type", record.types.resourceTypeGeneral.rawValue)
        xml.element("dc:type", record.types.resourceType)
        for format in record.formats + record.sizes { xml.element("dc:format", format) }
        xml.element("dc:identifier", cited.address(of: "\(record.doi)"))
        if let language = record.language { xml.element("dc:language", language) }
        for related in record.relatedIdentifiers { xml.element("dc:relation", address(of: related)) }
        for date in record.dates where date.dateType == .collected { xml.element("dc:coverage", date.date) }
        for place in record.geoLocations.compactMap(\.place) { xml.element("dc:coverage", place) }
        for rights in record.rightsList where rights.rightsIdentifierScheme != "COAR Access Rights" {
            xml.element("dc:rights", rights.rightsUri ?? rights.rights)
        }
        xml.raw("</oai_dc:dc>\n")
    }

    private func writeDates(to xml: inout XMLBytes) {
        let available = record.dates.first { $0.dateType == .available }?.date
        xml.element("dc:date", available ?? "\(record.publicationYear)")
        let isEmbargoed = record.rightsList.contains { $0.rightsUri == "info:eu-repo/semantics/embargoedAccess" }
        // The first open day, as DataCite's date Available is.
        if isEmbargoed, let available { xml.element("dc:date", "info:eu-repo/date/embargoEnd/\(available)") }
    }

    private func address(of related: DataCiteRecord.RelatedIdentifier) -> String {
        switch related.relatedIdentifierType {
        case "DOI": cited.address(of: related.relatedIdentifier)
        case "Handle": "https://hdl.handle.net/\(related.relatedIdentifier)"
        default: related.relatedIdentifier
        }
    }

    private static let head = """
        <oai_dc:dc xmlns:oai_dc="\(OAIFormat.dublinCore.namespace)" xmlns:dc="http://purl.org/dc/elements/1.1/" \
        xmlns:xsi="\(OAIAnswer.instance)" \
        xsi:schemaLocation="\(OAIFormat.dublinCore.namespace) \(OAIFormat.dublinCore.schema)">

        """
}
