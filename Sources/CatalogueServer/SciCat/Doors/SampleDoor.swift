import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `samples`: for who may know everything of them.
struct SampleDoor {
    let custodian: Custodian
    private static let most = 10_000

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get, call.parts.count <= 2 else { return nil }
        let scope = try await custodian.scope(of: call.asker.reader)
        if call.parts.count <= 1, RecordLists.words.contains(call.word(0)) {
            let lists = try RecordLists(call, .samples)
            let known = try await custodian.store.samples(scope: scope, limit: Self.most).map {
                Self.json($0, isForTeam: Self.isForTeam($0, scope))
            }
            return lists.answer(call.word(0), known).map { SciCatAnswer.json($0) }
        }
        guard let name = call.parts.first else { return nil }
        guard case .all(let sample) = try await custodian.store.sample(name, scope: scope) else {
            throw HTTPError(
                .forbidden,
                message: "What this sample is opens with its runs; \(custodian.rules.page(of: name)) is its public record")
        }
        guard call.parts.count == 2 else {
            return SciCatAnswer.json(.object(Self.json(sample, isForTeam: Self.isForTeam(sample, scope))))
        }
        guard call.word(1) == "datasets" else { return nil }
        var lists = try await DatasetLists(custodian, call.asker.reader)
        let question = DatasetQuestion([
            .field("sampleIds", .isOne(of: [.string(sample.name)])), .field("ownerGroup", .isOne(of: [.string(sample.team)])),
        ])
        let names: SciCatDataset.Names = call.version == .v3 ? .single : .lists
        return SciCatAnswer.json(.array(try await lists.find(question).map { .object($0.json(names)) }))
    }

    /// Whether a reader is told addresses.
    static func isForTeam(_ sample: SampleRecord, _ scope: ReaderScope) -> Bool {
        scope.readsEverything || scope.teams.contains(sample.team)
    }

    /// What the catalogue itself says among the characteristics.
    static func facts(_ sample: SampleRecord) -> JSONObject {
        var facts: JSONObject = ["igsn": .string(sample.igsn), "registered": .string(sample.registered)]
        if !sample.derivedFrom.isEmpty { facts["derivedFrom"] = JSONValue(sample.derivedFrom) }
        for alternate in sample.alternates { facts[alternate.type] = .string(alternate.identifier) }
        return facts
    }

    /// What clients have said.
    static func characteristics(_ sample: SampleRecord) -> JSONObject {
        sample.stated?.characteristics.flatMap { try? JSONValue(reading: Array($0.utf8)) }?.object ?? [:]
    }

    /// Whether a name among the characteristics is not for clients to write.
    static func isOwn(_ name: String, _ facts: JSONObject) -> Bool {
        ["igsn", "registered", "derivedFrom"].contains(name) || facts[name] != nil
    }

    static func json(_ sample: SampleRecord, isForTeam: Bool) -> JSONObject {
        var facts = Self.facts(sample)
        for member in characteristics(sample).members where facts[member.key] == nil { facts[member.key] = member.value }
        // What looks like the address of a mail is told to no outsider.
        let owner = sample.owner.flatMap { isForTeam || !$0.contains("@") ? $0 : nil } ?? sample.team
        var object: JSONObject = [
            "sampleId": .string(sample.name), "_id": .string(sample.name), "sampleName": .string(sample.name),
            "owner": .string(owner), "ownerGroup": .string(sample.team), "accessGroups": [], "isPublished": false,
            "keywords": JSONValue(sample.keywords), "sampleCharacteristics": .object(facts),
        ]
        object["description"] = sample.description.map { .string($0) }
        object["type"] = sample.stated?.type.map { .string($0) }
        // Names of the group's work, which may be what nobody else knows of.
        if isForTeam {
            object["proposalId"] = sample.stated?.proposal.map { .string($0) }
            object["parentSampleId"] = sample.stated?.parent.map { .string($0) }
        }
        return object
    }
}
