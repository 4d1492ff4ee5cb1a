import Diagnostics
import RunModel

/// One file of a run, a row of its own: a run of a million files is listed in pages.
public struct RunFile: Sendable, Hashable {
    /// Relative to the run's folder.
    public let path: String
    public let role: FileEntry.Role
    public let bytes: Int64
    /// `sha256:…` or `xxh3_128:…`, in lower-case hexadecimal digits; nil when it is not known yet.
    public let digest: String?
    /// When it was changed last, as somebody says who describes it.
    public let changedAt: Timestamp?

    /// - Throws: `badRequest` for a path that leads out of the run, a size below zero, or control characters in the digest.
    public init(
        path: String, role: FileEntry.Role, bytes: Int64, digest: String? = nil, changedAt: Timestamp? = nil
    ) throws(CatalogueError) {
        guard bytes >= 0 else {
            throw CatalogueError(.badRequest, "A file cannot have this size", at: quoted(path), got: "\(bytes) bytes")
        }
        guard digest?.unicodeScalars.contains(where: \.isControl) != true else {
            throw CatalogueError(
                .badRequest, "The digest of a file has control characters in it", at: quoted(path), got: digest.map(quoted))
        }
        do {
            _ = try FileEntry(path: path, role: role, bytes: bytes)
        } catch {
            throw CatalogueError(.badRequest, "A file of the run is none of its files", at: quoted(path), cause: error)
        }
        self.path = path
        self.role = role
        self.bytes = bytes
        self.digest = digest
        self.changedAt = changedAt
    }
}

/// A file as a page shows it.
public struct ListedFile: Sendable, Hashable {
    /// Its place in the run's list, from 0.
    public let position: Int64
    public let file: RunFile
}

/// One page of a run's files.
public struct FilePage: Sendable, Hashable {
    public let files: [ListedFile]
    /// How many files the run has.
    public let total: Int64
    /// Where the next page begins; nil after the last one.
    public let next: Int64?
}
