import Diagnostics

// RunCatalogue: what is known of every run after it was sealed: who may read it, where its files lie, what happened to it. One storage
// protocol in the domain's words (CatalogueStore); SQLite stands behind it first, PostgreSQL beside it later. No file of a run is opened
// here, and nothing is sent over a network.

/// Why the catalogue refused or could not do something.
public enum CatalogueErrorCode: String, FaultCode {
    /// The file is no catalogue: another program's database, or no database.
    case notACatalogue
    /// The catalogue was written by a newer version of this program.
    case newerSchema
    /// Others than the custodian may read or write the file.
    case modeTooOpen
    /// The database says of itself that it is damaged, or a row refers to what is not there.
    case damaged
    /// A row holds a word that this version does not know.
    case unknownValue
    /// The same identifier was handed over with another content.
    case contentDiffers
    /// A history does not fit the record, or itself.
    case historyBroken
    /// The embargo's state machine refuses what was to be decided; `cause` says by which guard.
    case clockRefuses
    /// Somebody else has decided meanwhile: read again, and decide again.
    case changedMeanwhile
    /// The short record may be seen, and this may not.
    case forbidden
    /// A run names a proposal that was not imported: it may be one that was paid for.
    case proposalUnknown
    /// Whoever asked has gone.
    case cancelled
    /// Something of this name exists already.
    case exists
    /// There is no such record, or none that this reader may know of.
    case notFound
    /// The run may be read, and has no such file.
    case noSuchFile
    /// The bytes were purged: their time was over.
    case gone
    /// A request that cannot be: an empty name, a range upside down, a page of no rows.
    case badRequest
    /// Another writer holds the database for longer than we wait.
    case busy
    /// The disk is full, or the file system refuses.
    case storage

    public var exitStatus: ExitStatus {
        switch self {
        case .notACatalogue, .newerSchema, .unknownValue, .contentDiffers, .notFound, .noSuchFile, .gone, .badRequest, .exists:
            .invalidInput
        case .clockRefuses, .forbidden: .refused
        case .damaged, .historyBroken: .verificationFailed
        case .modeTooOpen, .busy, .changedMeanwhile, .cancelled, .proposalUnknown, .storage: .environment
        }
    }

    public var isRetryable: Bool { self == .busy || self == .changedMeanwhile || self == .proposalUnknown }
}

/// An error of this target.
public typealias CatalogueError = Fault<CatalogueErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}
