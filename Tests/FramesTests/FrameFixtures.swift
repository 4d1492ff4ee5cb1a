import Frames
import TestSupport

/// A decoder, encoder and reference for the tests: arrays in, arrays out.
enum FrameFixtures {
    static func format(_ slow: Int, _ fast: Int, _ type: PixelType) throws -> FrameFormat {
        FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
    }

    static func encode(
        _ pixels: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding, zstdLevel: Int32 = ChunkEncoding.zstdLevel,
        level: InstructionLevel? = nil
    ) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: encoding, level: zstdLevel, instructions: level)
        var chunk = [UInt8](repeating: 0xa5, count: encoder.maximumEncodedBytes)
        let count = try chunk.withUnsafeMutableBytes { output in
            try pixels.withUnsafeBytes { try encoder.encode($0, into: output) }
        }
        return Array(chunk[..<count])
    }

    static func decode(
        _ chunk: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding, level: InstructionLevel? = nil
    ) throws -> [UInt8] {
        var decoder = try ChunkDecoder(format: format, encoding: encoding, instructions: level)
        var pixels = [UInt8](repeating: 0xa5, count: format.byteCount)
        try pixels.withUnsafeMutableBytes { output in
            try chunk.withUnsafeBytes { try decoder.decode($0, into: output) }
        }
        return pixels
    }

    static func check(_ chunk: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding) throws {
        try chunk.withUnsafeBytes { try ChunkFraming.check($0, encoding: encoding, format: format) }
    }

    /// Bytes of the kinds that frames consist of; `kind` 0 to 6.
    static func pixels(_ format: FrameFormat, kind: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed &* 31 &+ UInt64(kind))
        let size = format.pixelType.byteCount
        var bytes = [UInt8](repeating: 0, count: format.byteCount)
        for pixel in 0..<format.pixelCount {
            let random = generator.next()
            let value: UInt64 =
                switch kind {
                case 0: 0
                case 1: .max
                case 2: UInt64(pixel)
                case 3: random % 50 == 0 ? 1 + random >> 32 % 3 : 0
                case 4: UInt64((random & random >> 8 & 0xf).nonzeroBitCount) + (pixel % 97 == 0 ? 200 : 0)
                case 5: pixel / 300 % 4 == 3 ? .max : random >> 40 & 0x7
                default: random
                }
            for byte in 0..<size { bytes[pixel * size + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
        }
        return bytes
    }

    static let kinds = 0...6

    /// Lower-case hexadecimal, spaces allowed.
    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    static func uint16(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}

/// What the kernels must do, written as the definition says it: one bit at a time.
enum BitPlaneReference {
    static func shuffle(_ elements: [UInt8], elementSize: Int) -> [UInt8] {
        let count = elements.count / elementSize
        var planes = [UInt8](repeating: 0, count: elements.count)
        for element in 0..<count {
            for bit in 0..<(8 * elementSize) where elements[element * elementSize + bit / 8] >> (bit % 8) & 1 == 1 {
                planes[bit * (count / 8) + element / 8] |= 1 << (element % 8)
            }
        }
        return planes
    }
}
