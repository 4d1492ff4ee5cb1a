import DetectorWire
import Diagnostics
import FrameIngest
import Frames

/// Unpacks the arrays of one start message, within a bound for all of them; not on the frame path.
///
/// What an array says of its size comes from outside. Nothing is allocated for it before its payload has been found whole (every block's
/// length) and long enough to become as much: raw byte for byte, LZ4 at most 255 for one. Zstd may make anything of a few bytes; it has the
/// bound alone. An array packed as one block takes as much again while it is unpacked.
struct ArrayUnpacking {
    private let parts: MessageParts
    private let channels: [String]
    private let maximumBytes: Int
    private var leftBytes: Int

    /// - Parameter channels: the stream's channels, in their order.
    init(_ parts: MessageParts, channels: [String], maximumBytes: Int) {
        self.parts = parts
        self.channels = channels
        self.maximumBytes = maximumBytes
        leftBytes = maximumBytes
    }

    /// Which channel an array is of, and its shape. V1 arrays name no channel and mean the only one.
    func place(of array: ChannelArray, _ element: ElementType) throws -> (channel: Int, shape: FrameShape) {
        let channel = array.channel.map { channels.firstIndex(of: $0) } ?? 0
        guard let channel else {
            throw IngestError(
                .unknownChannel, "array of a channel that the stream does not have", got: array.channel,
                expected: channels.joined(separator: ", "))
        }
        guard array.array.element == element else {
            throw IngestError(
                .unsupportedElement, "unexpected element type", got: array.array.element.name, expected: element.name)
        }
        return (channel, try FrameShape(slow: array.array.slow, fast: array.array.fast))
    }

    /// - Precondition: `Element` is as wide as the array's elements.
    mutating func elements<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ array: ArrayDescription, _: Element.Type
    ) throws -> [Element] {
        precondition(MemoryLayout<Element>.size == array.element.byteCount)
        guard let payload = array.payload.bytesIfInside(parts) else {
            throw IngestError(.badPayload, "array outside the message")
        }
        guard array.byteOrder == .littleEndian || array.element.byteCount == 1 else {
            throw IngestError(.unsupportedElement, "big-endian arrays are not kept")
        }
        let format = FrameFormat(
            shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: try PixelType(wire: array.element))
        let encoding = try Self.encoding(of: array.packing)
        guard format.byteCount <= leftBytes else {
            throw IngestError(
                .messageTooLarge, "the arrays of a start message are too large together",
                got: "\(maximumBytes - leftBytes + format.byteCount) bytes or more", expected: "\(maximumBytes) bytes at most")
        }
        if encoding == .bitshuffleLZ4 || encoding == .lz4 {
            guard format.byteCount / Self.mostOfLZ4 <= payload.count else {
                throw IngestError(
                    .badPayload, "array that cannot come of so few bytes", got: "\(payload.count) bytes",
                    expected: "\(format.byteCount / Self.mostOfLZ4) bytes at least for \(format)")
            }
        }
        try ChunkFraming.check(payload, encoding: encoding, format: format)
        leftBytes -= format.byteCount
        var elements = [Element](repeating: 0, count: format.pixelCount)
        try elements.withUnsafeMutableBytes { target in
            if encoding == .none { return target.copyMemory(from: payload) }
            var decoder = try ChunkDecoder(format: format, encoding: encoding)
            try decoder.decode(payload, into: target)
        }
        return elements
    }

    /// The longest run that one byte of an LZ4 block can stand for.
    private static let mostOfLZ4 = 255

    /// Any numeric array as doubles.
    mutating func doubles(_ array: ArrayDescription) throws -> [Double] {
        switch array.element {
        case .uint8: return try elements(array, UInt8.self).map { Double($0) }
        case .uint16: return try elements(array, UInt16.self).map { Double($0) }
        case .uint32: return try elements(array, UInt32.self).map { Double($0) }
        case .int32: return try elements(array, Int32.self).map { Double($0) }
        case .float32: return try elements(array, Float.self).map { Double($0) }
        case .float64: return try elements(array, Double.self)
        default: throw IngestError(.unsupportedElement, "table of an unexpected element type", got: array.element.name)
        }
    }

    private static func encoding(of packing: PayloadPacking) throws -> ChunkEncoding {
        switch packing {
        case .raw: .none
        case .bitshuffleLZ4: .bitshuffleLZ4
        case .bitshuffleZstd: .bitshuffleZstd
        case .lz4Chunk: .lz4
        case .zstd: .zstd
        case .lz4Block: throw IngestError(.unsupportedElement, "bare LZ4 blocks are known for frames only")
        }
    }
}
