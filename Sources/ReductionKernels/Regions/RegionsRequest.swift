import CKernels
import Diagnostics
import Frames

/// Which regions of interest frames are summed over, and which of their pixels count.
public struct RegionsRequest: Sendable, Equatable {
    /// They may overlap.
    public let regions: [PixelRegion]
    /// Pixels that the static mask leaves. A kernel's bins may have fewer (a range of the curve), but no others.
    public let valid: ValidityBits
    /// Of each region: pixels that the static mask leaves.
    public let pixelCounts: [Int]
    /// Of all regions, by their first pixel: what is left of each, in parts that the kernels can sum.
    let runs: [Run]

    struct Run: Sendable, Equatable {
        let pixels: Range<Int>
        let region: Int
    }

    /// The most regions of a request.
    public static let most = 64

    /// - Throws: `formatMismatch` for more than ``most`` regions or none, two of one name, and for a region or a mask of another detector.
    public init(_ regions: [PixelRegion], valid: ValidityBits) throws(FrameError) {
        guard (1...Self.most).contains(regions.count) else {
            throw FrameError(
                .formatMismatch, "so many regions cannot be summed", got: "\(regions.count)", expected: "1 to \(Self.most)")
        }
        var names: Set<String> = []
        for region in regions {
            guard names.insert(region.name).inserted else {
                throw FrameError(.formatMismatch, "two regions have one name", at: "region '\(region.name)'")
            }
            guard region.shape == regions[0].shape, region.shape.pixelCount == valid.count else {
                throw FrameError(
                    .formatMismatch, "a region is that of another detector", at: "region '\(region.name)'",
                    got: "\(region.shape)", expected: "\(valid.count) pixels, as the mask has")
            }
        }
        var runs: [Run] = []
        for (number, region) in regions.enumerated() {
            for run in region.runs {
                for part in PixelRegion.runs(run, where: { valid[$0] }) {
                    for first in stride(from: part.lowerBound, to: part.upperBound, by: Int(FAISCEAU_REGION_RUN)) {
                        let end = min(first + Int(FAISCEAU_REGION_RUN), part.upperBound)
                        runs.append(Run(pixels: first..<end, region: number))
                    }
                }
            }
        }
        var counts = [Int](repeating: 0, count: regions.count)
        for run in runs { counts[run.region] += run.pixels.count }
        self.regions = regions
        self.valid = valid
        pixelCounts = counts
        self.runs = runs.sorted { ($0.pixels.lowerBound, $0.region) < ($1.pixels.lowerBound, $1.region) }
    }
}
