import Frames

/// Chunk framing and decoders. Input: encoding, pixel type, shape (16 bits an axis), then the chunk.
enum ChunkTarget: FuzzTarget {
    static let name = "chunk"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        let encoding = input.element(of: ChunkEncoding.allCases)
        guard let format = try? input.format() else { return }
        let chunk = input.take(input.rest.count)
        let isFramed = (try? chunk.withUnsafeBytes { try ChunkFraming.check($0, encoding: encoding, format: format) }) != nil
        guard let pixels = try? Codec.decode(chunk, format, encoding) else { return }
        require(isFramed, "what the decoder accepts, the framing check accepts")
        for level in InstructionLevel.allCases where level.isAvailable {
            require((try? Codec.decode(chunk, format, encoding, level)) == pixels, "every level decodes to the same pixels")
        }
    }

    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (index, encoding) in ChunkEncoding.allCases.enumerated() {
            for (pixels, format) in try SeedFrames.all() {
                seeds.append([UInt8(index)] + InputReader.bytes(of: format) + (try Codec.encode(pixels, format, encoding)))
            }
        }
        return seeds
    }
}

/// Our encoders, whose kernels are C: any pixels come back. Input: encoding, pixel type, shape, then pixels, repeated to fill the frame.
enum PixelTarget: FuzzTarget {
    static let name = "pixels"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        let encoding = input.element(of: ChunkEncoding.allCases)
        guard let format = try? input.format() else { return }
        let given = input.take(input.rest.count)
        let pixels = (0..<format.byteCount).map { given.isEmpty ? 0 : given[$0 % given.count] }
        guard let chunk = try? Codec.encode(pixels, format, encoding) else { return require(false, "every frame can be encoded") }
        require((try? Codec.decode(chunk, format, encoding)) == pixels, "a frame comes back as it was")
        for level in InstructionLevel.allCases where level.isAvailable {
            require((try? Codec.encode(pixels, format, encoding, level)) == chunk, "every level writes the same chunk")
        }
    }

    static func seeds() throws -> [[UInt8]] {
        try SeedFrames.all().flatMap { pixels, format in
            (0..<ChunkEncoding.allCases.count).map { [UInt8($0)] + InputReader.bytes(of: format) + pixels }
        }
    }
}

/// CBF's byte-offset compression. Input: pixel type, shape, then the data.
enum ByteOffsetTarget: FuzzTarget {
    static let name = "byte-offset"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        guard let format = try? input.format() else { return }
        let data = input.take(input.rest.count)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        let used = try? pixels.withUnsafeMutableBytes { output in
            try data.withUnsafeBytes { try ByteOffsetCodec.decode($0, format: format, into: output) }
        }
        guard let used else { return }
        require(used <= data.count, "no more bytes are used than there are")
        guard let again = try? pixels.withUnsafeBytes({ try ByteOffsetCodec.encode($0, format: format) }) else {
            return require(false, "what was decoded can be encoded")
        }
        require(again.count <= used, "our encoding is the shortest")
    }

    static func seeds() throws -> [[UInt8]] {
        try SeedFrames.all().compactMap { pixels, format in
            guard let data = try? pixels.withUnsafeBytes({ try ByteOffsetCodec.encode($0, format: format) }) else { return nil }
            return InputReader.bytes(of: format) + data
        }
    }
}

/// The codecs with arrays.
enum Codec {
    static func decode(
        _ chunk: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding, _ level: InstructionLevel? = nil
    ) throws -> [UInt8] {
        var decoder = try ChunkDecoder(format: format, encoding: encoding, instructions: level)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        try pixels.withUnsafeMutableBytes { output in try chunk.withUnsafeBytes { try decoder.decode($0, into: output) } }
        return pixels
    }

    static func encode(
        _ pixels: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding, _ level: InstructionLevel? = nil
    ) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: encoding, instructions: level)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let count = try chunk.withUnsafeMutableBytes { output in
            try pixels.withUnsafeBytes { try encoder.encode($0, into: output) }
        }
        return Array(chunk[..<count])
    }
}

/// Small frames of the kinds that detectors make.
enum SeedFrames {
    static func all() throws -> [(pixels: [UInt8], format: FrameFormat)] {
        var frames: [(pixels: [UInt8], format: FrameFormat)] = []
        var generator = SystemRandomNumberGenerator()
        let formats: [(slow: Int, fast: Int, type: PixelType)] = [
            (3, 5, .uint16), (16, 64, .uint8), (33, 131, .uint16), (9, 300, .int32), (4, 40, .float64),
        ]
        for (slow, fast, type) in formats {
            let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
            for mean in [0, 1, 40] {
                var pixels = [UInt8](repeating: 0, count: format.byteCount)
                for pixel in 0..<format.pixelCount {
                    pixels[pixel * type.byteCount] = UInt8.random(in: 0...UInt8(mean), using: &generator)
                }
                frames.append((pixels, format))
            }
        }
        return frames
    }
}
