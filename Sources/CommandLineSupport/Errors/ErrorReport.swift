import Diagnostics
import JSON

/// How an error is shown: to a person as a short block, one fact a line; to a program as a JSON object. Both say the same.
public struct ErrorReport: Sendable {
    public let code: String
    public let what: String
    public let place: String?
    public let got: String?
    public let expected: String?
    public let remedy: String?
    /// The errors that led to this one, nearest first.
    public let causes: [String]
    public let isRetryable: Bool
    public let exitStatus: ExitStatus

    /// Any error; those without our shape are shown by their description, as `unexpected`, exit status 1.
    public init(_ error: any Error) {
        guard let diagnosed = error as? any Diagnosed else {
            self.init(CommandLineError(.unexpected, "\(error)"))
            return
        }
        self.init(diagnosed)
    }

    private init(_ error: any Diagnosed) {
        code = error.codeName
        what = error.what
        place = error.place
        got = error.got
        expected = error.expected
        remedy = error.remedy
        isRetryable = error.isRetryable
        exitStatus = error.exitStatus
        var causes: [String] = []
        var next = error.cause
        // A chain is short; the limit is against one that bites its own tail.
        while let cause = next, causes.count < 8 {
            guard let diagnosed = cause as? any Diagnosed else {
                causes.append("\(cause)")
                break
            }
            causes.append(Self.oneLine(diagnosed))
            next = diagnosed.cause
        }
        self.causes = causes
    }

    /// A line a fact, without the final line feed:
    ///
    ///     error: the folder cannot be written
    ///       where:    /data/run_7
    ///       got:      permission denied
    ///       expected: a folder with write permission
    ///       next:     choose another --out, or ask for the rights
    public func block(style: TextStyle) -> String {
        var lines = [style.apply(.error, to: "error:") + " " + Self.folded(what, behind: "\n")]
        func add(_ label: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            let name = (label + ":").padded(to: 10)
            // A fact of several lines (an HDF5 error stack) stays in its column.
            lines.append("  " + style.apply(.faint, to: name) + Self.folded(text, behind: "\n            "))
        }
        add("where", place)
        add("got", got)
        add("expected", expected)
        add("next", remedy)
        for cause in causes { add("cause", cause) }
        return lines.joined(separator: "\n")
    }

    /// Members: `code`, `what`, then those that are known of `where`, `got`, `expected`, `next`, `causes`, and `retryable`.
    public var json: JSONObject {
        var object: JSONObject = ["code": .string(code), "what": .string(what)]
        if let place { object["where"] = .string(place) }
        if let got { object["got"] = .string(got) }
        if let expected { object["expected"] = .string(expected) }
        if let remedy { object["next"] = .string(remedy) }
        if !causes.isEmpty { object["causes"] = JSONValue(causes) }
        object["retryable"] = .bool(isRetryable)
        return object
    }

    /// Each line behind this; what a detector or a file said in them is for eyes, not for the terminal.
    private static func folded(_ text: String, behind margin: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: true).map(\.printable).joined(separator: margin)
    }

    private static func oneLine(_ error: any Diagnosed) -> String {
        var line = error.what
        if let place = error.place { line += " (\(place))" }
        if let got = error.got { line += ": got \(got)" }
        if let expected = error.expected { line += error.got == nil ? ": expected \(expected)" : ", expected \(expected)" }
        return line
    }
}

extension String {
    /// The text with blanks behind it up to `width` characters; longer texts get one blank.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
