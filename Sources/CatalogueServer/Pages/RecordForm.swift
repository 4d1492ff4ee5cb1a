/// The forms in which a record is given. The raw value is the last part of the form's own address: `/datasets/{pid}/datacite.json`.
enum RecordForm: String, CaseIterable {
    case page = "index.html"
    case dataCiteJSON = "datacite.json"
    case dataCiteXML = "datacite.xml"
    case schemaOrg = "schema.jsonld"
    case bibTeX = "citation.bib"
    case csl = "citation.json"
    case text = "citation.txt"

    /// As DataCite's content negotiation names them (https://support.datacite.org/docs/datacite-content-resolver).
    var mediaType: String {
        switch self {
        case .page: "text/html"
        case .dataCiteJSON: "application/vnd.datacite.datacite+json"
        case .dataCiteXML: "application/vnd.datacite.datacite+xml"
        case .schemaOrg: "application/ld+json"
        case .bibTeX: "application/x-bibtex"
        case .csl: "application/vnd.citationstyles.csl+json"
        case .text: "text/x-bibliography"
        }
    }

    var contentType: String {
        switch self {
        case .dataCiteJSON, .schemaOrg, .csl: mediaType
        case .page, .dataCiteXML, .bibTeX, .text: mediaType + "; charset=utf-8"
        }
    }

    /// For links on the page.
    var title: String {
        switch self {
        case .page: "page"
        case .dataCiteJSON: "DataCite JSON"
        case .dataCiteXML: "DataCite XML"
        case .schemaOrg: "schema.org"
        case .bibTeX: "BibTeX"
        case .csl: "CSL JSON"
        case .text: "text"
        }
    }

    /// What may be asked for by `Accept`, under other names too: the first is what who does not mind gets.
    static let negotiated: [(type: String, form: RecordForm)] =
        allCases.map { ($0.mediaType, $0) } + [
            ("application/xhtml+xml", .page), ("application/vnd.schemaorg.ld+json", .schemaOrg),
            ("application/json", .dataCiteJSON),
            ("application/xml", .dataCiteXML),
        ]
}
