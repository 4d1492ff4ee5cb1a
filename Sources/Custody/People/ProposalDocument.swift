import Diagnostics
import Foundation
import RunCatalogue
import RunModel

/// What a facility's user office exports (schemas/proposals.schema.json): proposals with their people and planned sessions.
public struct ProposalDocument: Sendable {
    public struct PlannedSession: Sendable, Hashable {
        public let name: String
        public let beamline: String?
        public let begins: Timestamp?
        public let ends: Timestamp
    }

    public struct Entry: Sendable, Hashable {
        public let proposal: ProposalDescription
        public let sessions: [PlannedSession]
    }

    public static let maximumBytes = 64 << 20
    public let entries: [Entry]

    /// - Throws: `badRequest` with the place in the document.
    public init(json: Data) throws(CatalogueError) {
        guard json.count <= Self.maximumBytes else {
            throw CatalogueError(
                .badRequest, "The list of proposals is too long", got: "\(json.count) bytes",
                expected: "at most \(Self.maximumBytes)")
        }
        do { entries = try JSONDecoder().decode(Form.self, from: json).proposals.map(\.entry) } catch let error as DecodingError {
            throw Self.told(error)
        } catch {
            throw CatalogueError(.badRequest, "The list of proposals cannot be read", got: "\(error)")
        }
        var names = Set<String>()
        for entry in entries where !names.insert(entry.proposal.name).inserted {
            throw CatalogueError(.badRequest, "A proposal is given twice", at: "proposal '\(entry.proposal.name)'")
        }
    }

    private static func told(_ error: DecodingError) -> CatalogueError {
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let at), .valueNotFound(_, let at), .dataCorrupted(let at): context = at
        case .keyNotFound(let key, let at):
            context = .init(codingPath: at.codingPath + [key], debugDescription: "it is not there")
        @unknown default: context = .init(codingPath: [], debugDescription: "\(error)")
        }
        let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return CatalogueError(
            .badRequest, "The list of proposals cannot be read",
            at: place.isEmpty ? "the document" : String(place.drop { $0 == "." }),
            got: String(context.debugDescription.prefix(300)), expected: "schemas/proposals.schema.json")
    }
}

/// The document as it is written; a key that nothing reads is refused, so that a misspelt `orcid` is no missing one.
private struct Form: Decodable {
    let proposals: [ProposalForm]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["schema", "proposals"])
        let schema = try fields.decode(String.self, forKey: .init("schema"))
        guard schema == "faisceau.proposals.1" else {
            throw DecodingError.dataCorruptedError(
                forKey: .init("schema"), in: fields, debugDescription: "'\(schema.prefix(60))', not faisceau.proposals.1")
        }
        proposals = try fields.decode([ProposalForm].self, forKey: .init("proposals"))
    }
}

private struct ProposalForm: Decodable {
    let entry: ProposalDocument.Entry

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict([
            "id", "kind", "title", "abstract", "abstract_public", "team", "persons", "contributors", "funding", "sessions",
        ])
        let kind = try fields.word("kind", ProposalDescription.Kind.self)
        let id = try fields.name("id")
        let team = try fields.decodeIfPresent(String.self, forKey: .init("team"))
        if let team, Account.reservedGroups.contains(team.lowercased()) {
            throw DecodingError.dataCorruptedError(
                forKey: .init("team"), in: fields, debugDescription: "'\(team)' cannot be the name of a team")
        }
        let persons = try fields.decode([PersonForm].self, forKey: .init("persons")).map(\.person)
        entry = ProposalDocument.Entry(
            proposal: ProposalDescription(
                name: id, kind: kind, title: try fields.name("title"),
                abstract: try fields.decodeIfPresent(String.self, forKey: .init("abstract")),
                abstractIsPublic: try fields.decodeIfPresent(Bool.self, forKey: .init("abstract_public")) ?? true, team: team,
                persons: persons,
                contributors: try fields.list("contributors", of: ContributorForm.self, most: 1000).map(\.contributor),
                funding: try fields.list("funding", of: FundingForm.self, most: 100).map(\.funding)),
            sessions: try fields.decodeIfPresent([SessionForm].self, forKey: .init("sessions"))?.map(\.session) ?? [])
    }
}

private struct PersonForm: Decodable {
    let person: TeamPerson

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["role", "family_name", "given_name", "orcid", "email", "affiliation"])
        person = TeamPerson(
            try fields.word("role", TeamPerson.Role.self), try fields.person(),
            affiliation: try fields.decodeIfPresent(AffiliationForm.self, forKey: .init("affiliation"))?.affiliation)
    }
}

private struct SessionForm: Decodable {
    let session: ProposalDocument.PlannedSession

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strict(["name", "beamline", "begins", "ends"])
        let time = { (key: String) throws -> Timestamp? in
            guard let text = try fields.decodeIfPresent(String.self, forKey: .init(key)) else { return nil }
            guard let time = try? Timestamp(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .init(key), in: fields,
                    debugDescription: "'\(text.prefix(60))' is no time such as 2026-05-08T08:00:00Z")
            }
            return time
        }
        guard let ends = try time("ends") else {
            throw DecodingError.keyNotFound(
                AnyKey("ends"), .init(codingPath: decoder.codingPath, debugDescription: "the planned end"))
        }
        session = ProposalDocument.PlannedSession(
            name: try fields.name("name"), beamline: try fields.decodeIfPresent(String.self, forKey: .init("beamline")),
            begins: try time("begins"), ends: ends)
    }
}
