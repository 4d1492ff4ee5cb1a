import Custody
import DataCite
import Quantities
import WebText

/// The rows of a page: what a record says, in words.
struct RecordFacts {
    private let page: RecordPage

    init(_ page: RecordPage) { self.page = page }

    /// HTML; a name stands once.
    var rows: [(name: String, html: String)] {
        let record = page.record
        // No DOI is promised that leads nowhere.
        let isResolved = page.cited.isResolved(page.identifier)
        var rows: [(String, String)] = [
            (isResolved ? "DOI" : "Identifier", Self.link(page.resolver, isResolved ? page.resolver : page.identifier))
        ]
        func add(_ name: String, _ texts: [String]) {
            if !texts.isEmpty { rows.append((name, texts.joined(separator: "<br>"))) }
        }
        add("Beamline", page.beamline.map { ["\(HTMLText($0))"] } ?? [])
        add("Collected", record.dates.filter { $0.dateType == .collected }.map { Self.range($0.date) })
        add(
            "Subjects",
            record.subjects.map { subject in
                subject.valueUri.map { Self.link($0, subject.subject) } ?? "\(HTMLText(subject.subject))"
            })
        for (name, relation, kinds) in Self.relations { add(name, related(relation, kinds)) }
        add("Size", record.sizes.map { "\(HTMLText(Self.size($0)))" })
        add("Formats", record.formats.map { "\(HTMLText($0))" })
        add(
            "Other identifiers",
            record.alternateIdentifiers.map { "\(HTMLText("\($0.alternateIdentifier) (\($0.alternateIdentifierType))"))" })
        add(
            "Contributors",
            record.contributors.filter { [.contactPerson, .dataCollector].contains($0.type) }.map {
                "\(HTMLText($0.party.spokenName))"
            })
        add(
            "Funding",
            record.fundingReferences.map {
                "\(HTMLText([$0.funderName, $0.awardNumber].compactMap(\.self).joined(separator: ", ")))"
            })
        add("Publication year", ["\(record.publicationYear)"])
        return rows
    }

    /// With what the other thing is, where one relation stands for two; nil: whatever it is.
    private static let relations: [(String, RelationType, ResourceKind?)] = [
        ("Part of", .isPartOf, nil), ("Parts", .hasPart, nil), ("Instrument", .isCollectedBy, nil),
        ("Sample", .isDerivedFrom, .physicalObject), ("Made from", .isDerivedFrom, .dataset), ("Results", .isSourceOf, nil),
        ("Made with", .isCompiledBy, nil), ("Data management plan", .isDocumentedBy, nil), ("Refers to", .references, nil),
        ("Supplement to", .isSupplementTo, nil), ("Cited by", .isCitedBy, nil), ("Replaces", .obsoletes, nil),
        ("Replaced by", .isObsoletedBy, nil), ("New version of", .isNewVersionOf, nil),
        ("Newer version", .isPreviousVersionOf, nil), ("Same as", .isIdenticalTo, nil),
    ]
    /// A page is to be read.
    private static let mostLinks = 50

    private func related(_ relation: RelationType, _ kind: ResourceKind?) -> [String] {
        let all = page.record.relatedIdentifiers.filter {
            $0.relationType == relation && (kind == nil || $0.resourceTypeGeneral == kind)
        }
        var links = all.prefix(Self.mostLinks).map { one in
            switch one.relatedIdentifierType {
            // What is kept here has its page here, also where the world's resolver does not know of it yet.
            case "DOI" where one.relatedIdentifier.hasPrefix(page.rules.prefix + "/"):
                "<a href=\"\(HTMLText(RecordPage.path(of: one.relatedIdentifier)))\">\(HTMLText(one.relatedIdentifier))</a>"
            case "DOI": Self.link(page.cited.address(of: one.relatedIdentifier), one.relatedIdentifier)
            case "Handle": Self.link("https://hdl.handle.net/\(one.relatedIdentifier)", one.relatedIdentifier)
            case "URL": Self.link(one.relatedIdentifier, one.relatedIdentifier)
            default: "\(HTMLText(one.relatedIdentifier))"
            }
        }
        if all.count > links.count { links.append("and \(all.count - links.count) more: see the metadata") }
        return links
    }

    /// `3360000 bytes` as people read it, with the exact number behind it; another size as it is.
    private static func size(_ text: String) -> String {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[1] == "bytes", let bytes = Int(parts[0]), bytes >= 1000 else { return text }
        return "\(Readable.bytes(bytes)) (\(text))"
    }

    /// `2026-05-05T08:00:00Z/2026-05-05T09:00:00Z`, as people write it.
    private static func range(_ text: String) -> String {
        let ends = text.split(separator: "/").map { String($0.prefix(16)).replacing("T", with: " ") }
        let (first, last) = (ends.first ?? "", ends.last ?? "")
        return "\(HTMLText(first == last ? first : "\(first) to \(last)"))" + (text.hasSuffix("Z") ? " UTC" : "")
    }

    /// Only addresses of the web become links: a record's text may hold any scheme.
    private static func link(_ address: String, _ text: String) -> String {
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return "\(HTMLText(text))" }
        return "<a href=\"\(HTMLText(address))\">\(HTMLText(text))</a>"
    }
}
