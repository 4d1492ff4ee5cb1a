import Diagnostics
import Frames

/// The same sums in the plainest way: what the kernels are tested against, and for frames that are decoded anyway.
public enum RegionReference {
    /// - Parameters:
    ///   - pixels: a whole frame of `format`, little-endian, `[slow, fast]`.
    ///   - saturation: values above it are not counted; nil: only what the type excludes.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for one of another size.
    /// - Complexity: O(pixels of the regions).
    public static func sums(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, request: RegionsRequest, saturation: UInt32? = nil
    ) throws(FrameError) -> [RegionSum] {
        let limit = try ValueLimit(format.pixelType, saturation: saturation).largestValid
        guard pixels.count == format.byteCount, request.regions.allSatisfy({ $0.shape == format.shape }) else {
            throw FrameError(
                .formatMismatch, "pixels and regions are not those of one frame",
                got: "\(pixels.count) bytes, regions of \(request.regions.map { "\($0.shape)" })",
                expected: "\(format.byteCount) for \(format)")
        }
        let size = format.pixelType.byteCount
        return request.regions.map { region in
            var (sum, count, maximum): (UInt64, Int, UInt32) = (0, 0, 0)
            for run in region.runs {
                for pixel in run where request.valid[pixel] {
                    let value = PixelBytes.unsigned(pixels, pixel, size: size)
                    guard value <= limit else { continue }
                    sum += UInt64(value)
                    count += 1
                    maximum = max(maximum, value)
                }
            }
            return RegionSum(sum: sum, pixels: count, maximum: count == 0 ? nil : maximum)
        }
    }
}
