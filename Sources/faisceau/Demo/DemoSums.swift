import DetectorSimulation
import DetectorWire
import Diagnostics
import FrameIngest
import Frames

/// Sums of counts for the demo's check: masked pixels (the type's largest value) and the thirteen stamped ones left out.
enum DemoSums {
    static func counts(_ pixels: UnsafeRawBufferPointer, _ format: FrameFormat) -> UInt64 {
        switch format.pixelType {
        case .uint8: sum(pixels.bindMemory(to: UInt8.self))
        case .uint16: sum(pixels.bindMemory(to: UInt16.self))
        case .uint32: sum(pixels.bindMemory(to: UInt32.self))
        default: 0
        }
    }

    private static func sum<Pixel: FixedWidthInteger & UnsignedInteger>(_ pixels: UnsafeBufferPointer<Pixel>) -> UInt64 {
        var sum: UInt64 = 0
        for pixel in pixels.dropFirst(FrameStamp.pixelCount) where pixel != Pixel.max { sum &+= UInt64(pixel) }
        return sum
    }

    /// The counts of the message itself, decoded here: what the file must hold.
    static func counts(of source: any FrameSource, index: Int) throws -> UInt64 {
        let parts = try source.image(index).parts
        let decoder = StreamDecoder(version: source.version)
        guard case .image(let image) = try decoder.decode(parts) else { return 0 }
        let array = image.channel(0).array
        let format = FrameFormat(
            shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: try PixelType(wire: array.element))
        var chunk = try ChunkDecoder(format: format, encoding: array.packing == .raw ? .none : .bitshuffleLZ4)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        let part = parts[array.payload.part]
        try part.withUnsafeBytes { bytes in
            let payload = UnsafeRawBufferPointer(
                rebasing: bytes[array.payload.offset..<(array.payload.offset + array.payload.count)])
            try pixels.withUnsafeMutableBytes { try chunk.decode(payload, into: $0) }
        }
        return pixels.withUnsafeBytes { counts($0, format) }
    }
}
