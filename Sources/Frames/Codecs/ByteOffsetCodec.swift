import Diagnostics

/// The byte-offset compression of CBF files: running differences, one byte each where that is enough.
///
/// A difference that does not fit (or is the smallest number of its size, which is the escape) is written after the escape in
/// the next size: 0x80, then 16 bits; 0x8000, then 32 bits; 0x80000000, then 64 bits; all little-endian. Source: CBFlib's
/// `x-CBF_BYTE_OFFSET`, as in imgCIF `_array_structure.encoding_type`.
public enum ByteOffsetCodec {
    /// The most bytes that one pixel can need.
    public static let maximumBytesPerPixel = 15

    /// Decodes exactly the pixels of `format` (int8 to int32, uint8 to uint32) into `pixels`.
    ///
    /// - Parameters:
    ///   - bytes: the data behind the marker 0c 1a 04 d5; bytes behind the last pixel (padding) are left alone.
    ///   - pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    /// - Returns: the number of bytes used.
    /// - Throws: `notSupported` for 64-bit and floating pixels, `formatMismatch` for a buffer of another size, `chunkTruncated`
    ///   when the data end early, `chunkCorrupt` when a value does not fit the pixel type.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, format: FrameFormat, into pixels: UnsafeMutableRawBufferPointer
    ) throws(FrameError) -> Int {
        guard pixels.count == format.byteCount else { throw otherSize(pixels.count, format) }
        return switch format.pixelType {
        case .uint8: try decode(bytes, pixels, as: UInt8.self)
        case .int8: try decode(bytes, pixels, as: Int8.self)
        case .uint16: try decode(bytes, pixels, as: UInt16.self)
        case .int16: try decode(bytes, pixels, as: Int16.self)
        case .uint32: try decode(bytes, pixels, as: UInt32.self)
        case .int32: try decode(bytes, pixels, as: Int32.self)
        case .uint64, .int64, .float32, .float64: throw otherType(format.pixelType)
        }
    }

    /// Encodes the pixels of one frame.
    ///
    /// - Throws: `notSupported` for 64-bit and floating pixels, `formatMismatch` when the byte count is not the format's.
    public static func encode(_ pixels: UnsafeRawBufferPointer, format: FrameFormat) throws(FrameError) -> [UInt8] {
        guard pixels.count == format.byteCount else { throw otherSize(pixels.count, format) }
        return switch format.pixelType {
        case .uint8: encode(pixels, as: UInt8.self)
        case .int8: encode(pixels, as: Int8.self)
        case .uint16: encode(pixels, as: UInt16.self)
        case .int16: encode(pixels, as: Int16.self)
        case .uint32: encode(pixels, as: UInt32.self)
        case .int32: encode(pixels, as: Int32.self)
        case .uint64, .int64, .float32, .float64: throw otherType(format.pixelType)
        }
    }

    private static func decode<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ pixels: UnsafeMutableRawBufferPointer, as type: Pixel.Type
    ) throws(FrameError) -> Int {
        let size = MemoryLayout<Pixel>.size
        var place = 0
        var value: Int64 = 0
        for pixel in 0..<(pixels.count / size) {
            guard place < bytes.count else { throw cut(pixel, bytes.count) }
            var difference = Int64(Int8(bitPattern: bytes[place]))
            place += 1
            if difference == Int64(Int8.min) {
                (difference, place) = try wide(bytes, place, pixel)
            }
            let (sum, overflow) = value.addingReportingOverflow(difference)
            guard !overflow, let fitting = Pixel(exactly: sum) else {
                throw FrameError(
                    .chunkCorrupt, "byte-offset data hold a value that the pixel type does not", at: "pixel \(pixel)",
                    got: overflow ? "more than 64 bits" : "\(sum)", expected: "\(Pixel.min) to \(Pixel.max)")
            }
            value = sum
            pixels.storeBytes(of: fitting.littleEndian, toByteOffset: pixel * size, as: Pixel.self)
        }
        return place
    }

    /// The difference behind an 8-bit escape, and the place behind it.
    private static func wide(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ pixel: Int
    ) throws(FrameError) -> (Int64, Int) {
        guard bytes.count - start >= 2 else { throw cut(pixel, bytes.count) }
        let short = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int16.self))
        if short != .min { return (Int64(short), start + 2) }
        guard bytes.count - start >= 6 else { throw cut(pixel, bytes.count) }
        let long = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 2, as: Int32.self))
        if long != .min { return (Int64(long), start + 6) }
        guard bytes.count - start >= 14 else { throw cut(pixel, bytes.count) }
        return (Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 6, as: Int64.self)), start + 14)
    }

    private static func encode<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, as type: Pixel.Type
    ) -> [UInt8] {
        let size = MemoryLayout<Pixel>.size
        var result: [UInt8] = []
        result.reserveCapacity(pixels.count / size + pixels.count / 8)
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { result.append(contentsOf: $0) }
        }
        var last: Int64 = 0
        for offset in stride(from: 0, to: pixels.count, by: size) {
            let value = Int64(Pixel(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: Pixel.self)))
            let difference = value - last
            last = value
            if let byte = Int8(exactly: difference), byte != .min {
                result.append(UInt8(bitPattern: byte))
                continue
            }
            result.append(0x80)
            if let short = Int16(exactly: difference), short != .min {
                append(short)
                continue
            }
            append(Int16.min)
            if let long = Int32(exactly: difference), long != .min {
                append(long)
                continue
            }
            append(Int32.min)
            append(difference)
        }
        return result
    }

    private static func cut(_ pixel: Int, _ count: Int) -> FrameError {
        FrameError(
            .chunkTruncated, "byte-offset data end before the last pixel", at: "pixel \(pixel)", got: "\(count) bytes")
    }

    private static func otherSize(_ count: Int, _ format: FrameFormat) -> FrameError {
        FrameError(
            .formatMismatch, "the pixels are not those of a whole frame", got: "\(count) bytes",
            expected: "\(format.byteCount) for \(format)")
    }

    private static func otherType(_ type: PixelType) -> FrameError {
        FrameError(
            .notSupported, "byte-offset compression of this pixel type", got: type.rawValue,
            expected: "integers of 8, 16 or 32 bits")
    }
}
