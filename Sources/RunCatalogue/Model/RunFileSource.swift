/// The files of a run, one after another: a run of a million files is handed over without all of them in memory.
public protocol RunFileSource: Sendable {
    var count: Int64 { get }
    /// Of all files together.
    var bytes: Int64 { get }
    /// All files in the order of the run's pages: the same ones each time, as they are read more than once.
    func forEach(_ body: (RunFile) throws -> Void) throws
}

/// Files that are in memory.
public struct ListedRunFiles: RunFileSource {
    public let files: [RunFile]

    public init(_ files: [RunFile]) { self.files = files }

    public var count: Int64 { Int64(files.count) }
    public var bytes: Int64 { files.reduce(0) { $0 &+ $1.bytes } }
    public func forEach(_ body: (RunFile) throws -> Void) rethrows { try files.forEach(body) }
}
