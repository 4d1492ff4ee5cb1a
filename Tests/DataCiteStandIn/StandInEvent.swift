import Foundation
import JSON

/// One link of the events feed: a subject, a relation with small letters and hyphens, an object, both as addresses.
public struct StandInEvent: Sendable {
    public var subject: String
    public var relation: String
    public var object: String
    public var action: String

    public init(_ subject: String, _ relation: String, _ object: String, action: String = "add") {
        self.subject = subject
        self.relation = relation
        self.object = object
        self.action = action
    }

    private var content: JSONValue {
        [
            "id": .string(UUID().uuidString.lowercased()), "type": "events",
            "attributes": [
                "subjId": .string(subject), "objId": .string(object), "sourceId": "crossref", "relationTypeId": .string(relation),
                "total": 1, "messageAction": .string(action),
            ],
        ]
    }

    /// By object and relations, compared letter by letter, in pages of 25 or as many as asked for, 1,000 at the most, and no more than 10,000 of one
    /// question.
    static func answer(_ request: StandInRequest, of events: [StandInEvent]) -> StandInAnswer {
        let items = URLComponents(string: "/?" + request.query)?.queryItems ?? []
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        let relations = value("relation-type-id")?.split(separator: ",").map(String.init)
        let found = events.filter { event in
            (value("obj-id").map { $0 == event.object } ?? true) && (relations?.contains(event.relation) ?? true)
        }
        let size = min(value("page[size]").flatMap { Int($0) } ?? 25, 1000)
        let number = min(max(value("page[number]").flatMap { Int($0) } ?? 1, 1), 10_000 / max(size, 1))
        let page = found.dropFirst((number - 1) * size).prefix(size)
        let pages = size == 0 ? 0 : (min(found.count, 10_000) + size - 1) / size
        let body: JSONValue = [
            "data": .array(page.map(\.content)),
            "meta": [
                "total": .integer(Int64(found.count)), "totalPages": .integer(Int64(pages)), "page": .integer(Int64(number)),
            ],
        ]
        return StandInAnswer(
            status: 200, headers: ["content-type": "application/vnd.api+json; charset=utf-8"], body: Array(body.line.utf8))
    }
}
