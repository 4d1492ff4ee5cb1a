import Diagnostics

// JSON (RFC 8259): one value, one reader, one place that writes texts. Numbers keep their digits and objects the order of their members, so that
// what was read is written as it was. Bytes come from strangers: a reader has limits, never recurses deeper than they say, and never traps.
// Imports nothing that knows what the bytes are about; whoever asks translates ``JSONError`` into an error of its own.

/// Why bytes were not read.
public enum JSONErrorCode: String, FaultCode {
    /// The bytes are no JSON: where the value ends cannot be told.
    case notJSON
    /// Its end is known, and something within it cannot be: a text that is not UTF-8, half a pair of surrogates, a number that is none, a name
    /// that stands twice in an object.
    case badValue
    /// Deeper, longer or more than the limits allow.
    case tooMuch
    /// The file cannot be opened or read.
    case unreadable
    /// Whoever was handed a part of the value wants no more of it; the cause says why.
    case stopped

    public var exitStatus: ExitStatus { self == .unreadable ? .environment : .invalidInput }
}

/// An error of this target. Its place is the byte, counted from 0, behind the path where there is one.
public typealias JSONError = Fault<JSONErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}
