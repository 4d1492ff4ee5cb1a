import RunModel

/// What a registry of identifiers was told last of one. The words are DataCite's.
public enum RegistryWord: String, Sendable, Hashable, CaseIterable {
    case absent, draft, registered, findable
}

/// An identifier that the outside world knows, or will know when it may.
public struct RegisteredIdentifier: Sendable, Hashable {
    public let pid: String
    public let askedAt: Timestamp
    /// Nil before the first time.
    public let state: RegistryWord?
    public let toldAt: Timestamp?
}
