import Diagnostics
import Frames

/// A frame in blocks of pixels: sum, largest and number of the valid pixels of each. All pictures are made of these, so that a frame of
/// 16 million pixels is read once, and what is kept of it is as large as the picture.
public struct ReducedFrame: Sendable {
    public let format: FrameFormat
    /// Pixels along a block's side; a block at the end of a row or column has those that are left.
    public let factor: Int
    /// Number of blocks.
    public let slow: Int
    public let fast: Int
    /// Of each block, `[slow, fast]`. In single precision: they become colours.
    private(set) var sums: [Float] = []
    /// −∞ without a valid pixel.
    private(set) var largest: [Float] = []
    private(set) var counts: [UInt32] = []

    /// Reads the frame once.
    ///
    /// - Parameters:
    ///   - pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    ///   - mask: pixels with a bit (but `virtualPixel`) are left out, as are those whose value says "no data": the largest value of an
    ///     unsigned type, a negative one of a signed type, a float that is not finite.
    ///   - maximumSide: the frame is reduced by the smallest whole factor that makes its longer side fit.
    /// - Throws: `ImageError` `.size` when pixels or mask do not fit the format, `.shape` for a side of zero.
    /// - Complexity: O(pixels).
    public init(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, mask: PixelMask? = nil, maximumSide: Int = Thumbnail.standardSide
    ) throws(ImageError) {
        guard pixels.count == format.byteCount else {
            throw ImageError(
                .size, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        if let mask, mask.shape != format.shape {
            throw ImageError(
                .size, "a pixel mask has another shape than its frame", got: "\(mask.shape)", expected: "\(format.shape)")
        }
        guard maximumSide > 0 else {
            throw ImageError(.shape, "a picture must have at least one pixel a side", got: "\(maximumSide)")
        }
        let shape = format.shape
        self.format = format
        factor = (max(shape.slow, shape.fast) + maximumSide - 1) / maximumSide
        slow = (shape.slow + factor - 1) / factor
        fast = (shape.fast + factor - 1) / factor
        sums = [Float](repeating: 0, count: slow * fast)
        largest = [Float](repeating: -.infinity, count: slow * fast)
        counts = [UInt32](repeating: 0, count: slow * fast)
        if let mask {
            mask.bits.withUnsafeBufferPointer { add(pixels, $0) }
        } else {
            add(pixels, nil)
        }
    }

    /// One value a block, `[slow, fast]`; NaN where no pixel is valid.
    func values(_ pooling: PixelPooling) -> [Float] {
        sums.indices.map { pooling.value(sum: sums[$0], largest: largest[$0], count: counts[$0]) }
    }

    /// The picture of this frame.
    public func picture(pooling: PixelPooling = .spots, notes: [PNGImage.Note] = []) throws(ImageError) -> PNGImage {
        try Thumbnail.picture(values(pooling), slow: slow, fast: fast, notes: notes)
    }

    private mutating func add(_ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?) {
        switch format.pixelType {
        case .uint8: add(pixels, mask) { (value: UInt8) in value != .max ? Float(value) : .nan }
        case .uint16: add(pixels, mask) { (value: UInt16) in value != .max ? Float(value) : .nan }
        case .uint32: add(pixels, mask) { (value: UInt32) in value != .max ? Float(value) : .nan }
        case .uint64: add(pixels, mask) { (value: UInt64) in value != .max ? Float(value) : .nan }
        case .int8: add(pixels, mask) { (value: Int8) in value >= 0 ? Float(value) : .nan }
        case .int16: add(pixels, mask) { (value: Int16) in value >= 0 ? Float(value) : .nan }
        case .int32: add(pixels, mask) { (value: Int32) in value >= 0 ? Float(value) : .nan }
        case .int64: add(pixels, mask) { (value: Int64) in value >= 0 ? Float(value) : .nan }
        case .float32: add(pixels, mask) { (bits: UInt32) in Self.finite(Float(bitPattern: bits)) }
        case .float64: add(pixels, mask) { (bits: UInt64) in Self.finite(Float(Double(bitPattern: bits))) }
        }
    }

    private static func finite(_ value: Float) -> Float { value.isFinite ? value : .nan }

    /// First the lines of a row of blocks are added pixel by pixel, which vectorises; then the few sums of a line are joined to blocks.
    ///
    /// The unsafe indices stay within `pixels` and `mask`, whose sizes `init` has compared with the format.
    @inline(__always)
    private mutating func add<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?, _ value: (Bits) -> Float
    ) {
        let width = format.shape.fast
        var sum = [Float](repeating: 0, count: width)
        var highest = [Float](repeating: -.infinity, count: width)
        var valid = [UInt32](repeating: 0, count: width)
        for row in 0..<slow {
            for column in 0..<width { (sum[column], highest[column], valid[column]) = (0, -.infinity, 0) }
            sum.withUnsafeMutableBufferPointer { sum in
                highest.withUnsafeMutableBufferPointer { highest in
                    valid.withUnsafeMutableBufferPointer { valid in
                        for line in row * factor..<min(format.shape.slow, (row + 1) * factor) {
                            let start = line * width
                            for column in 0..<width {
                                var pixel = value(PixelValues.load(pixels, start &+ column, Bits.self))
                                if let mask { pixel = mask[start &+ column] & PixelMask.invalidBits == 0 ? pixel : .nan }
                                // NaN is not itself.
                                let isValid = pixel == pixel
                                sum[column] += isValid ? pixel : 0
                                highest[column] = isValid && pixel > highest[column] ? pixel : highest[column]
                                valid[column] &+= isValid ? 1 : 0
                            }
                        }
                    }
                }
            }
            for column in 0..<width {
                let block = row * fast + column / factor
                sums[block] += sum[column]
                largest[block] = max(largest[block], highest[column])
                counts[block] &+= valid[column]
            }
        }
    }
}
