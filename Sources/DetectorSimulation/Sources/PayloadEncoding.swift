import CLZ4
import DetectorWire
import Diagnostics
import Frames

/// How the pixels of frames that are not packed yet are sent; the names of the command line.
public enum PayloadEncoding: String, Sendable, CaseIterable {
    case bslz4, lz4, none
    /// V2 only.
    case bszstd, zstd

    var chunkEncoding: ChunkEncoding {
        switch self {
        case .bslz4: .bitshuffleLZ4
        case .lz4: .lz4
        case .none: .none
        case .bszstd: .bitshuffleZstd
        case .zstd: .zstd
        }
    }
}

/// Packs frames of one format for one stream version; one per thread.
struct PayloadEncoder: ~Copyable {
    private let format: FrameFormat
    private let element: ElementType
    /// V1 names `lz4<` for one bare block, which no chunk encoding makes.
    private let isBareBlock: Bool
    private let packing: PayloadPacking
    private var encoder: ChunkEncoder
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Throws: `SimulationError` `.settingInvalid` for an encoding that the version has no name for, or a frame too large for it.
    init(format: FrameFormat, encoding: PayloadEncoding, version: StreamVersion) throws(SimulationError) {
        guard version == .v2 || (encoding != .bszstd && encoding != .zstd) else {
            throw SimulationError(
                .settingInvalid, "Stream V1 has no name for this encoding", got: encoding.rawValue, expected: "bslz4, lz4 or none"
            )
        }
        let isBareBlock = encoding == .lz4 && version == .v1
        guard !isBareBlock || format.byteCount <= LZ4BlockWrapping.maximumBytes else {
            throw SimulationError(.settingInvalid, "one LZ4 block cannot hold such a frame", got: "\(format)")
        }
        guard let element = ElementType(name: format.pixelType.rawValue) else {
            throw SimulationError(.settingInvalid, "no stream has pixels of this type", got: format.pixelType.rawValue)
        }
        let chunkEncoder = try Self.encoder(format, isBareBlock ? .none : encoding.chunkEncoding)
        let bytes = isBareBlock ? Int(LZ4_compressBound(Int32(format.byteCount))) : chunkEncoder.maximumEncodedBytes
        self.format = format
        self.element = element
        self.isBareBlock = isBareBlock
        packing =
            switch encoding {
            case .bslz4: .bitshuffleLZ4
            case .lz4: version == .v1 ? .lz4Block : .lz4Chunk
            case .none: .raw
            case .bszstd: .bitshuffleZstd
            case .zstd: .zstd
            }
        encoder = chunkEncoder
        buffer = .allocate(byteCount: bytes, alignment: 64)
    }

    private static func encoder(
        _ format: FrameFormat, _ encoding: ChunkEncoding
    ) throws(SimulationError) -> ChunkEncoder {
        do throws(FrameError) {
            return try ChunkEncoder(format: format, encoding: encoding)
        } catch {
            throw SimulationError(.settingInvalid, "frames of this format cannot be encoded", got: "\(format)", cause: error)
        }
    }

    deinit { buffer.deallocate() }

    /// - Parameter pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    mutating func encode(_ pixels: [UInt8], channel: String?) throws(SimulationError) -> EncodedArray {
        EncodedArray(
            channel: channel, shape: [format.shape.slow, format.shape.fast], element: element, packing: packing,
            payload: try packed(pixels))
    }

    /// A chunk of this format that is packed already.
    static func passed(
        _ chunk: [UInt8], encoding: ChunkEncoding, format: FrameFormat, channel: String?
    ) throws(SimulationError) -> EncodedArray {
        guard let element = ElementType(name: format.pixelType.rawValue) else {
            throw SimulationError(.settingInvalid, "no stream has pixels of this type", got: format.pixelType.rawValue)
        }
        let packing: PayloadPacking =
            switch encoding {
            case .none: .raw
            case .bitshuffleLZ4: .bitshuffleLZ4
            case .bitshuffleZstd: .bitshuffleZstd
            case .lz4: .lz4Chunk
            case .zstd: .zstd
            }
        return EncodedArray(
            channel: channel, shape: [format.shape.slow, format.shape.fast], element: element, packing: packing, payload: chunk)
    }

    private mutating func packed(_ pixels: [UInt8]) throws(SimulationError) -> [UInt8] {
        if packing == .raw { return pixels }
        if isBareBlock {
            let count = pixels.withUnsafeBytes {
                LZ4_compress_default($0.baseAddress, buffer.baseAddress, Int32($0.count), Int32(buffer.count))
            }
            return [UInt8](buffer[0..<Int(count)])
        }
        do throws(FrameError) {
            let count = try pixels.withUnsafeBufferPointer { (bytes) throws(FrameError) in
                try encoder.encode(UnsafeRawBufferPointer(bytes), into: buffer)
            }
            return [UInt8](buffer[0..<count])
        } catch {
            throw SimulationError(.settingInvalid, "a frame cannot be encoded", got: "\(format)", cause: error)
        }
    }
}
