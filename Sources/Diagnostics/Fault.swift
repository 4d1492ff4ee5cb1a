/// The codes of one target's errors; public matching is by code, never by text.
public protocol FaultCode: RawRepresentable<String>, Hashable, Sendable {
    /// The exit status of a command that ends with this error.
    var exitStatus: ExitStatus { get }
    /// Whether the same call may succeed later with nothing changed by the caller (a full disk that was freed, a busy port).
    var isRetryable: Bool { get }
}

extension FaultCode {
    public var exitStatus: ExitStatus { .environment }
    public var isRetryable: Bool { false }
}

/// What every error of Faisceau can say of itself, whatever target it comes from: the command line and the log print this.
public protocol Diagnosed: Error, Sendable, CustomStringConvertible {
    var codeName: String { get }
    var exitStatus: ExitStatus { get }
    var isRetryable: Bool { get }
    var what: String { get }
    var place: String? { get }
    var got: String? { get }
    var expected: String? { get }
    var remedy: String? { get }
    var cause: (any Error)? { get }
}

/// An error: what went wrong, where, what was got, what was expected, and what to do next.
///
/// One shape for all targets, one list of codes a target: `public typealias FrameError = Fault<FrameErrorCode>`, thrown typed.
/// A lost frame is not an error but a fact: it is counted, and never travels as a `Fault` beyond the place that counts it.
public struct Fault<Code: FaultCode>: Diagnosed {
    public let code: Code
    /// What went wrong, as a sentence without its full stop.
    public let what: String
    /// The run, frame, file, HDF5 path, or message field.
    public let place: String?
    public let got: String?
    public let expected: String?
    /// What the reader can do next.
    public let remedy: String?
    public let cause: (any Error)?

    public init(
        _ code: Code, _ what: String, at place: String? = nil, got: String? = nil, expected: String? = nil,
        remedy: String? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.what = what
        self.place = place
        self.got = got
        self.expected = expected
        self.remedy = remedy
        self.cause = cause
    }

    public var codeName: String { code.rawValue }
    public var exitStatus: ExitStatus { code.exitStatus }
    public var isRetryable: Bool { code.isRetryable }
}

extension Diagnosed {
    /// One line: `what (place): got G, expected E. Remedy [cause: …]`.
    public var description: String {
        var line = what
        if let place { line += " (\(place))" }
        switch (got, expected) {
        case (let got?, let expected?): line += ": got \(got), expected \(expected)"
        case (let got?, nil): line += ": got \(got)"
        case (nil, let expected?): line += ": expected \(expected)"
        case (nil, nil): break
        }
        if let remedy { line += ". \(remedy)" }
        if let cause { line += " [cause: \(cause)]" }
        return line
    }
}
