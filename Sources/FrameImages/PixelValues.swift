import Frames

/// Pixels of any type as floats for a picture; NaN stands for "no data".
enum PixelValues {
    /// Reads each pixel once and pools it.
    static func pooled(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, mask: PixelMask?, factor: Int, pooling: PixelPooling
    ) -> PooledPixels {
        func pool(_ value: (Int) -> Float) -> PooledPixels {
            guard let mask else {
                return PooledPixels(
                    slow: format.shape.slow, fast: format.shape.fast, factor: factor, pooling: pooling, value: value)
            }
            return mask.bits.withUnsafeBufferPointer { bits in
                PooledPixels(slow: format.shape.slow, fast: format.shape.fast, factor: factor, pooling: pooling) { pixel in
                    bits[pixel] & PixelMask.invalidBits == 0 ? value(pixel) : .nan
                }
            }
        }
        func integers<Pixel: FixedWidthInteger & BitwiseCopyable>(_ type: Pixel.Type) -> PooledPixels {
            pool { pixel in
                let value = load(pixels, pixel, type)
                return isValid(value) ? Float(value) : .nan
            }
        }
        return switch format.pixelType {
        case .uint8: integers(UInt8.self)
        case .int8: integers(Int8.self)
        case .uint16: integers(UInt16.self)
        case .int16: integers(Int16.self)
        case .uint32: integers(UInt32.self)
        case .int32: integers(Int32.self)
        case .uint64: integers(UInt64.self)
        case .int64: integers(Int64.self)
        case .float32: pool { finite(Float(bitPattern: load(pixels, $0, UInt32.self))) }
        case .float64: pool { finite(Float(Double(bitPattern: load(pixels, $0, UInt64.self)))) }
        }
    }

    /// Safe for every pixel below `pixels.count / size`: callers have compared the size with the format.
    @inline(__always)
    static func load<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ pixel: Int, _ type: Pixel.Type
    ) -> Pixel {
        Pixel(littleEndian: pixels.loadUnaligned(fromByteOffset: pixel &* MemoryLayout<Pixel>.size, as: Pixel.self))
    }

    /// The rule of ``FrameStatistics``: DECTRIS writes the largest value, PILATUS and JUNGFRAU negative ones.
    @inline(__always)
    static func isValid<Pixel: FixedWidthInteger>(_ value: Pixel) -> Bool { Pixel.isSigned ? value >= 0 : value != .max }

    @inline(__always)
    private static func finite(_ value: Float) -> Float { value.isFinite ? value : .nan }
}
