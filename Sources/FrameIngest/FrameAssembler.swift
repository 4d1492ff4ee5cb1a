import DetectorWire
import Diagnostics
import Frames

/// Turns an image message into one chunk a channel, without copying and without unpacking a pixel.
///
/// It knows both the wire and the frame (no other target does), and belongs to the receiver thread. Payloads are checked as far as that
/// is possible without decompression: the header and every block length (`ChunkFraming`), so that a cut payload is found here.
struct FrameAssembler {
    /// What to do with frames that arrive unpacked.
    let compression: ChunkEncoding

    /// Names of the channels as announced, in UTF-8.
    private var channelNames: [[UInt8]] = []

    init(compression: ChunkEncoding) {
        self.compression = compression
    }

    mutating func begin(_ start: StartMessage) {
        channelNames = start.channels.map { Array($0.utf8) }
    }

    /// Fills `slot.chunks`. A channel that cannot be stored is there too, with the reason.
    func assemble(_ image: ImageMessage, in slot: MessageSlot) {
        for position in 0..<image.channelCount {
            let channel = image.channel(position)
            do throws(IngestError) {
                let index = try channelIndex(of: channel.name, at: position, in: slot)
                slot.chunks.append(PreparedChunk(channel: index, content: content(of: channel.array, in: slot)))
            } catch {
                slot.chunks.append(PreparedChunk(channel: position, content: .refused(error)))
            }
        }
    }

    private func channelIndex(of name: PayloadRange?, at position: Int, in slot: MessageSlot) throws(IngestError) -> Int {
        // V1 has one channel without a name; a V2 stream that announced no names is taken in the order of its first image.
        guard let name, !channelNames.isEmpty else { return position }
        guard let bytes = slot.bytes(name) else {
            throw IngestError(.badPayload, "channel name outside the message", at: "channel \(position)")
        }
        for (index, known) in channelNames.enumerated() where known.count == bytes.count && known.elementsEqual(bytes) {
            return index
        }
        throw IngestError(
            .unknownChannel, "image has a channel that the start message did not announce",
            got: String(decoding: bytes, as: UTF8.self),
            expected: channelNames.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", "))
    }

    private func content(of array: ArrayDescription, in slot: MessageSlot) -> PreparedChunk.Content {
        do {
            let format = try Self.format(of: array)
            guard let payload = slot.bytes(array.payload) else {
                throw IngestError(.badPayload, "payload outside the message")
            }
            guard array.byteOrder == .littleEndian || format.pixelType.byteCount == 1 else {
                throw IngestError(
                    .unsupportedElement, "big-endian pixels are not stored", got: "big-endian \(format.pixelType)",
                    expected: "little-endian elements", remedy: "set the detector's stream to its default byte order")
            }
            return try content(payload, packing: array.packing, elementBytes: array.elementBytesOfPacking, format: format)
        } catch {
            return .refused(error)
        }
    }

    private func content(
        _ payload: UnsafeRawBufferPointer, packing: PayloadPacking, elementBytes: Int, format: FrameFormat
    ) throws -> PreparedChunk.Content {
        switch packing {
        case .raw:
            guard payload.count == format.byteCount else {
                throw IngestError(
                    .badPayload, "unpacked frame of another size", got: "\(payload.count) bytes",
                    expected: "\(format.byteCount) bytes")
            }
            if compression == .none {
                return .ready(ReadyChunk(format: format, encoding: .none, header: nil, body: payload))
            }
            return .unpacked(payload, format)
        case .lz4Block:
            let longest = LZ4BlockWrapping.longestBlock(format.byteCount)
            guard format.byteCount <= LZ4BlockWrapping.maximumBytes, payload.count <= longest, !payload.isEmpty else {
                throw IngestError(
                    .badPayload, "LZ4 block that no encoder makes of its frame", got: "\(payload.count) bytes",
                    expected: "1 to \(longest) for \(format.byteCount) bytes of pixels")
            }
            guard payload.count < format.byteCount else { return .incompressible(payload, format) }
            let header = try LZ4BlockWrapping.header(uncompressedBytes: format.byteCount, compressedBytes: payload.count)
            return .ready(ReadyChunk(format: format, encoding: .lz4, header: header, body: payload))
        case .bitshuffleLZ4:
            return try verbatim(payload, .bitshuffleLZ4, elementBytes, format)
        case .bitshuffleZstd:
            return try verbatim(payload, .bitshuffleZstd, elementBytes, format)
        case .lz4Chunk:
            return try verbatim(payload, .lz4, 0, format)
        case .zstd:
            return try verbatim(payload, .zstd, 0, format)
        }
    }

    private func verbatim(
        _ payload: UnsafeRawBufferPointer, _ encoding: ChunkEncoding, _ elementBytes: Int, _ format: FrameFormat
    ) throws -> PreparedChunk.Content {
        // The filter transposes by the file's element size; bits shuffled by another size would read as noise.
        guard elementBytes == 0 || elementBytes == format.pixelType.byteCount else {
            throw IngestError(
                .badPayload, "bit shuffling by another element size than the pixels have", got: "\(elementBytes) bytes",
                expected: "\(format.pixelType.byteCount) bytes")
        }
        try ChunkFraming.check(payload, encoding: encoding, format: format)
        return .ready(ReadyChunk(format: format, encoding: encoding, header: nil, body: payload))
    }

    /// The stored format of an array on the wire: element type and [slow, fast].
    static func format(of array: ArrayDescription) throws -> FrameFormat {
        guard array.planes == 1 else {
            throw IngestError(.badPayload, "array of more than two dimensions", got: "\(array.planes) planes", expected: "1")
        }
        return FrameFormat(
            shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: try PixelType(wire: array.element))
    }
}

extension PixelType {
    /// The stored type of an element on the wire.
    public init(wire element: ElementType) throws(IngestError) {
        switch element {
        case .uint8: self = .uint8
        case .int8: self = .int8
        case .uint16: self = .uint16
        case .int16: self = .int16
        case .uint32: self = .uint32
        case .int32: self = .int32
        case .uint64: self = .uint64
        case .int64: self = .int64
        case .float32: self = .float32
        case .float64: self = .float64
        case .float16:
            throw IngestError(.unsupportedElement, "half-precision pixels are not stored", got: "float16")
        }
    }
}
