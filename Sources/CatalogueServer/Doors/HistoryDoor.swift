import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue
import RunModel

/// `GET datasets/{pid}/history`: what happened to a run, oldest first, each link with the digests that bind it to the one before. The chain is checked
/// on the way.
///
/// To whom it is not the team's or the facility's own, persons and reasons are not told, also after the opening.
struct HistoryDoor {
    let custodian: Custodian

    /// - Returns: nil for another path.
    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get, call.resource == "datasets", call.parts.count == 2, call.word(1) == "history" else {
            return nil
        }
        let reader = call.asker.reader
        let pid = try await custodian.linkedRun(call.parts[0], for: reader)
        let events = try await custodian.store.history(of: pid, scope: custodian.scope(of: reader))
        try await custodian.store.verifyHistory(of: pid, tenant: custodian.rules.tenant)
        return SciCatAnswer.json(.array(events.map(Self.json)))
    }

    private static func json(_ event: HistoryEvent) -> JSONValue {
        [
            "number": .integer(event.number), "action": .string(event.action), "at": .string("\(event.at)"),
            "person": event.person.map(JSONValue.integer) ?? .null, "detail": JSONValue(event.detail),
            "stateDigest": .string(event.stateDigest), "previousDigest": .string(event.previousDigest),
            "digest": .string(event.digest),
        ]
    }
}
