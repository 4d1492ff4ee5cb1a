import Diagnostics
import Frames

/// Which pixels had a valid value in any frame: what can be told of gaps and dead pixels when nobody sent a mask.
public struct ValidPixels: Sendable {
    public let format: FrameFormat
    public private(set) var frameCount = 0
    /// 1 where a value was valid, `[slow, fast]`; bytes, because this loop runs over every pixel.
    private var flags: [UInt8]

    public init(format: FrameFormat) {
        self.format = format
        flags = [UInt8](repeating: 0, count: format.pixelCount)
    }

    /// - Parameter pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    /// - Throws: `ImageError` `.size` for another number of bytes.
    public mutating func add(_ pixels: UnsafeRawBufferPointer) throws(ImageError) {
        guard pixels.count == format.byteCount else {
            throw ImageError(
                .size, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        switch format.pixelType {
        case .uint8: mark(pixels, UInt8.self, PixelValues.isValid)
        case .uint16: mark(pixels, UInt16.self, PixelValues.isValid)
        case .uint32: mark(pixels, UInt32.self, PixelValues.isValid)
        case .uint64: mark(pixels, UInt64.self, PixelValues.isValid)
        case .int8: mark(pixels, Int8.self, PixelValues.isValid)
        case .int16: mark(pixels, Int16.self, PixelValues.isValid)
        case .int32: mark(pixels, Int32.self, PixelValues.isValid)
        case .int64: mark(pixels, Int64.self, PixelValues.isValid)
        case .float32: mark(pixels, UInt32.self) { Float(bitPattern: $0).isFinite }
        case .float64: mark(pixels, UInt64.self) { Double(bitPattern: $0).isFinite }
        }
        frameCount += 1
    }

    /// `[slow, fast]`.
    public func neverValid() -> [Bool] { flags.map { $0 == 0 } }

    @inline(__always)
    private mutating func mark<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ type: Bits.Type, _ isValid: (Bits) -> Bool
    ) {
        flags.withUnsafeMutableBufferPointer { flags in
            for pixel in 0..<flags.count { flags[pixel] |= isValid(PixelValues.load(pixels, pixel, type)) ? 1 : 0 }
        }
    }
}
