import Diagnostics
import Frames

/// Mean and maximum over frames of a run, in blocks of pixels, masked pixels left out.
///
/// Memory: 24 bytes a block (17 MB for pictures of 870 × 830 blocks), whatever the detector.
public struct FrameSums: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case mean, maximum }

    public let format: FrameFormat
    public private(set) var frameCount = 0
    private let factor: Int
    private let slow: Int
    private let fast: Int
    private var sums: [Double]
    private var counts: [UInt64]
    private var largest: [Float]

    /// Begins with one frame; those that are added must have its format and reduction.
    public init(_ first: ReducedFrame) {
        format = first.format
        factor = first.factor
        slow = first.slow
        fast = first.fast
        sums = first.sums.map(Double.init)
        counts = first.counts.map(UInt64.init)
        largest = first.largest
        frameCount = 1
    }

    /// - Throws: `ImageError` `.size` for a frame of another format or reduction; it is not counted.
    public mutating func add(_ frame: ReducedFrame) throws(ImageError) {
        guard frame.format == format, frame.factor == factor else {
            throw ImageError(
                .size, "a frame of another kind cannot be added", got: "\(frame.format) in blocks of \(frame.factor)",
                expected: "\(format) in blocks of \(factor)")
        }
        for block in sums.indices {
            sums[block] += Double(frame.sums[block])
            counts[block] &+= UInt64(frame.counts[block])
            largest[block] = max(largest[block], frame.largest[block])
        }
        frameCount += 1
    }

    /// Counts a pixel and frame, `[slow, fast]` in blocks; NaN where no pixel ever was valid.
    public func values(_ kind: Kind) -> [Float] {
        switch kind {
        case .mean: sums.indices.map { counts[$0] > 0 ? Float(sums[$0] / Double(counts[$0])) : .nan }
        case .maximum: largest.indices.map { counts[$0] > 0 ? largest[$0] : .nan }
        }
    }

    /// The mean (blocks averaged) or the maximum (the largest of each block: reflections of a whole rotation).
    public func picture(_ kind: Kind, notes: [PNGImage.Note] = []) throws(ImageError) -> PNGImage {
        try Thumbnail.picture(values(kind), slow: slow, fast: fast, notes: notes)
    }
}
