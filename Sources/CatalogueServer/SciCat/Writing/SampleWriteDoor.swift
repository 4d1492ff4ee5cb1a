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
        "owner", "accessGroups", "instrumentGroup", "isPublished", "proposalId", "parentSampleId", "type", "datasetsId",
        "datasetId",
        "rawDatasetId", "derivedDatasetId", "createdAt", "createdBy", "updatedAt", "updatedBy", "_id",
    ]

    func answer(_ call: SciCatCall) async throws -> Response? {
        let isNew = call.method == .post && call.parts.isEmpty
        guard isNew || [.patch, .put].contains(call.method) && call.parts.count == 1 else { return nil }
        let actor = try call.asker.actor(for: .ingest)
        var fields = try BodyFields(
            try await RequestedBody.json(call.request, most: Self.mostBytes),
            read: ["sampleId", "sampleName", "ownerGroup", "description", "keywords", "sampleCharacteristics"],
            passedOver: Self.passedOver)
        let description = fields.text("description")
        let keywords = fields.texts("keywords")
        if let facts = fields.body["sampleCharacteristics"], !facts.isEmpty {
            fields.refuse(
                "sampleCharacteristics are not kept with a sample here: they belong into the scientificMetadata of its datasets")
        }
        return isNew
            ? try await create(&fields, description, keywords, actor)
            : try await change(&fields, description, keywords, call, actor)
    }

    private func create(
        _ fields: inout BodyFields, _ description: String?, _ keywords: [String]?, _ actor: Actor
    ) async throws -> Response {
        let (identifier, name) = (fields.text("sampleId"), fields.text("sampleName"))
        let team = fields.needed("ownerGroup")
        // A run knows its sample by one name.
        if let identifier, let name, identifier != name {
            fields.refuse("sampleId and sampleName must be one: runs call a sample by it")
        }
        try fields.check()
        let (sample, _) = try await custodian.enterSample(
            named: identifier ?? name, team: team, description: description, keywords: keywords ?? [], by: actor)
        return SciCatAnswer.json(.object(SampleDoor.json(sample)), status: .created)
    }

    private func change(
        _ fields: inout BodyFields, _ description: String?, _ keywords: [String]?, _ call: SciCatCall, _ actor: Actor
    ) async throws -> Response {
        let scope = try await custodian.scope(of: call.asker.reader)
        guard case .all(let known) = try await custodian.store.sample(call.parts[0], scope: scope) else {
            throw HTTPError(.forbidden, message: "This sample is another group's")
        }
        for (name, value) in [("sampleId", known.name), ("sampleName", known.name), ("ownerGroup", known.team)] {
            if let text = fields.text(name), text != value { fields.refuse("\(name) does not change") }
        }
        try fields.check()
        let sample = try await custodian.changeSample(
            named: known.name, team: known.team, description: description, keywords: keywords, by: actor)
        return SciCatAnswer.json(.object(SampleDoor.json(sample)))
    }
}
