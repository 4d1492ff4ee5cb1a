import Custody
import Diagnostics
import EmbargoClock
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue
import RunModel

/// Years more, asked and decided over HTTP: below `/api/v3/datasets/{pid}` and `/api/v4/datasets/{pid}`.
///
/// | path | |
/// |---|---|
/// | `GET embargo/extensions` | the requests, for the team and the facility |
/// | `POST embargo/extensions` | `{"reason"}`: 201 with the request |
/// | `POST embargo/extensions/{n}/decision` | `{"decision": "granted" or "refused", "reason"}`: 200; n is the place in the list, from 1 |
///
/// 400 for a blank reason, 403 for who may not, 409 for what the clock does not allow now: one that is pending, a third, after the opening.
struct ExtensionDoor {
    let custodian: Custodian

    private static let mostBytes = 65_536

    /// - Returns: nil for another path.
    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.resource == "datasets", call.word(1) == "embargo", call.word(2) == "extensions" else { return nil }
        switch (call.method, call.parts.count, call.word(4)) {
        case (.get, 3, _): return try await list(call)
        case (.post, 3, _): return try await ask(call)
        case (.post, 5, "decision"?): return try await decide(call, Int(call.parts[3]) ?? 0)
        default: return nil
        }
    }

    private func list(_ call: SciCatCall) async throws -> Response {
        let subject = try await custodian.linked(call.parts[0], for: call.asker.reader)
        let (care, seesDecisions) = try await custodian.care(of: subject, for: call.asker.reader)
        guard seesDecisions else {
            throw HTTPError(.forbidden, message: "What was asked and decided is for the team and the facility")
        }
        let requests = care.record.extensionRequests(at: try await custodian.time.now().now)
        return SciCatAnswer.json(.array(requests.map(Self.json)))
    }

    private func ask(_ call: SciCatCall) async throws -> Response {
        let actor = try call.asker.actor(for: .decide)
        let owner = try await owner(call)
        let body = try await Self.body(call, ["reason"])
        let reason = try Self.text(body, "reason")
        let decision = try await custodian.decide(owner, by: actor) { care throws(CatalogueError) in
            .extensionAsked(reason: reason, proposal: care.proposal == nil ? .absent : .found)
        }
        return try await told(decision, nil, .created)
    }

    private func decide(_ call: SciCatCall, _ number: Int) async throws -> Response {
        let actor = try call.asker.actor(for: .decide)
        let owner = try await owner(call)
        let body = try await Self.body(call, ["decision", "reason"])
        let word = try Self.text(body, "decision")
        guard word == "granted" || word == "refused" else {
            throw SciCatRefusal("decision must be one of granted, refused; got '\(word.prefix(40).printable)'")
        }
        let reason = body["reason"] == nil ? "" : try Self.text(body, "reason")
        let now = try await custodian.time.now().now
        let decision = try await custodian.decide(owner, by: actor) { care throws(CatalogueError) in
            let requests = care.record.extensionRequests(at: now)
            guard let request = requests.first(where: { $0.number == number }) else {
                throw CatalogueError(.notFound, "There is no such request", at: "\(owner)")
            }
            guard request.outcome == .pending else {
                throw CatalogueError(
                    .clockRefuses, "This request was decided, or has lapsed", at: "request \(number)",
                    got: request.outcome.rawValue)
            }
            return word == "granted" ? .extensionGranted : .extensionRefused(reason: reason)
        }
        return try await told(decision, number, .ok)
    }

    /// Who may not know of it is told what is told of an unknown one.
    private func owner(_ call: SciCatCall) async throws -> ClockOwner {
        let subject = try await custodian.linked(call.parts[0], for: call.asker.reader)
        return try await custodian.clockOwner(of: subject, for: call.asker.reader)
    }

    private func told(_ decision: Decision, _ number: Int?, _ status: HTTPResponse.Status) async throws -> Response {
        let requests = decision.record.extensionRequests(at: try await custodian.time.now().now)
        guard let request = number.flatMap({ number in requests.first { $0.number == number } }) ?? requests.last else {
            throw CatalogueError(.damaged, "A request was not entered", at: "\(decision.owner)")
        }
        return SciCatAnswer.json(Self.json(request), status: status)
    }

    private static func json(_ request: ExtensionRequest) -> JSONValue {
        [
            "n": .integer(Int64(request.number)), "reason": .string(request.reason), "state": .string(request.outcome.rawValue),
            "askedAt": .string("\(request.askedAt)"), "askedBy": .string(request.askedBy),
            "decidedAt": JSONValue(request.decidedAt.map { "\($0)" }), "decisionReason": JSONValue(request.decisionReason),
        ]
    }

    private static func body(_ call: SciCatCall, _ known: Set<String>) async throws -> JSONObject {
        let body = try await RequestedBody.json(call.request, most: mostBytes)
        guard let object = body.object else { throw SciCatRefusal("The body must be an object, got \(body.kind)") }
        let unknown = object.members.map(\.key).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.prefix(20).map { "property \($0.prefix(100).printable) should not exist" })
        }
        return object
    }

    private static func text(_ body: JSONObject, _ name: String) throws -> String {
        guard let text = body[name]?.text, text.utf8.count <= 10_000 else {
            throw SciCatRefusal("\(name) must be a text of 10000 bytes at most")
        }
        return text
    }
}
