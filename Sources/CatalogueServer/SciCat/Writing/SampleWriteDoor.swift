import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `POST samples`, `PATCH samples/{id}`: for the group, ingestors of it, and curators.
struct SampleWriteDoor {
    let custodian: Custodian
    private static let mostBytes = 1 << 20
    private static let passedOver: Set<String> = [
        "accessGroups", "instrumentGroup", "isPublished", "datasetsId", "datasetId", "rawDatasetId", "derivedDatasetId",
        "createdAt", "createdBy", "updatedAt", "updatedBy", "_id",
    ]

    func answer(_ call: SciCatCall) async throws -> Response? {
        let isNew = call.method == .post && call.parts.isEmpty
        guard isNew || [.patch, .put].contains(call.method) && call.parts.count == 1 else { return nil }
        let actor = try call.asker.actor(for: .ingest)
        var fields = try BodyFields(
            try await RequestedBody.json(call.request, most: Self.mostBytes),
            read: [
                "sampleId", "sampleName", "ownerGroup", "description", "keywords", "sampleCharacteristics", "owner", "type",
                "proposalId", "parentSampleId",
            ], passedOver: Self.passedOver)
        let draft = Draft(&fields)
        fields.refusePublication("what a sample is opens with its runs")
        return isNew ? try await create(&fields, draft, actor) : try await change(&fields, draft, call, actor)
    }

    /// What is said of a sample.
    private struct Draft {
        let description: String?
        let keywords: [String]?
        let owner: String?
        var stated = SampleRecord.Stated()
        /// As they were sent.
        let characteristics: JSONObject?

        init(_ fields: inout BodyFields) {
            (description, keywords, owner) = (fields.text("description"), fields.texts("keywords"), fields.text("owner"))
            (stated.type, stated.proposal) = (fields.text("type"), fields.text("proposalId"))
            stated.parent = fields.text("parentSampleId")
            characteristics = fields.body["sampleCharacteristics"]?.object
            if let facts = fields.body["sampleCharacteristics"], characteristics == nil, !facts.isEmpty {
                fields.refuse("sampleCharacteristics must be an object")
            }
        }

        /// What the catalogue says of a sample among its characteristics comes back with them, and is not written.
        /// - Parameters:
        ///   - known: what the catalogue says.
        ///   - before: what clients have said.
        mutating func settle(_ fields: inout BodyFields, known: JSONObject, before: JSONObject) {
            guard let characteristics else { return }
            for member in characteristics.members where SampleDoor.isOwn(member.key, known) && member.value != known[member.key] {
                fields.refuse(
                    "sampleCharacteristics: '\(member.key.prefix(80).printable)' is the catalogue's, and does not change here")
            }
            let said = characteristics.filter { !SampleDoor.isOwn($0.key, known) }
            stated.characteristics = said == before ? nil : JSONValue.object(said).line
        }
    }

    private func create(
        _ fields: inout BodyFields, _ draft: Draft, _ actor: Actor
    ) async throws -> Response {
        var draft = draft
        draft.settle(&fields, known: [:], before: [:])
        let (identifier, name) = (fields.text("sampleId"), fields.text("sampleName"))
        let team = fields.needed("ownerGroup")
        // A run knows its sample by one name.
        if let identifier, let name, identifier != name {
            fields.refuse("sampleId and sampleName must be one: runs call a sample by it")
        }
        try fields.check()
        let (sample, _) = try await custodian.enterSample(
            named: identifier ?? name, team: team, description: draft.description, keywords: draft.keywords ?? [],
            stated: draft.stated, owner: draft.owner, by: actor)
        return SciCatAnswer.json(.object(SampleDoor.json(sample, isForTeam: true)), status: .created)
    }

    private func change(
        _ fields: inout BodyFields, _ draft: Draft, _ call: SciCatCall, _ actor: Actor
    ) async throws -> Response {
        let scope = try await custodian.scope(of: call.asker.reader)
        guard case .all(let known) = try await custodian.store.sample(call.parts[0], scope: scope) else {
            throw HTTPError(.forbidden, message: "This sample is another group's")
        }
        for (name, value) in [("sampleId", known.name), ("sampleName", known.name), ("ownerGroup", known.team)] {
            if let text = fields.text(name), text != value { fields.refuse("\(name) does not change") }
        }
        var draft = draft
        draft.settle(&fields, known: SampleDoor.facts(known), before: SampleDoor.characteristics(known))
        try fields.check()
        let isForTeam = SampleDoor.isForTeam(known, scope)
        // As it is told, where nobody has said who owns it.
        let owner = draft.owner == SampleDoor.json(known, isForTeam: isForTeam)["owner"]?.text ? nil : draft.owner
        let sample = try await custodian.changeSample(
            named: known.name, team: known.team, description: draft.description, keywords: draft.keywords, stated: draft.stated,
            owner: owner, by: actor)
        return SciCatAnswer.json(.object(SampleDoor.json(sample, isForTeam: isForTeam)))
    }
}
