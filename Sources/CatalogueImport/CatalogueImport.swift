import Diagnostics

// CatalogueImport: what another catalogue has written down, read into this one. Files are read as bytes from a stranger: piece by piece, with
// limits, each record for itself. What a record says is mapped to a run of ours; when it opens, this catalogue counts anew. No database and
// no clock is touched here: Custody enters the runs.

/// Why a dump, or a record of it, was not taken.
public enum CatalogueImportErrorCode: String, FaultCode {
    /// The file cannot be opened or read, or changed while it was read.
    case unreadable
    /// The bytes are no JSON.
    case notJSON
    /// Deeper, longer or more than is looked at.
    case tooMuch
    /// A field has another type or form than the schema gives it.
    case badField
    /// A record that none of the known kinds describes.
    case unknownRecord
    /// Two records of one identifier, or a part of what is not there.
    case inconsistent

    public var exitStatus: ExitStatus { self == .unreadable ? .environment : .invalidInput }
}

/// An error of this target.
public typealias CatalogueImportError = Fault<CatalogueImportErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}
