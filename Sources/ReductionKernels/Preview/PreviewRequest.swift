import Diagnostics
import Frames

/// How frames are made small: squares of `factor` × `factor` pixels become one.
public struct PreviewRequest: Sendable, Equatable {
    public let frame: FrameShape
    /// Pixels that the static mask leaves. A kernel's bins may have fewer (a range of the curve), but no others.
    public let valid: ValidityBits
    public let factor: Int
    /// Of the preview; the squares at the far ends may be cut.
    public let shape: FrameShape
    /// Of each preview pixel, `[slow, fast]`: pixels that the static mask leaves.
    public let pixelCounts: [UInt32]

    /// - Parameter longestSide: that the preview may have, in pixels; the smallest factor that does it is taken.
    /// - Throws: `formatMismatch` for a mask of another shape, `shapeOutOfRange` for a side that is not positive.
    public init(_ frame: FrameShape, longestSide: Int = 512, valid: ValidityBits) throws(FrameError) {
        guard longestSide > 0 else {
            throw FrameError(.shapeOutOfRange, "a preview has no pixels", got: "\(longestSide) a side", expected: "1 or more")
        }
        let longest = max(frame.slow, frame.fast)
        try self.init(frame, factor: (longest - 1) / longestSide + 1, valid: valid)
    }

    /// - Throws: `formatMismatch` for a mask of another shape, `shapeOutOfRange` for a factor that is not 1 to 65,536.
    public init(_ frame: FrameShape, factor: Int, valid: ValidityBits) throws(FrameError) {
        guard valid.count == frame.pixelCount else {
            throw FrameError(
                .formatMismatch, "a preview was asked for with the mask of another detector", got: "\(valid.count) pixels",
                expected: "\(frame.pixelCount) for \(frame)")
        }
        // More rows of uint16 would not fit into the sums of the columns.
        guard (1...FrameShape.maximumSide).contains(factor) else {
            throw FrameError(
                .shapeOutOfRange, "frames cannot be made small by this factor", got: "\(factor)",
                expected: "1 to \(FrameShape.maximumSide)")
        }
        let shape = try FrameShape(slow: (frame.slow - 1) / factor + 1, fast: (frame.fast - 1) / factor + 1)
        var counts = [UInt32](repeating: 0, count: shape.pixelCount)
        for row in 0..<frame.slow {
            for column in 0..<frame.fast where valid[row * frame.fast + column] {
                counts[row / factor * shape.fast + column / factor] += 1
            }
        }
        self.frame = frame
        self.valid = valid
        self.factor = factor
        self.shape = shape
        pixelCounts = counts
    }

    /// The preview pixel that a pixel of the frame is in.
    func place(of pixel: Int) -> Int { pixel / frame.fast / factor * shape.fast + pixel % frame.fast / factor }
}
