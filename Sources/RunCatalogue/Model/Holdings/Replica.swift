import Diagnostics
import RunModel

/// Copies that are about to be registered.
public struct ReplicaDraft: Sendable, Hashable {
    /// A name for the place, such as `tape` or `second-room`.
    public let store: String
    /// The file of the run, relative to its folder; nil for all of them.
    public let file: String?
    /// Of one file, where the copy lies; of all, the folder below which the copies have the run's own relative paths. Absolute, or as the
    /// store names it.
    public let path: String
    public let state: ReplicaState

    /// - Throws: `badRequest` for an empty name or path, or control characters in them.
    public init(store: String, file: String? = nil, path: String, state: ReplicaState) throws(CatalogueError) {
        guard store.utf8.count <= 200, path.utf8.count <= 4096, path.allSatisfy({ $0 != "\0" }) else {
            throw CatalogueError(.badRequest, "The name of a store or a path is too long", got: quoted(store))
        }
        try checkWritten(names: [store, file, path], at: "copies in \(quoted(store))")
        guard path == "/" || !path.hasSuffix("/") || file == nil else {
            throw CatalogueError(
                .badRequest, "The copy of one file is a file", at: quoted(path), expected: "a path without a slash at its end")
        }
        self.store = store
        self.file = file
        self.path = path
        self.state = state
    }
}

/// A copy of a file.
public struct Replica: Sendable, Hashable {
    /// The file, relative to the run's folder, its size, and its digest where it is known.
    public let file: RunFile
    public let store: String
    /// Where it lies; nil for whoever may not know.
    public let path: String?
    public let state: ReplicaState
    /// When its bytes were last read and digested, UTC seconds.
    public let verifiedAt: Int64?
    /// The digest that was found then.
    public let found: String?
}

/// How the copies of a run in one store divide.
public struct ReplicaShare: Sendable, Hashable {
    public let store: String
    public let state: ReplicaState
    public let files: Int64
    public let bytes: Int64
    /// When the least recently verified one was verified, UTC seconds; nil where one never was.
    public let verifiedSince: Int64?
}

/// Where a list of copies goes on.
public struct ReplicaCursor: Sendable, Hashable {
    public let position: Int64
    let store: Int64

    public init(fromFile position: Int64) {
        self.position = position
        store = .min
    }

    init(position: Int64, store: Int64) {
        self.position = position
        self.store = store
    }
}

public struct ReplicaPage: Sendable, Hashable {
    public let replicas: [Replica]
    public let next: ReplicaCursor?
}

/// What a verification found of one file's copy.
public struct ReplicaFinding: Sendable, Hashable {
    public let file: String
    public let state: ReplicaState
    /// As `RunFile.digest`; nil for one that was not there, or whose size told enough.
    public let found: String?
    /// Whether its bytes were digested, and equal to what was recorded.
    public let isVerified: Bool

    public init(file: String, state: ReplicaState, found: String?, isVerified: Bool) {
        self.file = file
        self.state = state
        self.found = found
        self.isVerified = isVerified
    }
}
