import Diagnostics

// DataCite: what is told to the world about a session, a run, a selection of runs, a sample or an instrument, as a value, and its texts in
// the JSON and the XML of DataCite's metadata schema 4.5 (doi:10.14454/g8e5-6293). Nothing is sent, stored or asked here.
//
// What may be told before the data are open, and what only afterwards, are two values (``ShortDescription``, ``FullDescription``): a builder
// looks at the second only in a state that allows it.

/// Why a record was not made or not written.
public enum DataCiteErrorCode: String, FaultCode {
    /// A mandatory property is missing or empty.
    case missing
    /// A text has not the form of its property: a DOI that DataCite does not take, a date, a language, an address.
    case malformed
    /// A character that XML 1.0 has no way to write.
    case characterNotAllowed
    /// The same value twice in a list that is a set.
    case duplicate
    /// Two properties that exclude each other.
    case contradictory
    /// The JSON encoder refused.
    case notWritable

    public var exitStatus: ExitStatus { .invalidInput }
}

/// An error of this target.
public typealias DataCiteError = Fault<DataCiteErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}
