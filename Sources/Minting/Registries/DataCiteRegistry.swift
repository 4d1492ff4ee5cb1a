import DataCite
import Identifiers
import JSON

/// DataCite's REST interface (https://support.datacite.org/docs/api), JSON:API 1.0 with HTTP Basic.
///
/// A findable or registered DOI can never be removed again, and nothing is ever removed here. A DOI is sent and compared in small letters, as
/// DataCite keeps it.
public struct DataCiteRegistry: IdentifierRegistry {
    /// The prefixes of the repository, in small letters.
    public let prefixes: Set<String>
    let service: ServiceAddress
    private let login: ServiceLogin
    let exchange: any HTTPExchange
    /// Who asks, for those who run the registry.
    private let agent: String

    public var keepsRecords: Bool { true }

    /// - Parameters:
    ///   - service: `https://api.datacite.org`, or `https://api.test.datacite.org` with an account of its own.
    ///   - prefixes: those of the repository account; a DOI of any other is refused before anyone is asked.
    ///   - agent: the header `User-Agent`; DataCite asks for an address where the facility can be reached.
    /// - Throws: `misconfigured` for a prefix that no DOI has.
    public init(
        service: ServiceAddress, prefixes: Set<String>, login: ServiceLogin, exchange: any HTTPExchange = NetworkExchange(),
        agent: String = "faisceau"
    ) throws(MintingError) {
        for prefix in prefixes where !prefix.hasPrefix("10.") || !Handle.isPrefix(prefix) {
            throw MintingError(.misconfigured, "Not a prefix of DOIs", got: quoted(prefix), expected: "10. and a number")
        }
        guard !prefixes.isEmpty else {
            throw MintingError(.misconfigured, "A repository without a prefix", expected: "at least one, such as 10.5072")
        }
        self.service = service
        self.prefixes = Set(prefixes.map { $0.lowercased() })
        self.login = login
        self.exchange = exchange
        self.agent = agent
    }

    public func reserve(_ pid: Handle) async throws(MintingError) {
        let name = try ours(pid)
        do {
            _ = try await ask(.post, nil, name, ["doi": .string(name)])
        } catch  where error.code == .taken {
            // By ourselves, when the answer to an earlier question was lost; else by one whose drafts we may not see.
            guard try await entry(of: pid) == nil else { return }
            throw error
        }
    }

    public func publish(_ record: RegistryRecord, at address: String) async throws(MintingError) {
        let state = try await put(record, address, event: "publish")
        guard state == .findable else { throw notDone(record.pid, "publish", state, expected: "findable") }
    }

    public func update(_ record: RegistryRecord, at address: String) async throws(MintingError) {
        _ = try await put(record, address, event: nil)
    }

    public func hide(_ pid: Handle, as tombstone: (record: RegistryRecord, address: String)?) async throws(MintingError) {
        let name = try ours(pid)
        // A question with `PUT` would make a draft of what was never there.
        guard try await entry(of: pid) != nil else { return }
        let state: RegistryState
        if let tombstone {
            guard tombstone.record.pid == pid else {
                throw MintingError(
                    .malformed, "The tombstone of another identifier", at: pid.description,
                    got: tombstone.record.pid.description)
            }
            state = try await put(tombstone.record, tombstone.address, event: "hide")
        } else {
            state = try await ask(.put, name, name, ["doi": .string(name), "event": .string("hide")])
        }
        guard state == .registered || state == .draft else {
            throw notDone(pid, "hide", state, expected: "registered, or still a draft")
        }
    }

    public func entry(of pid: Handle) async throws(MintingError) -> RegistryEntry? {
        let name = try ours(pid)
        let address = try service.appending(["dois", name], query: "publisher=true&affiliation=true")
        let answer = try await exchange.send(request(.get, address))
        if try DataCiteAnswer.isAbsence(answer, at: name) { return nil }
        return try DataCiteAnswer.entry(answer, of: name)
    }

    private func put(_ record: RegistryRecord, _ address: String, event: String?) async throws(MintingError) -> RegistryState {
        let name = try ours(record.pid)
        var attributes = record.completed
        attributes["doi"] = .string(name)
        attributes["url"] = .string(address)
        attributes["schemaVersion"] = .string(DataCiteRecord.schemaVersion)
        if let event { attributes["event"] = .string(event) }
        return try await ask(.put, name, name, attributes)
    }

    /// - Parameter path: the DOI in the address, or nil for the collection.
    private func ask(
        _ method: HTTPRequestMessage.Method, _ path: String?, _ name: String, _ attributes: JSONObject
    ) async throws(MintingError) -> RegistryState {
        let address = try service.appending(["dois"] + (path.map { [$0] } ?? []))
        let body: JSONValue = ["data": ["attributes": .object(attributes.sorted), "type": "dois"]]
        let answer = try await exchange.send(request(method, address, body: Array(body.line.utf8)))
        return try DataCiteAnswer.entry(answer, of: name).state
    }

    func request(_ method: HTTPRequestMessage.Method, _ address: ServiceAddress, body: [UInt8] = []) -> HTTPRequestMessage {
        var headers = ["Accept": "application/vnd.api+json", "User-Agent": agent]
        if method != .get { headers["Content-Type"] = "application/vnd.api+json" }
        return HTTPRequestMessage(method, address, headers: headers, body: body, login: login)
    }

    /// The DOI in small letters.
    func ours(_ pid: Handle) throws(MintingError) -> String {
        guard prefixes.contains(pid.prefix.lowercased()) else {
            throw MintingError(
                .prefixForeign, "Not an identifier of this repository", at: pid.description, got: "prefix \(pid.prefix)",
                expected: prefixes.sorted().joined(separator: " or "),
                remedy: "register it where it belongs, or give the prefix to the repository")
        }
        return pid.description.lowercased()
    }

    private func notDone(_ pid: Handle, _ event: String, _ state: RegistryState, expected: String) -> MintingError {
        MintingError(
            .notDone, "DataCite accepted '\(event)' and did not do it", at: pid.description, got: state.rawValue,
            expected: expected, remedy: "look at the DOI in DataCite's own form")
    }
}
