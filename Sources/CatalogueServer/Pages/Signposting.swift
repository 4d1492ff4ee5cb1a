import Custody
import DataCite

/// Links of a page for programs (FAIR Signposting, https://signposting.org/FAIR/, level 1; RFC 8288).
struct Signposting {
    let header: String

    init(_ page: RecordPage) {
        var links: [String] = []
        func add(_ address: String, _ relation: String, type: String? = nil) {
            // What cannot stand between the brackets of a header is no address.
            guard !address.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x3C || $0 == 0x3E }) else { return }
            links.append("<\(address)>; rel=\"\(relation)\"" + (type.map { "; type=\"\($0)\"" } ?? ""))
        }
        add(page.resolver, "cite-as")
        for form in RecordForm.allCases where form != .page { add(page.address(of: form), "describedby", type: form.mediaType) }
        add("https://schema.org/AboutPage", "type")
        if page.kind != .instrument, page.kind != .sample { add("https://schema.org/Dataset", "type") }
        for creator in page.record.creators.prefix(20) {
            if let identifier = creator.nameIdentifiers.first?.nameIdentifier { add(identifier, "author") }
        }
        if let licence = page.record.rightsList.first(where: { $0.rightsIdentifierScheme == "SPDX" })?.rightsUri {
            add(licence, "license")
        }
        header = links.joined(separator: ", ")
    }
}
