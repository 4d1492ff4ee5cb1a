import Custody
import DataCite

/// The forms in which records are harvested, by their prefixes.
enum OAIFormat: String, CaseIterable {
    /// Dublin Core, which every repository has.
    case dublinCore = "oai_dc"
    /// DataCite's own envelope around its record.
    case oaiDataCite = "oai_datacite"
    case dataCite = "datacite"

    var schema: String {
        switch self {
        case .dublinCore: "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
        case .oaiDataCite: "http://schema.datacite.org/oai/oai-1.1/oai.xsd"
        case .dataCite: "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
        }
    }

    var namespace: String {
        switch self {
        case .dublinCore: "http://www.openarchives.org/OAI/2.0/oai_dc/"
        case .oaiDataCite: "http://schema.datacite.org/oai/oai-1.1/"
        case .dataCite: DataCiteRecord.schemaVersion
        }
    }

    /// - Parameters:
    ///   - record: as its builder made it.
    ///   - centre: as DataCite's envelope names whose record it is.
    ///   - cited: where it, and what it is related to, is found.
    func write(
        _ record: DataCiteRecord, _ cited: CitedAddresses, centre: String, to xml: inout XMLBytes
    ) throws(DataCiteError) {
        switch self {
        case .dublinCore: DublinCore(record, cited).write(to: &xml)
        case .dataCite: xml.raw(try record.xml(declaration: false, isChecked: true))
        case .oaiDataCite:
            let text = try record.xml(declaration: false, isChecked: true)
            xml.open(
                "oai_datacite", ("xmlns", namespace), ("xmlns:xsi", OAIAnswer.instance),
                ("xsi:schemaLocation", "\(namespace) \(schema)"))
            xml.element("schemaVersion", "4.5")
            xml.element("datacentreSymbol", centre)
            xml.open("payload")
            xml.raw(text)
            xml.close("payload")
            xml.close("oai_datacite")
        }
    }
}
