import Diagnostics
import Frames
import ReductionKernels

/// How frames are measured beside their bins: which pixels count, and which of them are saturated.
struct FrameMeasurement: Sendable {
    /// Of kernels that read compressed chunks.
    let request: StatisticsRequest
    /// The same, of decoded frames.
    private let mask: PixelMask

    /// - Parameters:
    ///   - isMasked: `[slow, fast]`, true for pixels that are no measurement in any frame.
    ///   - saturation: larger values are saturated; nil: none is.
    /// - Throws: `notSupported` for frames that are not integers of 1, 2 or 4 bytes, `formatMismatch`.
    init?(_ format: FrameFormat, isMasked: [Bool], saturation: UInt32?) throws(FrameError) {
        // Sums of anything else are not exact.
        guard !format.pixelType.isFloat, format.pixelType.byteCount <= 4 else { return nil }
        // From here on one is saturated.
        let first = saturation.flatMap { $0 == .max ? nil : $0 + 1 }
        request = StatisticsRequest(valid: ValidityBits(isMasked.map { !$0 }), saturation: first)
        mask = try PixelMask(shape: format.shape, bits: isMasked.map { $0 ? PixelMask.Reason.user.rawValue : 0 })
    }

    func measure(_ frame: UnsafeRawBufferPointer, _ format: FrameFormat) throws(FrameError) -> FrameStatistics {
        try FrameStatistics.measure(frame, format: format, mask: mask, saturation: request.saturation.map { Double($0) })
    }
}
