import Diagnostics

/// `manifest.sha256`: the digest of every file of a run, in the format that `sha256sum -c` reads
/// (GNU coreutils manual, "md5sum invocation": a line with an escaped name begins with a backslash).
public struct Manifest: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        /// 64 small hexadecimal digits.
        public let sha256: String
        /// Relative to the run's folder, `/` between parts.
        public let path: String

        /// - Throws: `badManifest` for a digest that is none, or a path that is absolute or leads out of the run.
        public init(sha256: String, path: String) throws(RunModelError) {
            guard sha256.utf8.count == 64, sha256.allSatisfy({ $0.isASCII && $0.isHexDigit && !$0.isUppercase }) else {
                throw RunModelError(
                    .badManifest, "Not a SHA-256 digest", at: path, got: "'\(sha256.prefix(80))'",
                    expected: "64 small hexadecimal digits")
            }
            guard RunPath.isInside(path) else {
                throw RunModelError(
                    .badManifest, "The path leads out of the run", got: "'\(path.prefix(200).printable)'",
                    expected: "a relative path without '..'")
            }
            self.sha256 = sha256
            self.path = path
        }
    }

    /// Sorted by path.
    public let lines: [Line]

    /// - Throws: `badManifest` when a path stands twice.
    public init(_ lines: [Line]) throws(RunModelError) {
        self.lines = lines.sorted { $0.path < $1.path }
        for (line, next) in zip(self.lines, self.lines.dropFirst()) where line.path == next.path {
            throw RunModelError(.badManifest, "A file stands twice in the manifest", at: line.path)
        }
    }

    /// Reads the text of a manifest.
    /// - Throws: `badManifest` with the number of the line.
    public init(text: String) throws(RunModelError) {
        var lines: [Line] = []
        for (number, row) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
            let isEscaped = row.first == "\\"
            let plain = isEscaped ? row.dropFirst() : row
            let digest = plain.prefix(64)
            let rest = plain.dropFirst(64)
            guard rest.hasPrefix("  ") || rest.hasPrefix(" *") else {
                throw RunModelError(
                    .badManifest, "A line of the manifest cannot be read", at: "line \(number + 1)",
                    got: "'\(row.prefix(100))'", expected: "digest, two spaces, path")
            }
            let path = String(rest.dropFirst(2))
            lines.append(try Line(sha256: String(digest), path: isEscaped ? Self.unescaped(path) : path))
        }
        try self.init(lines)
    }

    public var text: String {
        lines.map { line in
            let escaped = Self.escaped(line.path)
            return "\(escaped == line.path ? "" : "\\")\(line.sha256)  \(escaped)\n"
        }.joined()
    }

    private static func escaped(_ path: String) -> String {
        var result = ""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func unescaped(_ path: String) -> String {
        var result = ""
        var rest = path.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let next = rest.popFirst() else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch next {
            case "n": result += "\n"
            case "r": result += "\r"
            default: result.unicodeScalars.append(next)
            }
        }
        return result
    }
}

/// Paths inside a run.
enum RunPath {
    /// Relative, no empty, `.` or `..` part, no NUL.
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && path.utf8.count <= 4096 && !path.unicodeScalars.contains("\0")
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
