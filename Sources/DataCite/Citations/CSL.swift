import Diagnostics
import Foundation
import Identifiers

/// CSL-JSON: the item of a reference as citation processors read it.
enum CSL {
    /// - Throws: `notWritable`.
    static func list(_ facts: CitationFacts) throws(DataCiteError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode([Item(facts)]), as: UTF8.self) + "\n"
        } catch {
            throw DataCiteError(.notWritable, "The citation cannot be written as JSON", cause: error)
        }
    }

    private struct Item: Encodable {
        let id: String
        let type: String
        let title: String
        let author: [Name]
        let issued: Issued
        let publisher: String
        let version: String?
        let number: String?
        let language: String?
        let genre: String?
        /// Not of a slice: processors that find a DOI make its address themselves, and the fragment would be lost.
        let doi: String?
        let url: String
        let note: String?

        enum CodingKeys: String, CodingKey {
            case id, type, title, author, issued, publisher, version, number, language, genre, note
            case doi = "DOI"
            case url = "URL"
        }

        init(_ facts: CitationFacts) {
            id = facts.address
            type = facts.isData ? "dataset" : "document"
            title = facts.title
            author = facts.authors.map(Name.init)
            issued = Issued(dateParts: [[facts.year]])
            publisher = facts.publisher
            version = facts.version
            number = facts.number
            language = facts.language
            // Processors say themselves that a data set is one.
            genre = facts.isData ? nil : facts.medium
            doi = facts.slice == nil && facts.isResolved ? facts.doi.description : nil
            url = facts.address
            note = facts.frames(dash: "–")
        }
    }

    private struct Issued: Encodable {
        let dateParts: [[Int]]

        enum CodingKeys: String, CodingKey { case dateParts = "date-parts" }
    }

    private struct Name: Encodable {
        var family: String?
        var given: String?
        var literal: String?

        init(_ author: CitationFacts.Author) {
            switch author {
            case .person(let family, let given): (self.family, self.given) = (family, given)
            case .organisation(let name): literal = name
            }
        }
    }
}
