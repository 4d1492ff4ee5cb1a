import Diagnostics

/// Counts and sums of one frame, without its masked pixels.
public struct FrameStatistics: Sendable, Equatable {
    /// Pixels that count.
    public let validPixels: Int
    /// Pixels that the mask or their own value excludes.
    public let maskedPixels: Int
    /// Valid pixels that are 0.
    public let zeroPixels: Int
    /// Valid pixels at or above the saturation value.
    public let saturatedPixels: Int
    /// The sum of the valid pixels where it is an integer that 64 bits hold; nil for floats and beyond.
    public let exactSum: Int64?
    /// The same sum as a floating number, always there.
    public let sum: Double
    /// Nil without a valid pixel.
    public let minimum: Double?
    public let maximum: Double?

    /// What a kernel has counted.
    package init(
        validPixels: Int, maskedPixels: Int, zeroPixels: Int, saturatedPixels: Int, exactSum: Int64?, sum: Double,
        minimum: Double?,
        maximum: Double?
    ) {
        self.validPixels = validPixels
        self.maskedPixels = maskedPixels
        self.zeroPixels = zeroPixels
        self.saturatedPixels = saturatedPixels
        self.exactSum = exactSum
        self.sum = sum
        self.minimum = minimum
        self.maximum = maximum
    }

    public var mean: Double? { validPixels > 0 ? sum / Double(validPixels) : nil }

    /// Measures one frame.
    ///
    /// A pixel is excluded when `mask` has a bit for it (but `virtualPixel`), or when its value says so: the largest value of
    /// an unsigned type (DECTRIS gaps), a negative value of a signed type (PILATUS: -1 gap, -2 dead), a float that is not
    /// finite.
    /// - Parameters:
    ///   - pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    ///   - saturation: counts; nil counts none as saturated.
    /// - Throws: `formatMismatch` when the bytes or the mask are of another size.
    /// - Complexity: O(pixels), no allocation.
    public static func measure(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, mask: PixelMask? = nil, saturation: Double? = nil
    ) throws(FrameError) -> FrameStatistics {
        guard pixels.count == format.byteCount else {
            throw FrameError(
                .formatMismatch, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        if let mask, mask.shape != format.shape {
            throw FrameError(
                .formatMismatch, "a pixel mask has another shape than its frame", got: "\(mask.shape)",
                expected: "\(format.shape)")
        }
        func withBits(_ body: (UnsafeBufferPointer<UInt32>?) -> FrameStatistics) -> FrameStatistics {
            guard let mask else { return body(nil) }
            return mask.bits.withUnsafeBufferPointer { body($0) }
        }
        return withBits { bits in
            switch format.pixelType {
            case .uint8: integers(pixels, UInt8.self, bits, saturation)
            case .int8: integers(pixels, Int8.self, bits, saturation)
            case .uint16: integers(pixels, UInt16.self, bits, saturation)
            case .int16: integers(pixels, Int16.self, bits, saturation)
            case .uint32: integers(pixels, UInt32.self, bits, saturation)
            case .int32: integers(pixels, Int32.self, bits, saturation)
            case .uint64: integers(pixels, UInt64.self, bits, saturation)
            case .int64: integers(pixels, Int64.self, bits, saturation)
            case .float32: floats(pixels, UInt32.self, bits, saturation) { Double(Float(bitPattern: $0)) }
            case .float64: floats(pixels, UInt64.self, bits, saturation) { Double(bitPattern: $0) }
            }
        }
    }

    private static func integers<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ type: Pixel.Type, _ mask: UnsafeBufferPointer<UInt32>?, _ saturation: Double?
    ) -> FrameStatistics {
        let size = MemoryLayout<Pixel>.size
        let count = pixels.count / size
        let limit = saturation.flatMap { Pixel(exactly: $0.rounded(.up)) }
        // A saturation value below the type's range is met by every pixel, one above it by none.
        let everySaturated = limit == nil && (saturation.map { $0 < 0 } ?? false)
        var (valid, zeros, saturated) = (0, 0, 0)
        var (low, high) = (Pixel.max, Pixel.min)
        var total: Int128 = 0
        // A row of partial sums at a time: 4096 pixels of 32 bits fit 64-bit sums, and wrapping sums vectorise.
        let span = 4096
        for start in stride(from: 0, to: count, by: span) {
            var (part, wide): (Int64, Int128) = (0, 0)
            for pixel in start..<min(start + span, count) {
                let value = Pixel(littleEndian: pixels.loadUnaligned(fromByteOffset: pixel &* size, as: Pixel.self))
                let excluded = Pixel.isSigned ? value < 0 : value == .max
                let isMasked = mask.map { $0[pixel] & PixelMask.invalidBits != 0 } ?? false
                if excluded || isMasked { continue }
                valid &+= 1
                zeros &+= value == 0 ? 1 : 0
                if size < 8 { part &+= Int64(truncatingIfNeeded: value) } else { wide &+= Int128(value) }
                low = min(low, value)
                high = max(high, value)
                if let limit { saturated &+= value >= limit ? 1 : 0 }
            }
            total += Int128(part) + wide
        }
        return FrameStatistics(
            validPixels: valid, maskedPixels: count - valid, zeroPixels: zeros,
            saturatedPixels: everySaturated ? valid : saturated,
            exactSum: Int64(exactly: total), sum: Double(total), minimum: valid > 0 ? Double(low) : nil,
            maximum: valid > 0 ? Double(high) : nil)
    }

    private static func floats<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ type: Bits.Type, _ mask: UnsafeBufferPointer<UInt32>?, _ saturation: Double?,
        _ number: (Bits) -> Double
    ) -> FrameStatistics {
        let size = MemoryLayout<Bits>.size
        let count = pixels.count / size
        var (valid, zeros, saturated) = (0, 0, 0)
        var (low, high) = (Double.infinity, -Double.infinity)
        // Neumaier's compensated sum: the result does not depend on how large the frame is.
        var (sum, compensation) = (0.0, 0.0)
        for pixel in 0..<count {
            let value = number(Bits(littleEndian: pixels.loadUnaligned(fromByteOffset: pixel * size, as: Bits.self)))
            let isMasked = mask.map { $0[pixel] & PixelMask.invalidBits != 0 } ?? false
            guard value.isFinite, !isMasked else { continue }
            valid += 1
            zeros += value == 0 ? 1 : 0
            let next = sum + value
            compensation += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
            sum = next
            low = min(low, value)
            high = max(high, value)
            if let saturation, value >= saturation { saturated += 1 }
        }
        return FrameStatistics(
            validPixels: valid, maskedPixels: count - valid, zeroPixels: zeros, saturatedPixels: saturated, exactSum: nil,
            sum: sum + compensation, minimum: valid > 0 ? low : nil, maximum: valid > 0 ? high : nil)
    }
}
