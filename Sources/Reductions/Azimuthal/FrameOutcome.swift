import ReductionKernels
import ScatteringGeometry

/// What became of one frame.
public enum FrameOutcome: Sendable, Equatable {
    case reduced(BinSums, findings: FrameFindings)
    /// Not in the input: lost, or not recorded yet.
    case missing
    /// It does not decode; why, in a sentence. The others go on.
    case failed(String)
}

/// How many frames came to what.
public struct FrameTally: Sendable, Equatable {
    public var reduced = 0
    public var missing = 0
    public var failed = 0

    public init() {}
    public var total: Int { reduced + missing + failed }

    mutating func count(_ outcome: FrameOutcome) {
        switch outcome {
        case .reduced: reduced += 1
        case .missing: missing += 1
        case .failed: failed += 1
        }
    }
}
