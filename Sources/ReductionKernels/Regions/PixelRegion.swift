import Diagnostics
import Frames

/// Pixels of a frame from one row to another, and from one column to another: half-open ranges of indices from 0.
public struct PixelRectangle: Sendable, Equatable {
    public let slow: Range<Int>
    public let fast: Range<Int>

    public init(slow: Range<Int>, fast: Range<Int>) {
        self.slow = slow
        self.fast = fast
    }
}

/// A region of interest: a named set of a frame's pixels.
public struct PixelRegion: Sendable, Equatable {
    public let name: String
    public let shape: FrameShape
    /// Numbers of its pixels, `[slow, fast]`: in order, and no two runs touch.
    let runs: [Range<Int>]

    /// - Parameter rectangles: of which the region is made; they may overlap.
    /// - Throws: `formatMismatch` for a rectangle without pixels or outside the frame, and for none.
    public init(_ name: String, rectangles: [PixelRectangle], in shape: FrameShape) throws(FrameError) {
        var rows: [Range<Int>] = []
        for rectangle in rectangles {
            let (slow, fast) = (rectangle.slow, rectangle.fast)
            guard !slow.isEmpty, !fast.isEmpty, slow.lowerBound >= 0, fast.lowerBound >= 0, slow.upperBound <= shape.slow,
                fast.upperBound <= shape.fast
            else {
                throw FrameError(
                    .formatMismatch, "a region is not within the frame", at: "region '\(name)'",
                    got: "slow \(slow), fast \(fast)",
                    expected: "ranges that are not empty, within slow \(0..<shape.slow) and fast \(0..<shape.fast)",
                    remedy: "Ranges are half-open: the second number is that of the first pixel behind the region")
            }
            for row in slow { rows.append(row * shape.fast + fast.lowerBound..<row * shape.fast + fast.upperBound) }
        }
        try self.init(name, Self.joined(rows), shape)
    }

    /// - Parameter isInside: of each pixel, `[slow, fast]`.
    /// - Throws: `formatMismatch` for another number of pixels, and for a region without any.
    public init(_ name: String, mask isInside: [Bool], in shape: FrameShape) throws(FrameError) {
        guard isInside.count == shape.pixelCount else {
            throw FrameError(
                .formatMismatch, "a region is that of another detector", at: "region '\(name)'", got: "\(isInside.count) pixels",
                expected: "\(shape.pixelCount) for \(shape)")
        }
        try self.init(name, Self.runs(0..<isInside.count) { isInside[$0] }, shape)
    }

    private init(_ name: String, _ runs: [Range<Int>], _ shape: FrameShape) throws(FrameError) {
        guard !runs.isEmpty else {
            throw FrameError(.formatMismatch, "a region has no pixel", at: "region '\(name)'", expected: "one or more")
        }
        self.name = name
        self.shape = shape
        self.runs = runs
    }

    /// Ranges in any order as ranges that do not touch.
    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = runs.last, range.lowerBound <= last.upperBound {
                runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                runs.append(range)
            }
        }
        return runs
    }

    /// The parts of a range whose pixels are wanted.
    static func runs(_ range: Range<Int>, where isWanted: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for pixel in range {
            switch (isWanted(pixel), start) {
            case (true, nil): start = pixel
            case (false, let first?):
                runs.append(first..<pixel)
                start = nil
            default: break
            }
        }
        if let start { runs.append(start..<range.upperBound) }
        return runs
    }
}
