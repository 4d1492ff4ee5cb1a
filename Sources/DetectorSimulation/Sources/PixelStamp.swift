import CLZ4
import DetectorWire
import Diagnostics
import Frames

/// Writes the frame number into the first pixels of a packed payload (``FrameStamp``), whatever the wire's packing.
enum PixelStamp {
    /// - Throws: `SimulationError` `.messageUnsuitable` for pixels that cannot be stamped: of a type that is no pixel type, big-endian,
    ///   fewer than 13, or damaged.
    static func apply(
        _ number: UInt64, to payload: UnsafeRawBufferPointer, of array: ArrayDescription
    ) throws(SimulationError) -> [UInt8] {
        guard let pixelType = PixelType(rawValue: array.element.name), array.byteOrder == .littleEndian, !array.packingDisagrees,
            array.planes == 1
        else {
            throw SimulationError(
                .messageUnsuitable, "pixels of this kind cannot carry a stamp", at: "frame \(number)",
                got: "\(array.element.name), \(array.packing), \(array.byteOrder)")
        }
        do throws(FrameError) {
            let format = FrameFormat(shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: pixelType)
            switch array.packing {
            case .lz4Block: return try stampBareBlock(number, payload, format)
            case .raw: return try FrameStamp.apply(number: number, to: payload, encoding: .none, format: format)
            case .bitshuffleLZ4:
                return try FrameStamp.apply(number: number, to: payload, encoding: .bitshuffleLZ4, format: format)
            case .bitshuffleZstd:
                return try FrameStamp.apply(number: number, to: payload, encoding: .bitshuffleZstd, format: format)
            case .lz4Chunk: return try FrameStamp.apply(number: number, to: payload, encoding: .lz4, format: format)
            case .zstd: return try FrameStamp.apply(number: number, to: payload, encoding: .zstd, format: format)
            }
        } catch {
            throw SimulationError(
                .messageUnsuitable, "a frame cannot be stamped", at: "frame \(number)",
                remedy: "Play it without --stamp, or choose another source", cause: error)
        }
    }

    /// V1's `lz4<`: one block without any header, so all of it is coded again.
    private static func stampBareBlock(
        _ number: UInt64, _ block: UnsafeRawBufferPointer, _ format: FrameFormat
    ) throws(FrameError) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        let count = pixels.withUnsafeMutableBytes {
            LZ4_decompress_safe(block.baseAddress, $0.baseAddress, Int32(clamping: block.count), Int32(clamping: $0.count))
        }
        guard Int(count) == pixels.count else {
            throw FrameError(
                .chunkCorrupt, "an LZ4 block does not decode to its pixels", expected: "\(pixels.count) bytes of pixels")
        }
        try pixels.withUnsafeMutableBufferPointer { (bytes) throws(FrameError) in
            try FrameStamp.write(number: number, to: UnsafeMutableRawBufferPointer(bytes), format: format)
        }
        var packed = [UInt8](repeating: 0, count: Int(LZ4_compressBound(Int32(pixels.count))))
        let length = packed.withUnsafeMutableBytes {
            LZ4_compress_default(pixels, $0.baseAddress, Int32(pixels.count), Int32($0.count))
        }
        packed.removeLast(packed.count - Int(length))
        return packed
    }
}
