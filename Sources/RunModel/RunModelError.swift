import Diagnostics

/// What can be wrong with a run's values.
public enum RunModelErrorCode: String, FaultCode {
    /// A run cannot go from this state to that one.
    case illegalMove
    /// A name template holds something that is no placeholder, or gives no name.
    case badTemplate
    /// A time text is not RFC 3339.
    case badTime
    /// A manifest line or path cannot be read, or points outside the run.
    case badManifest
    /// run.json is not what its schema says.
    case badSummary
    /// The status of an ingest is not what its schema says.
    case badStatus
    /// The metadata of a run that is to come are not what their schema says.
    case badArmMetadata

    public var exitStatus: ExitStatus { .invalidInput }
}

public typealias RunModelError = Fault<RunModelErrorCode>
