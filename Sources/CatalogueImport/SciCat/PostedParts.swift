import Diagnostics
import JSON
import RunCatalogue
import RunModel

/// Parts of SciCat's records as they are sent one by one: read as those of a dump are.
public enum PostedParts {
    /// An entry of a `dataFileList`.
    /// - Parameter time: what a text says of when the file was changed.
    /// - Throws: `badField`, or what the catalogue says of it.
    public static func file(
        _ element: JSONValue, in folder: String?, algorithm: String?, at place: String, time: (String) throws -> Timestamp?
    ) throws -> RunFile {
        try SciCatFiles.file(element, in: folder, algorithm: algorithm, at: place, time: time)
    }

    /// An attachment; nil for one without a picture.
    /// - Parameter number: which of the run's it is, for one that has no name.
    public static func attachment(_ tree: JSONValue, number: Int, at place: String) throws -> Attachment? {
        try SciCatAttachments.draft(tree, number: number, at: place)?.attachment()
    }

    /// A tree of metadata as values below a prefix, and what of it was not taken, in words.
    public static func values(
        _ trees: [(tree: JSONValue?, prefix: String)], texts: [(key: String, text: String?)]
    ) -> (values: [MetadataValue], lost: [String]) {
        var reader = SciCatValues(names: [:])
        for (key, text) in texts { reader.add(key, text: text) }
        for (tree, prefix) in trees { reader.add(tree, below: prefix) }
        return (reader.values, reader.lost.map { "'\($0.key.prefix(100).printable)': \($0.why)" })
    }
}
