import Identifiers
import JSON

/// Who makes identifiers known to the world: DataCite, or nobody but ourselves.
///
/// Every deed may be repeated: done twice, it leaves what it leaves done once. An answer that was lost is asked for again by doing the deed again.
/// The deeds for one identifier must come one after the other, in the order in which they were decided.
public protocol IdentifierRegistry: Sendable {
    /// Whether the registry holds records of its own that can be compared with ours.
    var keepsRecords: Bool { get }

    /// Takes the identifier, without telling anyone of it. One that exists already stays in its state.
    func reserve(_ pid: Handle) async throws(MintingError)

    /// Makes it findable, or brings what is findable up to date.
    func publish(_ record: RegistryRecord, at address: String) async throws(MintingError)

    /// Brings record and address up to date in whatever state it is. Where the registry has never heard of it, a draft comes of it.
    func update(_ record: RegistryRecord, at address: String) async throws(MintingError)

    /// Takes it out of all lists; its address still resolves. What was never findable stays as it is.
    ///
    /// - Parameter tombstone: what is said of it from now on, and the page that says so; nil leaves both.
    func hide(_ pid: Handle, as tombstone: (record: RegistryRecord, address: String)?) async throws(MintingError)

    /// What the registry holds, or nil where there is nothing.
    func entry(of pid: Handle) async throws(MintingError) -> RegistryEntry?

    /// Works elsewhere of which the registry has been told that they cite it, each once, in their order.
    func works(citing pid: Handle) async throws(MintingError) -> [DOI]
}

extension IdentifierRegistry {
    public func hide(_ pid: Handle) async throws(MintingError) { try await hide(pid, as: nil) }

    public func state(of pid: Handle) async throws(MintingError) -> RegistryState { try await entry(of: pid)?.state ?? .absent }
}

/// How far an identifier has come at the registry. It never comes back to a draft, and what is no draft is there for ever.
public enum RegistryState: String, Sendable, Hashable, CaseIterable, Codable {
    case absent
    /// Reserved. Resolves nowhere, known to its owner only, may still be removed.
    case draft
    /// Resolves; stands in no list.
    case registered
    /// Resolves, is indexed, is offered to harvesters.
    case findable
}

/// What a registry holds of one identifier.
public struct RegistryEntry: Sendable, Hashable {
    public var state: RegistryState
    public var address: String?
    public var attributes: JSONObject

    public init(state: RegistryState, address: String?, attributes: JSONObject) {
        self.state = state
        self.address = address
        self.attributes = attributes
    }
}

/// The registry of a facility that registers nowhere: the catalogue itself resolves. There is nobody to ask, so nothing fails and nothing is kept.
public struct BuiltInRegistry: IdentifierRegistry {
    public var keepsRecords: Bool { false }

    public init() {}

    public func reserve(_ pid: Handle) async throws(MintingError) {}
    public func publish(_ record: RegistryRecord, at address: String) async throws(MintingError) {}
    public func update(_ record: RegistryRecord, at address: String) async throws(MintingError) {}
    public func hide(_ pid: Handle, as tombstone: (record: RegistryRecord, address: String)?) async throws(MintingError) {}
    public func entry(of pid: Handle) async throws(MintingError) -> RegistryEntry? { nil }
    public func works(citing pid: Handle) async throws(MintingError) -> [DOI] { [] }
}
