/// What was found out about the folder that runs are to be written to.
public struct FolderFacts: Sendable, Hashable {
    /// As the user named it.
    public var path: String
    /// The folder that was tried: the named one, or the nearest one above it that exists.
    public var tried: String
    /// nil: all steps of a run's files went well there.
    public var failure: Failure?
    public var mount: MountTable.Mount?
    public var freeBytes: Int?
    /// nil where the file system does not count them.
    public var freeFiles: Int?
    /// How long it took to make a small file durable; nil when the trial did not get there.
    public var syncSeconds: Double?

    /// The step of the trial that did not work.
    public struct Failure: Sendable, Hashable {
        public let step: TrialStep
        public let reason: String

        public init(_ step: TrialStep, _ reason: String) {
            self.step = step
            self.reason = reason
        }
    }

    public init(
        path: String, tried: String, failure: Failure? = nil, mount: MountTable.Mount? = nil, freeBytes: Int? = nil,
        freeFiles: Int? = nil, syncSeconds: Double? = nil
    ) {
        self.path = path
        self.tried = tried
        self.failure = failure
        self.mount = mount
        self.freeBytes = freeBytes
        self.freeFiles = freeFiles
        self.syncSeconds = syncSeconds
    }
}

/// What a run does to its folder, in this order.
public enum TrialStep: String, Sendable, CaseIterable {
    case makeFolder = "make a folder"
    case createFile = "create a file"
    case write = "write"
    case sync = "make a file durable"
    case rename = "rename a file"
    case readOnly = "make a file read-only"
    case remove = "remove a file"
    case lock = "lock a file"
    case preallocate = "reserve space"
}
