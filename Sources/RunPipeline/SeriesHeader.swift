import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import RunModel

/// What the start message said, with its arrays unpacked: everything of it that must outlive the message.
public struct SeriesHeader: Sendable {
    public let start: StartMessage
    /// The message as text (JSON; large arrays as descriptions), lossless otherwise.
    public let originalJSON: String
    /// NeXus bits [slow, fast] of each channel, where the stream gave them; the key is the channel's index.
    public private(set) var pixelMasks: [Int: PixelMask] = [:]
    /// float32 [slow, fast].
    public private(set) var flatFields: [Int: (shape: FrameShape, values: [Float])] = [:]
    /// Pairs (measured, corrected), float32, or the table as integers where the stream gives integers.
    public private(set) var countrateTable: [Double]?
    /// What was strange, for the log and the file.
    public private(set) var notes: [String]

    /// When the start message came: the run is armed from then on.
    public let received: Timestamp

    /// - Parameter parts: the message that `start` was decoded from.
    public init(_ start: StartMessage, in parts: MessageParts, received: Timestamp) {
        self.received = received
        self.start = start
        originalJSON = start.original.json()
        notes = start.notes
        // A mask or flat field that is cut or of another type is left out with a note: the frames are worth more than it is.
        for mask in start.pixelMasks {
            do {
                let (channel, shape, bytes) = try Self.unpack(mask, .uint32, channels: start.channels, in: parts)
                pixelMasks[channel] = try PixelMask(
                    shape: shape, bits: bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) })
            } catch { notes.append("pixel mask\(Self.suffix(mask)) not kept: \(error)") }
        }
        for flat in start.flatFields {
            do {
                let (channel, shape, bytes) = try Self.unpack(flat, .float32, channels: start.channels, in: parts)
                flatFields[channel] = (shape, bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
            } catch { notes.append("flat field\(Self.suffix(flat)) not kept: \(error)") }
        }
        if let table = start.countrateTable {
            do { countrateTable = try ArrayUnpacking.doubles(table, in: parts) } catch {
                notes.append("count rate table not kept: \(error)")
            }
        }
    }

    /// The header without masks, flat fields and tables, which can be a hundred megabytes: for series that are over.
    var withoutArrays: SeriesHeader {
        var header = self
        header.pixelMasks = [:]
        header.flatFields = [:]
        header.countrateTable = nil
        return header
    }

    /// The header with more to say.
    func noting(_ more: [String]) -> SeriesHeader {
        var header = self
        header.notes += more
        return header
    }

    /// V1 arrays name no channel and mean the only one.
    private static func unpack(
        _ array: ChannelArray, _ element: ElementType, channels: [String], in parts: MessageParts
    ) throws -> (channel: Int, shape: FrameShape, bytes: [UInt8]) {
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
        let shape = try FrameShape(slow: array.array.slow, fast: array.array.fast)
        return (channel, shape, try ArrayUnpacking.bytes(array.array, in: parts))
    }

    private static func suffix(_ array: ChannelArray) -> String { array.channel.map { " of \($0)" } ?? "" }
}

/// Unpacks an array of a start message; not on the frame path.
enum ArrayUnpacking {
    static func bytes(_ array: ArrayDescription, in parts: MessageParts) throws -> [UInt8] {
        guard let payload = array.payload.bytesIfInside(parts) else {
            throw IngestError(.badPayload, "array outside the message")
        }
        guard array.byteOrder == .littleEndian || array.element.byteCount == 1 else {
            throw IngestError(.unsupportedElement, "big-endian arrays are not kept")
        }
        let format = FrameFormat(
            shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: try PixelType(wire: array.element))
        let encoding: ChunkEncoding
        switch array.packing {
        case .raw:
            guard payload.count == format.byteCount else {
                throw IngestError(
                    .badPayload, "array of another size than its shape says", got: "\(payload.count) bytes",
                    expected: "\(format.byteCount) bytes")
            }
            return Array(payload)
        case .bitshuffleLZ4: encoding = .bitshuffleLZ4
        case .bitshuffleZstd: encoding = .bitshuffleZstd
        case .lz4Chunk: encoding = .lz4
        case .zstd: encoding = .zstd
        case .lz4Block:
            throw IngestError(.unsupportedElement, "bare LZ4 blocks are known for frames only")
        }
        var decoder = try ChunkDecoder(format: format, encoding: encoding)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        try pixels.withUnsafeMutableBytes { target in try decoder.decode(payload, into: target) }
        return pixels
    }

    /// Any numeric array as doubles.
    static func doubles(_ array: ArrayDescription, in parts: MessageParts) throws -> [Double] {
        let raw = try bytes(array, in: parts)
        return try raw.withUnsafeBytes { bytes in
            func convert<T: Numeric>(_: T.Type, _ make: (T) -> Double) -> [Double] { bytes.bindMemory(to: T.self).map(make) }
            switch array.element {
            case .uint8: return convert(UInt8.self) { Double($0) }
            case .uint16: return convert(UInt16.self) { Double($0) }
            case .uint32: return convert(UInt32.self) { Double($0) }
            case .int32: return convert(Int32.self) { Double($0) }
            case .float32: return convert(Float.self) { Double($0) }
            case .float64: return convert(Double.self) { $0 }
            default: throw IngestError(.unsupportedElement, "table of an unexpected element type", got: array.element.name)
            }
        }
    }
}
