import Foundation
import JSON
import Minting
import Synchronization

/// The service without the network: a question in, an answer out.
public final class StandInService: Sendable {
    private struct State {
        var entries: [String: StandInEntry] = [:]
        var log: [String] = []
        var events: [StandInEvent] = []
    }
    private let repositories: [StandInRepository]
    private let state = Mutex(State())

    public init(repositories: [StandInRepository]) { self.repositories = repositories }

    /// What it keeps, by DOI in small letters.
    public var entries: [String: StandInEntry] { state.withLock { $0.entries } }
    /// Each question that was looked at: `PUT /dois/10.5072%2Fx 200`.
    public var log: [String] { state.withLock { $0.log } }

    /// Somebody changes a record in DataCite's own form, behind our back.
    public func tamper(_ doi: String, _ change: @Sendable (inout JSONObject, inout String?) -> Void) {
        state.withLock { state in
            guard var entry = state.entries[doi.lowercased()] else { return }
            change(&entry.attributes, &entry.url)
            state.entries[doi.lowercased()] = entry
        }
    }

    /// Somebody tells DataCite how works stand to each other.
    public func tell(_ events: [StandInEvent]) { state.withLock { $0.events += events } }

    /// A state that came about behind our back; nil: DataCite has lost it.
    public func set(_ doi: String, state new: String?) {
        state.withLock { state in
            if let new { state.entries[doi.lowercased()]?.state = new } else { state.entries[doi.lowercased()] = nil }
        }
    }

    public func answer(_ request: StandInRequest) -> StandInAnswer {
        let answer = decide(request)
        state.withLock { $0.log.append("\(request.method) \(request.path) \(answer.status)") }
        return answer
    }

    private enum Asker {
        case nobody
        case repository(StandInRepository)
    }

    private func decide(_ request: StandInRequest) -> StandInAnswer {
        guard let asker = asker(request.headers["authorization"]) else { return Self.refusal(401, "The credentials are wrong.") }
        if request.path == "/events", request.method == "GET" {
            return StandInEvent.answer(request, of: state.withLock { $0.events })
        }
        guard request.path == "/dois" || request.path.hasPrefix("/dois/") else { return Self.absent }
        let name = request.path.dropFirst("/dois/".count).removingPercentEncoding?.lowercased()
        guard let name else { return Self.refusal(400, "The address cannot be read.") }
        switch (request.method, name.isEmpty) {
        case ("POST", true): return save(nil, request, asker)
        case ("PUT", false), ("PATCH", false): return save(name, request, asker)
        case ("GET", false): return show(name, request, asker)
        case ("DELETE", false): return remove(name, asker)
        default: return Self.absent
        }
    }

    /// Nil for a login that is wrong; without any, what is public may be read.
    private func asker(_ authorization: String?) -> Asker? {
        guard let authorization else { return .nobody }
        let words = authorization.split(separator: " ")
        guard words.count == 2, words[0] == "Basic", let data = Data(base64Encoded: String(words[1])) else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        return repositories.first { "\($0.name):\($0.password)" == text }.map { .repository($0) }
    }

    private func show(_ name: String, _ request: StandInRequest, _ asker: Asker) -> StandInAnswer {
        guard let entry = entries[name] else { return Self.absent }
        if entry.state != "findable" {
            // Of what is no one else's business it is not even said that it is there.
            guard case .repository(let repository) = asker, repository.name == entry.owner else { return Self.absent }
        }
        return Self.content(200, entry, request)
    }

    private func remove(_ name: String, _ asker: Asker) -> StandInAnswer {
        state.withLock { state in
            guard let entry = state.entries[name] else { return Self.absent }
            guard case .repository(let repository) = asker else { return Self.refusal(401, "The credentials are wrong.") }
            guard repository.name == entry.owner else { return Self.refusal(403, "This is not allowed to this account.") }
            guard entry.state == "draft" else {
                var answer = Self.refusal(405, "What is registered is not removed.")
                answer.headers["allow"] = "HEAD, GET, POST, PATCH, PUT, OPTIONS"
                return answer
            }
            state.entries[name] = nil
            return StandInAnswer(status: 204)
        }
    }

    private func save(_ name: String?, _ request: StandInRequest, _ asker: Asker) -> StandInAnswer {
        guard case .repository(let repository) = asker else { return Self.refusal(401, "The credentials are wrong.") }
        let type = request.headers["content-type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard ["application/vnd.api+json", "application/json"].contains(type),
            let given = try? JSONValue(reading: request.body)["data"]?["attributes"]?.object
        else { return Self.refusal(400, "The body is not of the form of JSON:API.") }
        guard let doi = name ?? given["doi"]?.text?.lowercased() ?? given["prefix"]?.text.map(Self.draw) else {
            return Self.refusal(403, "This is not allowed to this account.")
        }
        return state.withLock { state in
            let existing = state.entries[doi]
            guard let existing else {
                guard repository.prefixes.contains(String(doi.prefix { $0 != "/" })) else {
                    return Self.refusal(403, "This is not allowed to this account.")
                }
                return Self.keep(StandInEntry(doi: doi, owner: repository.name), given, isNew: true, repository, request, &state)
            }
            guard name != nil else { return Self.refusal([.init(source: "doi", title: "This DOI has already been taken")], doi) }
            guard existing.owner == repository.name else { return Self.refusal(403, "This is not allowed to this account.") }
            return Self.keep(existing, given, isNew: false, repository, request, &state)
        }
    }

    private static func keep(
        _ old: StandInEntry, _ given: JSONObject, isNew: Bool, _ repository: StandInRepository,
        _ request: StandInRequest,
        _ state: inout State
    ) -> StandInAnswer {
        var entry = old
        entry.merge(given)
        entry.apply(given["event"]?.text)
        let complaints = StandInRules.complaints(
            doi: entry.doi, isNew: isNew, url: entry.url, attributes: entry.attributes, isPublic: entry.isPublic,
            repository: repository)
        guard complaints.isEmpty else { return refusal(complaints, entry.doi) }
        entry.version += 1
        state.entries[entry.doi] = entry
        return content(isNew ? 201 : 200, entry, request)
    }

    /// A suffix of DataCite's own: digits and letters of base 32, in fours.
    private static func draw(_ prefix: String) -> String {
        let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let digits = (0..<8).map { _ in letters[Int.random(in: 0..<32)] }
        return "\(prefix)/\(String(digits[..<4]))-\(String(digits[4...]))"
    }

    private static let absent = refusal(404, "There is no such thing here.")

    private static func refusal(_ status: Int, _ title: String) -> StandInAnswer {
        json(status, .object(["errors": .array([.object(["status": .string("\(status)"), "title": .string(title)])])]))
    }

    /// One complaint a property, as the real one gives them.
    private static func refusal(_ complaints: [StandInRules.Complaint], _ doi: String) -> StandInAnswer {
        var sources: Set<String> = []
        let errors = complaints.filter { sources.insert($0.source).inserted }.map {
            JSONValue.object(["source": .string($0.source), "title": .string($0.title), "uid": .string(doi)])
        }
        return json(422, .object(["errors": .array(errors)]))
    }

    private static func content(_ status: Int, _ entry: StandInEntry, _ request: StandInRequest) -> StandInAnswer {
        let wishes = Set(request.query.split(separator: "&"))
        return json(
            status,
            .object([
                "data": entry.content(
                    publisherInFull: wishes.contains("publisher=true"), affiliationInFull: wishes.contains("affiliation=true"))
            ]))
    }

    private static func json(_ status: Int, _ value: JSONValue) -> StandInAnswer {
        StandInAnswer(
            status: status, headers: ["content-type": "application/vnd.api+json; charset=utf-8"], body: Array(value.line.utf8))
    }
}
