import Diagnostics

/// Why a frame, a chunk or a request about them was refused.
public enum FrameErrorCode: String, FaultCode {
    /// A shape outside 1…65,536 pixels a side.
    case shapeOutOfRange
    /// Pixels, a mask or a buffer whose size or type is not that of the frame format.
    case formatMismatch
    /// A chunk that ends before its own framing says so.
    case chunkTruncated
    /// A chunk whose framing is complete but contradicts itself or the frame format.
    case chunkFramingInvalid
    /// A chunk whose compressed bytes do not decode to the number of pixels announced.
    case chunkCorrupt
    /// An output buffer smaller than the result.
    case bufferTooSmall
    /// A pixel type, encoding or level that this codec does not offer.
    case notSupported
    /// A frame that carries no stamp of ours, or a damaged one.
    case stampMissing
    /// `FAISCEAU_ISA` names no instruction level.
    case instructionLevelUnknown
    /// `FAISCEAU_ISA` names an instruction level that this processor lacks.
    case instructionLevelUnavailable
    /// The system gave no memory or no semaphore.
    case systemResource
}

public typealias FrameError = Fault<FrameErrorCode>
