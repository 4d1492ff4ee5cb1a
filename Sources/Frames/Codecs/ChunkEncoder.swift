import CKernels
import CLZ4
import CZstd
import Diagnostics

/// Encodes frames of one format to chunks; one per thread, its scratch memory is reused from frame to frame.
///
/// Layouts are those of the HDF5 filters, block for block, so that every program with the filter reads them. The LZ4 blocks of
/// bitshuffle chunks come from a compressor made for bit planes (`CKernels/lz4_planes.h`), and so do most zstd blocks
/// (`ZstdBlockEncoder`); their bytes differ from liblz4's and libzstd's and decode to the same pixels.
public struct ChunkEncoder: ~Copyable {
    public let format: FrameFormat
    public let encoding: ChunkEncoding
    /// The level of zstd; LZ4 has none.
    public let level: Int32
    /// The size that a buffer for one chunk must have, whatever the pixels.
    public let maximumEncodedBytes: Int

    private let kernels: UnsafePointer<faisceau_kernel_table>
    private let planes: UnsafeMutableRawPointer
    private let packed: UnsafeMutableRawPointer
    private let memory: UnsafeMutablePointer<faisceau_lz4_memory>
    /// For whole frames (``ChunkEncoding/zstd``).
    private let zstd: OpaquePointer?
    /// For blocks (``ChunkEncoding/bitshuffleZstd``).
    private let zstdBlocks: ZstdBlockEncoder?

    /// The bytes that a buffer for any chunk of this format and encoding must have.
    public static func maximumEncodedBytes(format: FrameFormat, encoding: ChunkEncoding) -> Int {
        let block = BitshuffleLayout.defaultBlockBytes
        let bytes = format.byteCount
        let blocks = bytes / block + 1
        let slack = Int(FAISCEAU_LZ4_SLACK)
        return switch encoding {
        case .none: bytes
        case .bitshuffleLZ4, .lz4: 12 + blocks * (LZ4ChunkLayout.longest(block) + 4) + block + slack
        case .bitshuffleZstd: 12 + blocks * (ZstdBlockEncoder.longestResult + 4) + ZstdBlockEncoder.slack
        case .zstd: ZSTD_compressBound(bytes)
        }
    }

    /// - Parameters:
    ///   - format: shape and type of every frame to come.
    ///   - encoding: how the chunks shall be encoded.
    ///   - level: the zstd level, 1 to 22.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: what ``InstructionLevel/chosen()`` throws; `systemResource` without memory.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, level: Int32 = ChunkEncoding.zstdLevel,
        instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let kernels = try InstructionLevel.kernels(of: instructions)
        var zstd: OpaquePointer?
        if encoding == .zstd {
            zstd = ZSTD_createCCtx()
            guard zstd != nil else { throw FrameError(.systemResource, "no memory for a zstd encoder") }
        }
        zstdBlocks = encoding == .bitshuffleZstd ? try ZstdBlockEncoder(kernels: kernels, level: level) : nil
        self.format = format
        self.encoding = encoding
        self.level = level
        self.kernels = kernels
        self.zstd = zstd
        maximumEncodedBytes = Self.maximumEncodedBytes(format: format, encoding: encoding)
        let room = BitshuffleLayout.defaultBlockBytes + Int(FAISCEAU_LZ4_SLACK)
        planes = .allocate(byteCount: room, alignment: 64)
        planes.initializeMemory(as: UInt8.self, repeating: 0, count: room)
        packed = .allocate(byteCount: LZ4ChunkLayout.longest(room), alignment: 64)
        memory = .allocate(capacity: 1)
        memory.initialize(to: faisceau_lz4_memory())
    }

    deinit {
        planes.deallocate()
        packed.deallocate()
        memory.deallocate()
        ZSTD_freeCCtx(zstd)
    }

    /// Encodes one frame.
    ///
    /// - Parameters:
    ///   - pixels: exactly `format.byteCount` bytes, `[slow, fast]`, little-endian.
    ///   - chunk: at least ``maximumEncodedBytes`` bytes.
    /// - Returns: the length of the chunk.
    /// - Throws: `formatMismatch`, `bufferTooSmall`, or `notSupported` for a zstd level that does not exist.
    /// - Complexity: O(bytes); no allocation.
    public mutating func encode(
        _ pixels: UnsafeRawBufferPointer, into chunk: UnsafeMutableRawBufferPointer
    ) throws(FrameError) -> Int {
        guard pixels.count == format.byteCount, let input = pixels.baseAddress else {
            throw FrameError(
                .formatMismatch, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        guard chunk.count >= maximumEncodedBytes, let output = chunk.baseAddress else {
            throw FrameError(
                .bufferTooSmall, "the buffer for the chunk is too small", got: "\(chunk.count) bytes",
                expected: "at least \(maximumEncodedBytes)")
        }
        switch encoding {
        case .none:
            chunk.copyMemory(from: pixels)
            return pixels.count
        case .bitshuffleLZ4, .bitshuffleZstd: return try encodeBitshuffle(input, into: chunk)
        case .lz4: return try encodeLZ4(input, into: chunk)
        case .zstd: return try compressZstd(input, bytes: pixels.count, into: output, capacity: chunk.count)
        }
    }

    private func encodeBitshuffle(
        _ input: UnsafeRawPointer, into chunk: UnsafeMutableRawBufferPointer
    ) throws(FrameError) -> Int {
        guard let output = chunk.baseAddress else { return 0 }
        let layout = BitshuffleLayout(format: format)
        chunk.storeBigEndian(UInt64(format.byteCount), at: 0)
        chunk.storeBigEndian(UInt32(layout.blockBytes), at: 8)
        var place = BitshuffleLayout.headerBytes
        for block in 0..<layout.blockCount {
            let length = try encodeBlock(
                block, input + block * layout.blockBytes, elements: layout.elements(inBlock: block), into: output + place + 4)
            chunk.storeBigEndian(UInt32(length), at: place)
            place += 4 + length
        }
        let leftover = layout.leftoverBytes
        (output + place).copyMemory(from: input + format.byteCount - leftover, byteCount: leftover)
        return place + leftover
    }

    /// One bitshuffle block of at most 8 KiB: planes, then LZ4 or zstd. Returns the compressed length.
    private func encodeBlock(
        _ block: Int, _ input: UnsafeRawPointer, elements: Int, into output: UnsafeMutableRawPointer
    ) throws(FrameError) -> Int {
        let elementSize = format.pixelType.byteCount
        let bytes = elements * elementSize
        let plane = planes.assumingMemoryBound(to: UInt8.self)
        kernels.pointee.bit_shuffle(input.assumingMemoryBound(to: UInt8.self), plane, elements, elementSize)
        // The compressors look past the end; what they see there must not depend on the frame before, or equal frames would
        // differ.
        (planes + bytes).initializeMemory(as: UInt8.self, repeating: 0, count: Int(FAISCEAU_LZ4_SLACK))
        if let zstdBlocks { return try zstdBlocks.encode(block: block, planes, bytes: bytes, row: elements / 8, into: output) }
        return kernels.pointee.lz4_block_compress(
            memory, plane, bytes, elements / 8, output.assumingMemoryBound(to: UInt8.self))
    }

    private func encodeLZ4(
        _ input: UnsafeRawPointer, into chunk: UnsafeMutableRawBufferPointer
    ) throws(FrameError) -> Int {
        guard let output = chunk.baseAddress else { return 0 }
        let layout = LZ4ChunkLayout(format: format)
        chunk.storeBigEndian(UInt64(layout.totalBytes), at: 0)
        chunk.storeBigEndian(UInt32(layout.blockBytes), at: 8)
        var place = LZ4ChunkLayout.headerBytes
        for block in 0..<layout.blockCount {
            let bytes = layout.bytes(inBlock: block)
            let source = input + block * layout.blockBytes
            // At most 8 KiB: both counts fit. A length of 0 means that nothing shorter than the pixels exists.
            let length = Int(LZ4_compress_default(source, packed, Int32(bytes), Int32(bytes - 1)))
            if length > 0 {
                (output + place + 4).copyMemory(from: packed, byteCount: length)
            } else {
                (output + place + 4).copyMemory(from: source, byteCount: bytes)
            }
            let stored = length > 0 ? length : bytes
            chunk.storeBigEndian(UInt32(stored), at: place)
            place += 4 + stored
        }
        return place
    }

    private func compressZstd(
        _ input: UnsafeRawPointer, bytes: Int, into output: UnsafeMutableRawPointer, capacity: Int
    ) throws(FrameError) -> Int {
        let length = ZSTD_compressCCtx(zstd, output, capacity, input, bytes, level)
        guard ZSTD_isError(length) == 0 else {
            throw FrameError(
                .notSupported, "zstd refused to compress a frame", at: "level \(level)",
                got: String(cString: ZSTD_getErrorName(length)))
        }
        return length
    }
}
