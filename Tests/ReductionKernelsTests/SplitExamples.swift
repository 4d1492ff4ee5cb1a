import Diagnostics
import Frames
import Quantities
import ScatteringGeometry
import TestSupport

/// A small tilted detector with a gap, and frames for it.
enum SplitExamples {
    static func geometry(slow: Int, fast: Int) throws -> DetectorGeometry {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: slow, fast: fast), pixelSize: try PixelSize(slow_m: 400e-6, fast_m: 400e-6))
        let placement = try DetectorPlacement(
            distance_m: 0.1, poni1_m: 0.012, poni2_m: 0.017, rotation1_rad: 0.1, rotation2_rad: -0.07, rotation3_rad: 0.3)
        return DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1.1 Å"))
    }

    static func mask(slow: Int, fast: Int) -> [Bool] { (0..<slow * fast).map { $0 % fast % 31 == 7 } }

    static func matrix(_ splitting: PixelSplitting, isMap: Bool, slow: Int, fast: Int) throws -> SplitMatrix {
        try geometry(slow: slow, fast: fast).splitMatrix(
            splitting, radial: RadialBins(unit: .r_millimetre, count: 40, from: 1, to: 18),
            azimuthal: isMap ? try AzimuthalBins(count: 12) : nil, mask: mask(slow: slow, fast: fast))
    }

    /// Mostly small counts, some large ones, gaps full of the type's largest value; with `excluding` some "no data" elsewhere.
    static func frame(_ format: FrameFormat, _ generator: inout SeededGenerator, excluding: Bool) -> [UInt8] {
        let size = format.pixelType.byteCount
        let most: UInt64 = format.pixelType.isSigned ? 1 << UInt64(8 * size - 1) : 1 << UInt64(8 * size) - 1
        var bytes = [UInt8](repeating: 0, count: format.byteCount)
        for pixel in 0..<format.pixelCount {
            let random = generator.next()
            var value = random % 12
            if random >> 32 % 97 == 0 { value = (random >> 8) % most }
            if pixel % format.shape.fast % 31 == 7 || (excluding && random >> 32 % 101 == 0) { value = .max }
            for byte in 0..<size { bytes[pixel * size + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
        }
        return bytes
    }

    /// The same pixels as numbers; what is no measurement is NaN.
    static func numbers(_ bytes: [UInt8], _ format: FrameFormat, limit: Double?) -> [Double] {
        let (size, type) = (format.pixelType.byteCount, format.pixelType)
        return (0..<format.pixelCount).map { pixel in
            var value: UInt64 = 0
            for byte in 0..<size { value |= UInt64(bytes[pixel * size + byte]) << UInt64(8 * byte) }
            let top: UInt64 = 1 << UInt64(8 * size - 1)
            if type.isSigned ? value >= top : value == 2 * (top - 1) + 1 { return .nan }
            return Double(exactly: value).flatMap { $0 > limit ?? .infinity ? nil : $0 } ?? .nan
        }
    }

    static func encode(_ pixels: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let count = try chunk.withUnsafeMutableBytes { room in try pixels.withUnsafeBytes { try encoder.encode($0, into: room) } }
        chunk.removeSubrange(count...)
        return chunk
    }

    static func withBytes<Answer>(of chunks: [[UInt8]], _ body: ([UnsafeRawBufferPointer]) throws -> Answer) rethrows -> Answer {
        let copies = chunks.map { chunk in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk.count, alignment: 1)
            copy.copyBytes(from: chunk)
            return UnsafeRawBufferPointer(copy)
        }
        defer { for copy in copies { copy.deallocate() } }
        return try body(copies)
    }
}
