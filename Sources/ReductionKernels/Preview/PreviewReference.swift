import Diagnostics
import Frames

/// The same preview in the plainest way: what the kernels are tested against.
public enum PreviewReference {
    /// - Parameters:
    ///   - pixels: a whole frame of `format`, little-endian, `[slow, fast]`.
    ///   - saturation: values above it are not counted; nil: only what the type excludes.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for one of another size.
    public static func image(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, request: PreviewRequest, saturation: UInt32? = nil
    ) throws(FrameError) -> PreviewImage {
        let limit = try ValueLimit(format.pixelType, saturation: saturation).largestValid
        guard pixels.count == format.byteCount, request.frame == format.shape else {
            throw FrameError(
                .formatMismatch, "pixels and preview are not those of one frame", got: "\(pixels.count) bytes, \(request.frame)",
                expected: "\(format.byteCount) for \(format)")
        }
        var sums = [UInt64](repeating: 0, count: request.shape.pixelCount)
        var counts = [UInt32](repeating: 0, count: request.shape.pixelCount)
        for row in 0..<format.shape.slow {
            for column in 0..<format.shape.fast {
                let pixel = row * format.shape.fast + column
                let value = PixelBytes.unsigned(pixels, pixel, size: format.pixelType.byteCount)
                guard request.valid[pixel], value <= limit else { continue }
                let place = row / request.factor * request.shape.fast + column / request.factor
                sums[place] += UInt64(value)
                counts[place] += 1
            }
        }
        return PreviewImage(shape: request.shape, factor: request.factor, sums: sums.map { Float($0) }, pixelCounts: counts)
    }
}
