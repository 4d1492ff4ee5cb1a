import Diagnostics
import JSON

/// An error as it travels: the same words, code and exit status wherever the catalogue is.
public struct AnsweredError: Diagnosed {
    public var codeName: String
    public var exitStatus: ExitStatus
    public var isRetryable: Bool
    public var what: String
    public var place: String?
    public var got: String?
    public var expected: String?
    public var remedy: String?
    public var cause: (any Error)? { nil }

    public init(
        code: String, _ what: String, at place: String? = nil, got: String? = nil, expected: String? = nil, remedy: String? = nil,
        exitStatus: ExitStatus, isRetryable: Bool = false
    ) {
        codeName = code
        self.exitStatus = exitStatus
        self.isRetryable = isRetryable
        self.what = what
        self.place = place
        self.got = got
        self.expected = expected
        self.remedy = remedy
    }

    /// One that is told whole.
    public init(_ error: any Diagnosed) {
        self.init(
            code: error.codeName, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy,
            exitStatus: error.exitStatus, isRetryable: error.isRetryable)
    }

    /// `{"error": {"code", "what", …, "retryable"}, "exit_code"}`: as the final object of a command that failed has it.
    public var json: JSONValue {
        var error: JSONObject = ["code": .string(codeName), "what": .string(what)]
        if let place { error["where"] = .string(place) }
        if let got { error["got"] = .string(got) }
        if let expected { error["expected"] = .string(expected) }
        if let remedy { error["next"] = .string(remedy) }
        error["retryable"] = .bool(isRetryable)
        return ["error": .object(error), "exit_code": .integer(Int64(exitStatus.rawValue))]
    }

    /// - Returns: nil for what is none. An exit status that is not known is that of the environment; one that says that all went well is not
    ///   believed of an error.
    public init?(_ json: JSONValue) {
        guard let error = json["error"], let code = error["code"]?.text, let what = error["what"]?.text else { return nil }
        let status = json["exit_code"]?.integer.flatMap { Int32(exactly: $0) }.flatMap(ExitStatus.init(rawValue:))
        self.init(
            code: String(code.prefix(100)), String(what.prefix(4000)), at: Self.text(error, "where"),
            got: Self.text(error, "got"),
            expected: Self.text(error, "expected"), remedy: Self.text(error, "next"),
            exitStatus: status.flatMap { $0 == .done ? nil : $0 } ?? .environment, isRetryable: error["retryable"] == true)
    }

    private static func text(_ error: JSONValue, _ name: String) -> String? {
        error[name]?.text.map { String($0.prefix(4000)) }
    }
}
