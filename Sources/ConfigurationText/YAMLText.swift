import Diagnostics
import Foundation
import Yams

/// From a file to the top of its tree, for all configuration files.
public enum YAMLText {
    /// Longest file read: a hundred times a long one.
    public static let maximumBytes = 256 * 1024

    /// The text of a file.
    /// - Parameter what: what messages call it: "beamline file".
    /// - Throws: `unreadable`.
    public static func contents(of path: String, _ what: String) throws(ConfigurationError) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ConfigurationError(
                .unreadable, "The \(what) cannot be opened", at: path, remedy: "Check the path and its rights")
        }
        let data: Data?
        do { data = try handle.read(upToCount: maximumBytes + 1) } catch {
            throw ConfigurationError(.unreadable, "The \(what) cannot be read", at: path, cause: error)
        }
        guard let text = String(data: data ?? Data(), encoding: .utf8) else {
            throw ConfigurationError(.unreadable, "The \(what) is not UTF-8 text", at: path)
        }
        return text
    }

    /// The tree of a text; nil when there is nothing in it.
    /// - Throws: `unreadable` for a text that is too long, `notYAML`.
    public static func compose(_ yaml: String, file: String, _ what: String) throws(ConfigurationError) -> Node? {
        guard yaml.utf8.count <= maximumBytes else {
            throw ConfigurationError(
                .unreadable, "The \(what) is too long", at: file, got: "more than \(maximumBytes) bytes",
                expected: "at most \(maximumBytes)")
        }
        if let bomb = YAMLBomb.found(in: yaml) {
            throw ConfigurationError(
                .notYAML, "The \(what) cannot be read safely", at: "\(file):\(bomb.line)", got: bomb.what,
                expected: "at most \(YAMLBomb.maximumDepth) levels, and no aliases")
        }
        do {
            guard let node = try Yams.compose(yaml: yaml), !YAMLSection.isNull(node) else { return nil }
            return node
        } catch {
            throw ConfigurationError(
                .notYAML, "The \(what) is not YAML", at: file, got: String("\(error)".prefix(300)),
                remedy: "Look at the line it names: indentation, a missing space after ':', an open quote")
        }
    }
}
