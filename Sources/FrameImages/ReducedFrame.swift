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
        let columns = ColumnSums(width: width)
        defer { columns.deallocate() }
        for row in 0..<slow {
            columns.clear()
            for line in row * factor..<min(format.shape.slow, (row + 1) * factor) {
                let start = line * width
                if let mask {
                    columns.add { column in
                        let isMasked = mask[start &+ column] & PixelMask.invalidBits != 0
                        return isMasked ? .nan : value(PixelValues.load(pixels, start &+ column, Bits.self))
                    }
                } else {
                    columns.add { column in value(PixelValues.load(pixels, start &+ column, Bits.self)) }
                }
            }
            join(columns, row: row)
        }
    }

    /// Adds the sums of a row's columns to its blocks.
    private mutating func join(_ columns: ColumnSums, row: Int) {
        let factor = factor
        for place in 0..<fast {
            var (sum, highest, count) = (Float(0), -Float.infinity, UInt32(0))
            for column in place * factor..<min(columns.width, (place + 1) * factor) {
                sum += columns.sums[column]
                highest = max(highest, columns.largest[column])
                count &+= columns.counts[column]
            }
            let block = row * fast + place
            (sums[block], largest[block], counts[block]) = (sum, highest, count)
        }
    }
}

/// What the lines of one row of blocks have added to each column.
///
/// Pointers: with buffers or arrays the compiler finds too many ways in which the three could overlap, and does not vectorise (5 ms instead
/// of 2 for 4 million pixels).
private struct ColumnSums {
    let width: Int
    let sums: UnsafeMutablePointer<Float>
    let largest: UnsafeMutablePointer<Float>
    let counts: UnsafeMutablePointer<UInt32>

    init(width: Int) {
        self.width = width
        sums = .allocate(capacity: width)
        largest = .allocate(capacity: width)
        counts = .allocate(capacity: width)
    }

    func clear() {
        sums.initialize(repeating: 0, count: width)
        largest.initialize(repeating: -.infinity, count: width)
        counts.initialize(repeating: 0, count: width)
    }

    /// - Parameter value: of a column; NaN leaves it out.
    @inline(__always)
    func add(_ value: (Int) -> Float) {
        for column in 0..<width {
            let pixel = value(column)
            // NaN is not itself, and larger than nothing.
            let isValid = pixel == pixel
            sums[column] += isValid ? pixel : 0
            let highest = largest[column]
            largest[column] = pixel > highest ? pixel : highest
            counts[column] &+= isValid ? 1 : 0
        }
    }

    func deallocate() {
        sums.deallocate()
        largest.deallocate()
        counts.deallocate()
    }
}
