import Diagnostics
import Identifiers
import JSON

/// DataCite's events feed: links between works that publishers, other agencies and other repositories have told of.
///
/// Source: https://support.datacite.org/docs/eventdata-guide. An event says subject, relation, object; the works that cite a record are the
/// subjects of those whose object it is. Its own relations, of which it is the subject, are there too: those we have said ourselves.
extension DataCiteRegistry {
    /// With which others cite, of the subject.
    private static let relations = ["cites", "references", "is-supplemented-by"]
    private static let pageSize = 1000
    /// The service tells 10,000 of a question and no more.
    private static let mostPages = 10

    public func works(citing pid: Handle) async throws(MintingError) -> [DOI] {
        let name = try ours(pid)
        var works: [String: DOI] = [:]
        for page in 1...Self.mostPages {
            // The service's own link to the next page leaves out part of some questions.
            let query = [
                "obj-id=\("https://doi.org/\(name)".percentEncodedSegment)",
                "relation-type-id=\(Self.relations.joined(separator: ",").percentEncodedSegment)",
                "page%5Bsize%5D=\(Self.pageSize)", "page%5Bnumber%5D=\(page)",
            ].joined(separator: "&")
            let answer = try await exchange.send(request(.get, service.appending(["events"], query: query)))
            let events = try DataCiteAnswer.events(answer, of: name)
            for event in events where event.cites(name) && Self.relations.contains(event.relation) {
                if let work = event.work { works[work.description.lowercased()] = work }
            }
            if events.count < Self.pageSize { break }
        }
        return works.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// One event of the feed, as far as it matters here.
struct DataCiteEvent {
    let relation: String
    private let subject: String
    private let object: String
    private let isTakenBack: Bool

    /// - Parameter attributes: in whichever spelling of their names: the service has changed it.
    init?(_ attributes: JSONValue) {
        func text(_ hyphened: String, _ joined: String) -> String? { attributes[joined]?.text ?? attributes[hyphened]?.text }
        guard let subject = text("subj-id", "subjId"), let object = text("obj-id", "objId"),
            let relation = text("relation-type-id", "relationTypeId")
        else { return nil }
        (self.subject, self.object, self.relation) = (subject, object, relation)
        isTakenBack = text("message-action", "messageAction") == "delete"
    }

    /// Whether it says that something else cites this DOI, in small letters.
    func cites(_ name: String) -> Bool {
        !isTakenBack && (try? DOI(object))?.description.lowercased() == name && work?.description.lowercased() != name
    }

    /// nil for what has another identifier than a DOI: a page of the web, a person.
    var work: DOI? { try? DOI(subject) }
}
