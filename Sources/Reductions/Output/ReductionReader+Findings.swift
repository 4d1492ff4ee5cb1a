import Diagnostics
import HDF5

// What was found in each frame beside its bins.

/// What the pixels of one frame come to, as a result has it.
public struct StoredFrameStatistics: Sendable, Equatable {
    /// All but those that the mask and the type of the frames exclude.
    public let pixels: Int
    /// Counts.
    public let sum: UInt64
    /// Counts; nil without a pixel.
    public let maximum: UInt32?
    /// Pixels that are 0.
    public let zeros: Int
    /// Pixels above the saturation.
    public let saturated: Int

    package init(pixels: Int, sum: UInt64, maximum: UInt32?, zeros: Int, saturated: Int) {
        self.pixels = pixels
        self.sum = sum
        self.maximum = maximum
        self.zeros = zeros
        self.saturated = saturated
    }
}

extension ReductionReader {
    private typealias Layout = ReductionLayout

    /// One a row; no pixels for frames that failed or are not there yet. nil for a result whose frames were not measured.
    /// - Throws: `cannotRead`, `unsupported`.
    public func frameStatistics() throws(ReductionFileError) -> [StoredFrameStatistics]? {
        guard let pixels = try column(Layout.framePixels, UInt32.self), let sums = try column(Layout.frameSum, UInt64.self),
            let maxima = try column(Layout.frameMaximum, UInt32.self), let zeros = try column(Layout.frameZeros, UInt32.self),
            let saturated = try column(Layout.frameSaturated, UInt32.self)
        else { return nil }
        return pixels.indices.map {
            StoredFrameStatistics(
                pixels: Int(pixels[$0]), sum: sums[$0], maximum: pixels[$0] == 0 ? nil : maxima[$0], zeros: Int(zeros[$0]),
                saturated: Int(saturated[$0]))
        }
    }

    /// Pixels of a bin that sigma clipping dropped, one number a row; nil for a result without it.
    /// - Throws: `cannotRead`, `unsupported`.
    public func clippedPixels() throws(ReductionFileError) -> [Int]? {
        try column(Layout.frameClipped, UInt32.self)?.map { Int($0) }
    }

    private func column<Number: HDF5Number>(_ name: String, _ type: Number.Type) throws(ReductionFileError) -> [Number]? {
        do throws(HDF5Error) {
            guard try file.root.group(Layout.path(Layout.frames)).hasLink(name) else { return nil }
            let dataset = try file.root.dataset(Layout.path(Layout.frames, name))
            guard case .numbers(let array) = try dataset.value(), let values = array.values(as: Number.self),
                values.count == frameCount
            else { throw HDF5Error(.unsupported, "not a number a frame", at: name) }
            return values
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
    }
}
