import Diagnostics
import Frames

/// The same sums in the plainest way: what the kernels are tested against.
public enum AzimuthalReference {
    /// - Parameter pixels: a whole frame of `format`, little-endian, `[slow, fast]`.
    public static func sums(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, bins: BinTable, saturation: UInt32? = nil
    ) throws(FrameError) -> AzimuthalSums {
        let limit = try ValueLimit(format.pixelType, saturation: saturation).largestValid
        guard pixels.count == format.byteCount, bins.pixelCount == format.pixelCount else {
            throw FrameError(
                .formatMismatch, "pixels and bins are not those of one frame",
                got: "\(pixels.count) bytes, \(bins.pixelCount) bins",
                expected: "\(format.byteCount) and \(format.pixelCount)")
        }
        var sums = AzimuthalSums(binCount: bins.binCount)
        for pixel in 0..<format.pixelCount {
            let bin = bins[pixel]
            guard bin < bins.binCount else { continue }
            let value = PixelBytes.unsigned(pixels, pixel, size: format.pixelType.byteCount)
            if value > limit {
                sums.excluded[bin] += 1
                sums.excludedPixels.append(UInt32(truncatingIfNeeded: pixel))
            } else {
                sums.signal[bin] += UInt64(value)
                sums.zeros[bin] += value == 0 ? 1 : 0
            }
        }
        return sums
    }
}

enum PixelBytes {
    /// Pixel number `pixel` as an unsigned integer of `size` bytes.
    static func unsigned(_ pixels: UnsafeRawBufferPointer, _ pixel: Int, size: Int) -> UInt32 {
        switch size {
        case 1: UInt32(pixels[pixel])
        case 2: UInt32(UInt16(littleEndian: pixels.loadUnaligned(fromByteOffset: 2 * pixel, as: UInt16.self)))
        default: UInt32(littleEndian: pixels.loadUnaligned(fromByteOffset: 4 * pixel, as: UInt32.self))
        }
    }
}
