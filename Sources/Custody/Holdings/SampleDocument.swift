import Diagnostics
import Foundation
import Identifiers
import RunCatalogue

/// Samples as a team describes them (schemas/samples.schema.json).
public struct SampleDocument: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        /// By which the team's runs call it.
        public let name: String
        /// Whose team it belongs to.
        public let proposal: String
        /// One that it has already; without, one is drawn.
        public let igsn: String?
        public let description: String?
        public let keywords: [String]
        /// IGSNs of the samples that it was taken from.
        public let derivedFrom: [String]
        public let alternates: [SampleRecord.Alternate]
    }

    public static let maximumBytes = 16 << 20
    public let entries: [Entry]

    /// - Throws: `badRequest` with the place in the document.
    public init(json: Data) throws(CatalogueError) {
        let tree = try DocumentObject(
            json, "The list of samples", most: Self.maximumBytes, expected: "schemas/samples.schema.json")
        try tree.keys(["schema", "samples"])
        guard try tree.text("schema") == "faisceau.samples.1" else {
            throw tree.refused("/schema", "Not a list of samples that is read", expected: "faisceau.samples.1")
        }
        var entries: [Entry] = []
        var names = Set<[String]>()
        for sample in try tree.objects("samples") {
            try sample.keys(["name", "proposal", "igsn", "description", "keywords", "derived_from", "alternate_identifiers"])
            var alternates: [SampleRecord.Alternate] = []
            for alternate in try sample.objects("alternate_identifiers") {
                try alternate.keys(["identifier", "type"])
                alternates.append(
                    SampleRecord.Alternate(
                        identifier: try alternate.needed("identifier"), type: try alternate.needed("type")))
            }
            let entry = Entry(
                name: try sample.needed("name"), proposal: try sample.needed("proposal"), igsn: try sample.igsn("igsn"),
                description: try sample.text("description"), keywords: try sample.texts("keywords"),
                derivedFrom: try sample.igsns("derived_from"), alternates: alternates)
            guard names.insert([entry.proposal, entry.name]).inserted else {
                throw sample.refused("/name", "A sample is given twice", expected: "one of each name and proposal")
            }
            entries.append(entry)
        }
        self.entries = entries
    }
}

extension DocumentObject {
    fileprivate func igsn(_ key: String) throws(CatalogueError) -> String? {
        guard let text = try text(key) else { return nil }
        return try parsed(text, "/\(key)")
    }

    fileprivate func igsns(_ key: String) throws(CatalogueError) -> [String] {
        var list: [String] = []
        for (index, text) in try texts(key).enumerated() { list.append(try parsed(text, "/\(key)/\(index)")) }
        return list
    }

    private func parsed(_ text: String, _ place: String) throws(CatalogueError) -> String {
        do { return try IGSN(text).description } catch {
            throw refused(place, error.what, expected: error.expected ?? "an IGSN", got: "'\(text.prefix(80).printable)'")
        }
    }
}
