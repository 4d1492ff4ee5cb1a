import Diagnostics

/// A frame number written into the first 13 pixels, so that frames replayed from one recording can be told apart.
///
/// Pixels 0…12 in storage order (slow 0, fast 0…12 where a row is that long):
///
/// | pixel | value |
/// |---|---|
/// | 0, 1 | 70 and 83 ("FS") |
/// | 2…11 | the number, 7 bits a pixel, least significant first |
/// | 12 | the sum of pixels 0…11 modulo 101 |
///
/// All values are below 128: they fit every pixel type and are never taken for gaps or saturation. In a bitshuffle chunk all 13
/// pixels lie in the first block, so that only its 8 KiB are coded again; the rest is copied.
public enum FrameStamp {
    public static let pixelCount = 13

    /// The values of the 13 pixels.
    public static func values(of number: UInt64) -> [UInt8] {
        var values: [UInt8] = [70, 83]
        for digit in 0..<10 { values.append(UInt8(number >> (7 * UInt64(digit)) & 0x7f)) }
        values.append(check(values))
        return values
    }

    /// Writes the stamp into decoded pixels.
    ///
    /// - Throws: `formatMismatch` when the frame has fewer than 13 pixels or the buffer not its size.
    public static func write(
        number: UInt64, to pixels: UnsafeMutableRawBufferPointer, format: FrameFormat
    ) throws(FrameError) {
        try checkRoom(pixels.count, format)
        put(number, in: pixels, format.pixelType)
    }

    /// Reads the stamp from decoded pixels.
    ///
    /// - Throws: `stampMissing` when the 13 pixels are no stamp or its check is wrong, `formatMismatch` as above.
    public static func read(_ pixels: UnsafeRawBufferPointer, format: FrameFormat) throws(FrameError) -> UInt64 {
        try checkRoom(pixels.count, format)
        var values: [UInt8] = []
        for pixel in 0..<pixelCount {
            guard let value = value(of: pixel, in: pixels, format.pixelType) else { throw missing("pixel \(pixel)") }
            values.append(value)
        }
        guard values[0] == 70, values[1] == 83, values[12] == check(values[..<12]), values[11] < 2 else {
            throw missing("pixels 0-12")
        }
        return (0..<10).reduce(UInt64(0)) { $0 | UInt64(values[2 + $1]) << (7 * UInt64($1)) }
    }

    /// A copy of `chunk` whose frame carries the stamp.
    ///
    /// - Throws: what ``ChunkFraming`` and ``ChunkDecoder`` throw for a damaged chunk; `formatMismatch` for a frame of fewer
    ///   than 13 pixels.
    /// - Complexity: one block is coded again and the rest copied, for bitshuffle, raw and 8 KiB LZ4 chunks; the whole frame
    ///   for zstd and for LZ4 chunks of one block.
    public static func apply(
        number: UInt64, to chunk: UnsafeRawBufferPointer, encoding: ChunkEncoding, format: FrameFormat
    ) throws(FrameError) -> [UInt8] {
        try ChunkFraming.check(chunk, encoding: encoding, format: format)
        guard format.pixelCount >= pixelCount else { throw tooSmall(format) }
        switch encoding {
        case .none:
            var stamped = [UInt8](chunk)
            stamped.withUnsafeMutableBytes { put(number, in: $0, format.pixelType) }
            return stamped
        case .bitshuffleLZ4, .bitshuffleZstd:
            let layout = try BitshuffleLayout(of: chunk, format: format)
            return try recode(number, chunk, encoding, format, firstBlockBytes: layout.elements(inBlock: 0) * layout.elementSize)
        case .lz4:
            let layout = try LZ4ChunkLayout(of: chunk, format: format, checkingBlocks: false)
            return try recode(number, chunk, encoding, format, firstBlockBytes: layout.bytes(inBlock: 0))
        case .zstd: return try recodeWhole(number, chunk, encoding, format)
        }
    }

    /// Takes the first block out as a chunk of its own, stamps it, and puts it back in front of the others.
    ///
    /// The block becomes a frame of one row: the codec needs no second way into it. Blocks that a row cannot hold, or in
    /// which the stamp does not fit (elements of a last block that are left over), are coded with the whole frame.
    private static func recode(
        _ number: UInt64, _ chunk: UnsafeRawBufferPointer, _ encoding: ChunkEncoding, _ format: FrameFormat, firstBlockBytes: Int
    ) throws(FrameError) -> [UInt8] {
        let pixels = firstBlockBytes / format.pixelType.byteCount
        let isBitshuffle = encoding == .bitshuffleLZ4 || encoding == .bitshuffleZstd
        let ordinary = isBitshuffle ? BitshuffleLayout.defaultBlockBytes : LZ4ChunkLayout.defaultBlockBytes
        guard pixels >= pixelCount, firstBlockBytes <= ordinary, firstBlockBytes % format.pixelType.byteCount == 0,
            pixels < format.pixelCount, !isBitshuffle || chunk.bigEndian(UInt32.self, at: 8) == UInt32(firstBlockBytes)
        else { return try recodeWhole(number, chunk, encoding, format) }
        let row = FrameFormat(shape: try FrameShape(slow: 1, fast: pixels), pixelType: format.pixelType)
        let header = 12
        let end = header + 4 + Int(chunk.bigEndian(UInt32.self, at: header))
        var first = [UInt8](chunk[0..<end])
        first.withUnsafeMutableBytes { bytes in
            bytes.storeBigEndian(UInt64(row.byteCount), at: 0)
            bytes.storeBigEndian(UInt32(firstBlockBytes), at: 8)
        }
        let block = try first.withUnsafeBufferPointer { (bytes) throws(FrameError) in
            try recodeWhole(number, UnsafeRawBufferPointer(bytes), encoding, row)
        }
        var stamped: [UInt8] = []
        stamped.reserveCapacity(header + block.count + chunk.count - end)
        stamped.append(contentsOf: chunk[0..<header])
        stamped.append(contentsOf: block[header...])
        stamped.append(contentsOf: chunk[end...])
        return stamped
    }

    private static func recodeWhole(
        _ number: UInt64, _ bytes: [UInt8], _ encoding: ChunkEncoding, _ format: FrameFormat
    ) throws(FrameError) -> [UInt8] {
        // `withUnsafeBytes` of an array does not carry typed throws.
        let result = bytes.withUnsafeBytes { chunk in
            Result { () throws(FrameError) in try recodeWhole(number, chunk, encoding, format) }
        }
        return try result.get()
    }

    private static func recodeWhole(
        _ number: UInt64, _ chunk: UnsafeRawBufferPointer, _ encoding: ChunkEncoding, _ format: FrameFormat
    ) throws(FrameError) -> [UInt8] {
        var decoder = try ChunkDecoder(format: format, encoding: encoding)
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: format.byteCount, alignment: 64)
        let result = UnsafeMutableRawBufferPointer.allocate(byteCount: encoder.maximumEncodedBytes, alignment: 64)
        defer {
            pixels.deallocate()
            result.deallocate()
        }
        try decoder.decode(chunk, into: pixels)
        put(number, in: pixels, format.pixelType)
        let count = try encoder.encode(UnsafeRawBufferPointer(pixels), into: result)
        return [UInt8](result[0..<count])
    }

    private static func put(_ number: UInt64, in pixels: UnsafeMutableRawBufferPointer, _ type: PixelType) {
        for (pixel, value) in values(of: number).enumerated() {
            let offset = pixel * type.byteCount
            switch type {
            case .uint8, .int8: pixels[offset] = value
            case .uint16, .int16: pixels.storeBytes(of: UInt16(value).littleEndian, toByteOffset: offset, as: UInt16.self)
            case .uint32, .int32: pixels.storeBytes(of: UInt32(value).littleEndian, toByteOffset: offset, as: UInt32.self)
            case .uint64, .int64: pixels.storeBytes(of: UInt64(value).littleEndian, toByteOffset: offset, as: UInt64.self)
            case .float32:
                pixels.storeBytes(of: Float(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
            case .float64:
                pixels.storeBytes(of: Double(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt64.self)
            }
        }
    }

    /// A pixel as a number of 7 bits; nil when it is none.
    private static func value(of pixel: Int, in pixels: UnsafeRawBufferPointer, _ type: PixelType) -> UInt8? {
        let offset = pixel * type.byteCount
        let value: UInt64
        switch type {
        case .uint8, .int8: value = UInt64(pixels[offset])
        case .uint16, .int16: value = UInt64(UInt16(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        case .uint32, .int32: value = UInt64(UInt32(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        case .uint64, .int64: value = UInt64(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        case .float32:
            let bits = UInt32(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            guard let whole = UInt64(exactly: Float(bitPattern: bits)) else { return nil }
            value = whole
        case .float64:
            let bits = UInt64(littleEndian: pixels.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard let whole = UInt64(exactly: Double(bitPattern: bits)) else { return nil }
            value = whole
        }
        return value < 128 ? UInt8(value) : nil
    }

    private static func check(_ values: some Sequence<UInt8>) -> UInt8 {
        UInt8(values.reduce(0) { $0 + Int($1) } % 101)
    }

    private static func checkRoom(_ bytes: Int, _ format: FrameFormat) throws(FrameError) {
        guard format.pixelCount >= pixelCount else { throw tooSmall(format) }
        guard bytes == format.byteCount else {
            throw FrameError(
                .formatMismatch, "the pixels are not those of a whole frame", got: "\(bytes) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
    }

    private static func tooSmall(_ format: FrameFormat) -> FrameError {
        FrameError(
            .formatMismatch, "a frame is too small for a stamp", got: "\(format)", expected: "at least \(pixelCount) pixels")
    }

    private static func missing(_ place: String) -> FrameError {
        FrameError(.stampMissing, "a frame carries no stamp, or a damaged one", at: place)
    }
}
