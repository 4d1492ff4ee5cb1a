import Diagnostics

/// What can stop a run from being recorded, sealed or verified. A lost frame is none of these: it is counted.
public enum PipelineErrorCode: String, FaultCode {
    /// The output folder is missing, not a folder, or may not be written.
    case outputUnusable
    /// Less space than the run, or its end, needs.
    case noSpace
    /// The group, mode or owner that the beamline asks for cannot be given.
    case rightsUnavailable
    /// A name template that leads outside the output folder, or nowhere.
    case badName
    /// Memory limit of this process below what the pool may take.
    case memoryTooSmall
    /// Writing frames failed; what was acknowledged before is safe.
    case writeFailed
    /// The stream broke before any series began.
    case noSeries
    /// The process that records the run is alive: it seals the run itself.
    case writerLives
    /// A recovery found neither a start message nor a frame.
    case nothingToRecover
    /// The folder is not a run, or its run.json cannot be read.
    case notARun
    /// The NeXus tree breaks a rule that the definition requires.
    case nexusInvalid
    /// Files and what is recorded of them disagree.
    case verificationFailed

    public var exitStatus: ExitStatus {
        switch self {
        case .notARun, .badName, .nothingToRecover: .invalidInput
        case .writerLives: .refused
        case .verificationFailed, .nexusInvalid: .verificationFailed
        default: .environment
        }
    }

    public var isRetryable: Bool { self == .noSpace || self == .noSeries || self == .writerLives }
}

public typealias PipelineError = Fault<PipelineErrorCode>
