import CReference
import Frames

/// Who made the blocks of a group's chunks.
enum BlockMaker: String, CaseIterable {
    case ourLZ4 = "our lz4"
    case libraryLZ4 = "liblz4"
    case slowLibraryLZ4 = "liblz4 hc"
    case shortLZ4 = "liblz4 short"
    case longLZ4 = "liblz4 long"
    case ourZstd = "our zstd"
    case libraryZstd = "libzstd"
    /// Of pixels as they are, HDF5 filter 32004.
    case plainLZ4 = "plain lz4"

    var encoding: ChunkEncoding {
        switch self {
        case .ourLZ4, .libraryLZ4, .slowLibraryLZ4, .shortLZ4, .longLZ4: .bitshuffleLZ4
        case .ourZstd, .libraryZstd: .bitshuffleZstd
        case .plainLZ4: .lz4
        }
    }

    /// Bytes of a block; every encoder that is in use makes 8192.
    var blockBytes: Int {
        switch self {
        case .shortLZ4: 256
        case .longLZ4: Int(REFERENCE_LONGEST_BLOCK)
        default: 8192
        }
    }

    var reference: reference_encoding {
        switch encoding {
        case .bitshuffleZstd: reference_bitshuffle_zstd
        case .lz4: reference_lz4
        default: reference_bitshuffle_lz4
        }
    }
}

/// Chunks of frames of one shape and type, made by one encoder, and everything that decodes them.
final class BlockGroup {
    let name: String
    let format: FrameFormat
    let maker: BlockMaker
    let seeds: [BlockSeed]
    let decoders: [DecoderTrial]
    let kernels: [KernelTrial]
    let expectation: KernelExpectation
    /// Pixels without a bin.
    let masked: [Int]

    init(_ format: FrameFormat, _ maker: BlockMaker, _ random: inout Randomness) throws {
        self.format = format
        self.maker = maker
        name = "\(maker.rawValue) \(format.pixelType.rawValue) \(format.shape.slow) x \(format.shape.fast)"
        var seeds: [BlockSeed] = []
        for kind in 0..<6 {
            let chunk = try Self.encode(Self.frame(format, kind: kind, &random), format, maker)
            seeds.append(
                BlockSeed(
                    chunk, isLZ4: maker.encoding != .bitshuffleZstd && maker.encoding != .lz4,
                    leftOver: maker.encoding == .lz4 ? 0 : format.pixelCount % 8 * format.pixelType.byteCount))
        }
        self.seeds = seeds
        let shares = try PixelShares(format)
        masked = shares.masked
        let levels = InstructionLevel.allCases.filter(\.isAvailable)
        decoders = try levels.map { try DecoderTrial(format, maker.encoding, shares, $0) }
        kernels = try levels.map { try KernelTrial(format, maker.encoding, shares, $0) }
        expectation = try KernelExpectation(format, shares)
    }

    /// Counts as detectors have them: few, many, none, with gaps full of the type's largest value, and hot pixels.
    private static func frame(_ format: FrameFormat, kind: Int, _ random: inout Randomness) -> [UInt8] {
        let size = format.pixelType.byteCount
        let most = [1, 2, 6, 40, 200, 3][kind]
        var bytes = [UInt8](repeating: 0, count: format.byteCount)
        for pixel in 0..<format.pixelCount {
            var value = UInt64(random.below(3) == 0 ? random.below(most + 1) : most / 3)
            if random.below(199) == 0 { value = random.next() >> UInt64(64 - 8 * size) }
            if pixel % format.shape.fast % 31 == 7 || (kind == 5 && pixel / format.shape.fast % 9 == 3) { value = .max }
            for byte in 0..<size { bytes[pixel * size + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
        }
        return bytes
    }

    /// More than any encoder needs for the frames of a run.
    private static let room = 1 << 15

    private static func encode(_ pixels: [UInt8], _ format: FrameFormat, _ maker: BlockMaker) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: maker.encoding)
        var chunk = [UInt8](repeating: 0, count: Self.room)
        let count = try chunk.withUnsafeMutableBytes { room in
            try pixels.withUnsafeBytes { pixels in
                switch maker {
                case .ourLZ4, .ourZstd, .plainLZ4: return try encoder.encode(pixels, into: room)
                case .libraryLZ4, .slowLibraryLZ4, .shortLZ4, .longLZ4, .libraryZstd:
                    guard let pixels = pixels.baseAddress, let room = room.baseAddress else { return 0 }
                    return reference_encode(
                        maker.reference, maker == .slowLibraryLZ4 || maker == .libraryZstd ? 3 : 0, maker.blockBytes,
                        pixels.assumingMemoryBound(to: UInt8.self), format.pixelCount, format.pixelType.byteCount,
                        room.assumingMemoryBound(to: UInt8.self), Self.room)
                }
            }
        }
        try require(count > 0, "\(maker.rawValue) makes no chunk of \(format)")
        return Array(chunk.prefix(count))
    }
}
