import Custody
import DataCite
import Diagnostics
import Identifiers
import JSON
import RunCatalogue
import WebText

/// A record as people read it, and as programs do. Texts come from proposals and files: each is escaped where it enters the page.
struct RecordPage {
    let kind: PublicRecord.Kind
    let record: DataCiteRecord
    let beamline: String?
    let access: PublicAccess
    let rules: FacilityRules
    let cited: CitedAddresses
    /// Where the bytes of an open run are, for programs.
    var distribution: [JSONValue] = []
    /// HTML, for who holds a link.
    var shared = ""

    init(_ found: PublicRecord, rules: FacilityRules) {
        kind = found.kind
        record = found.record
        beamline = found.beamline
        cited = found.cited
        access = PublicAccess(found.record)
        self.rules = rules
    }

    var identifier: String { "\(record.doi)" }
    /// Of this page, as the world knows it.
    var address: String { rules.page(of: identifier) }
    func address(of form: RecordForm) -> String { form == .page ? address : "\(address)/\(form.rawValue)" }
    /// What is cited.
    var resolver: String { cited.address(of: identifier) }
    var title: String { record.titles.first { $0.titleType == nil }?.title ?? identifier }

    /// - Throws: `badRequest` where the record cannot be written in the form.
    func text(in form: RecordForm) throws(CatalogueError) -> String {
        do throws(DataCiteError) {
            switch form {
            case .page: return try html()
            case .dataCiteJSON: return try record.json() + "\n"
            case .dataCiteXML: return try record.xml()
            case .schemaOrg: return SchemaOrg(self).json.line + "\n"
            case .bibTeX: return try record.citation(.bibtex, at: cited.page(of: record)) + "\n"
            case .csl: return try record.citation(.cslJSON, at: cited.page(of: record)) + "\n"
            case .text: return try record.citation(.apa, at: cited.page(of: record)) + "\n"
            }
        } catch {
            throw CatalogueError(.badRequest, error.what, at: identifier, got: error.got, expected: error.expected)
        }
    }

    private func html() throws(DataCiteError) -> String {
        // In a script's element only `<` could end it.
        let data = SchemaOrg(self).json.line.replacing("<", with: "\\u003c")
        let head = """
            <link rel="cite-as" href="\(HTMLText(resolver))">
            <link rel="canonical" href="\(HTMLText(address))">
            <script type="application/ld+json">\(data)</script>

            """
        let citation = try record.citation(.apa, at: cited.page(of: record))
        let body = """
            <header><p>\(HTMLText(record.publisher.name))</p></header>
            <main>
            <p class="kind">\(HTMLText(record.types.resourceType))</p>
            <h1>\(HTMLText(title))</h1>
            <p class="creators">\(creators)</p>
            \(RecordAccessText(self).html)
            \(shared)
            \(paragraphs)
            <section>
            <h2>Cite as</h2>
            <p class="citation">\(HTMLText(citation))</p>
            <p class="forms">\(links(.bibTeX, .csl, .text))</p>
            </section>
            <section>
            <h2>Record</h2>
            <dl>
            \(RecordFacts(self).rows.map { "<dt>\(HTMLText($0.name))</dt><dd>\($0.html)</dd>" }.joined(separator: "\n"))
            </dl>
            <p class="forms">Metadata: \(links(.dataCiteJSON, .dataCiteXML, .schemaOrg))\(RunFormLinks(self).crate)</p>
            \(RunFormLinks(self).files)
            </section>
            </main>
            """
        return WebPage(title: title, body: body, head: head).html
    }

    private var creators: String {
        record.creators.map { party in
            let name = party.spokenName
            guard let identifier = party.nameIdentifiers.first?.nameIdentifier, identifier.hasPrefix("https://") else {
                return "\(HTMLText(name))"
            }
            return "<a href=\"\(HTMLText(identifier))\">\(HTMLText(name))</a>"
        }.joined(separator: ", ")
    }

    private var paragraphs: String {
        record.descriptions.map { description in
            "<p class=\"description\">\(HTMLText(description.description))</p>"
        }.joined(separator: "\n")
    }

    /// On this server: the identifier is one part of it.
    static func path(of identifier: String) -> String { "/datasets/" + identifier.addingPercentEncoding(withAllowed: "-._") }

    /// Of this server, so that they hold behind a proxy too.
    private func links(_ forms: RecordForm...) -> String {
        let own = HTMLText(Self.path(of: identifier))
        return forms.map { "<a href=\"\(own)/\($0.rawValue)\">\($0.title)</a>" }.joined(separator: " · ")
    }
}
