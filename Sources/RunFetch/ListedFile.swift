import Diagnostics
import JSON

/// A file as the server lists it; nothing of it is believed before it was checked.
public struct ListedFile: Sendable, Hashable {
    public let path: String
    public let bytes: Int64
    /// `sha256:…` or `xxh3_128:…`; nil where none is known.
    public let digest: String?

    public init(path: String, bytes: Int64, digest: String?) {
        self.path = path
        self.bytes = bytes
        self.digest = digest
    }

    /// What goes on with bytes that are there already names what they are to be: the server's own tag of the file.
    var tag: String? { digest.map { "\"\($0)\"" } }

    /// The parts of a way that stays below where it begins.
    /// - Throws: `unsafeName`.
    func way() throws(FetchError) -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isPlain =
            !path.isEmpty && path.utf8.count <= 4096 && !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isPlain else {
            throw FetchError(
                .unsafeName, "A name leads out of the folder into which files are fetched, or is none", got: quoted(path),
                expected: "a relative path without . and ..", remedy: "Nothing is written under it; tell who keeps the catalogue")
        }
        guard parts.last?.hasSuffix(PartFile.suffix) != true else {
            throw FetchError(
                .unsafeName, "A name ends as those of files that are not whole yet", got: quoted(path),
                expected: "none that ends in \(PartFile.suffix)")
        }
        return parts
    }

    /// Whether somebody asked for it: by its name, or by that of a folder that it is in.
    func isAmong(_ paths: [String]) -> Bool {
        paths.isEmpty
            || paths.contains { asked in
                let asked = asked.hasSuffix("/") ? String(asked.dropLast()) : asked
                return path == asked || path.hasPrefix(asked + "/")
            }
    }
}

/// One page of the list.
struct FileListPage {
    let files: [ListedFile]
    let total: Int64
    /// Of all files together.
    let bytes: Int64
    let next: Int64?

    /// - Returns: nil for what is no such list.
    init?(_ value: JSONValue, after position: Int64) {
        guard let list = value["files"]?.list, let total = value["total"]?.integer, total >= 0,
            let bytes = value["size"]?.integer,
            bytes >= 0
        else { return nil }
        var files: [ListedFile] = []
        for file in list {
            guard let path = file["path"]?.text, let size = file["size"]?.integer, size >= 0 else { return nil }
            files.append(ListedFile(path: path, bytes: size, digest: file["digest"]?.text))
        }
        (self.files, self.total, self.bytes) = (files, total, bytes)
        next = value["next"]?.integer
        // A list that leads back has no end.
        if let next, next <= position || files.isEmpty { return nil }
    }
}
