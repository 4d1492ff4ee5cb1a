import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Identifiers
import JSON
import RunCatalogue

/// `POST instruments`, `PATCH instruments/{id}`: for ingestors, who name what they register for, and for the facility, which describes it by the
/// properties of PIDINST (`faisceau instrument import`).
struct InstrumentWriteDoor {
    let custodian: Custodian
    /// Everyone is told of all of it.
    private static let mostBytes = 1 << 16
    private static let passedOver: Set<String> = ["_id", "createdAt", "createdBy", "updatedAt", "updatedBy"]

    func answer(_ call: SciCatCall) async throws -> Response? {
        let isNew = call.method == .post && call.parts.isEmpty
        let isChange = [.patch, .put].contains(call.method) && call.parts.count == 1
        guard isNew || isChange else {
            guard call.method == .delete, call.parts.count == 1 else { return nil }
            _ = try call.asker.actor(for: .ingest)
            throw HTTPError(.forbidden, message: "Records of runs name an instrument by its identifier: none is taken away")
        }
        let actor = try call.asker.actor(for: .ingest)
        var fields = try BodyFields(
            try await RequestedBody.json(call.request, most: Self.mostBytes),
            read: ["pid", "uniqueName", "name", "customMetadata"],
            passedOver: Self.passedOver)
        let (pid, name, unique) = (fields.text("pid"), fields.text("name"), fields.text("uniqueName"))
        let said = fields.body["customMetadata"]
        if let said, said.object == nil { fields.refuse("customMetadata must be an object") }
        if isNew, name == nil, unique == nil { fields.refuse("name should not be empty") }
        try fields.check()
        let draft = InstrumentDraft(
            // By this one runs call it, and it stays.
            name: isNew ? unique ?? name : unique, title: name, pid: pid, customMetadata: said.map(\.line))
        let stored =
            if isNew {
                try await custodian.enterInstrument(draft, by: actor)
            } else {
                try await custodian.changeInstrument(call.parts[0], draft, by: actor)
            }
        return SciCatAnswer.json(.object(InstrumentDoor.json(stored)), status: isNew ? .created : .ok)
    }
}
