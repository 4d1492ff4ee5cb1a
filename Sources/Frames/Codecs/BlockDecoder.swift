import CKernels
import Diagnostics

/// Decodes bitshuffle chunks block by block, so that whoever consumes the pixels finds them in the first-level cache and a frame never
/// travels to memory. One per thread; it serves any number of chunks at once, each at a place of its own (``Cursor``).
///
/// Pixels that a static mask excludes come as 0. In a frame with gaps every bit plane is full of their ones; with them gone most planes of
/// a photon-counting frame are empty, and cost a test.
///
/// Safe on any bytes, as ``ChunkDecoder`` is.
public struct BlockDecoder: ~Copyable {
    /// What every encoder writes, and the longest block that is read here: bytes of pixels.
    public static let blockBytes = BitshuffleLayout.defaultBlockBytes
    /// Bytes that `next` may write behind a block of pixels.
    public static let slack = 64

    /// A place in a chunk. The bytes must outlive it.
    public struct Cursor {
        /// The chunk, or the piece of it that ``move(to:from:)`` gave.
        fileprivate var bytes: UnsafeRawBufferPointer
        /// Bytes of the chunk before that piece.
        fileprivate var start = 0
        fileprivate let size: Int
        fileprivate let layout: BitshuffleLayout
        /// In the piece.
        fileprivate var place = BitshuffleLayout.headerBytes
        fileprivate var block = 0

        fileprivate init(_ bytes: UnsafeRawBufferPointer, size: Int, _ layout: BitshuffleLayout) {
            self.bytes = bytes
            self.size = size
            self.layout = layout
        }

        /// Bytes that are there and have not been decoded.
        public var bytesLeft: Int { bytes.count - place }

        /// Goes on in another piece of the chunk.
        /// - Parameters:
        ///   - piece: begins with the bytes that were left.
        ///   - start: the place of its first byte in the chunk.
        public mutating func move(to piece: UnsafeRawBufferPointer, from start: Int) {
            (bytes, self.start, place) = (piece, start, 0)
        }

        /// Pixels of a full block; two chunks whose blocks are equal can be read side by side.
        public var blockElements: Int { layout.blockElements }
    }

    public let format: FrameFormat
    public let encoding: ChunkEncoding
    private let valid: ValidityBits
    private let kernels: UnsafePointer<faisceau_kernel_table>
    private let planes: UnsafeMutableRawPointer
    private let expander: BlockExpander

    /// Whether chunks of an encoding can be read in blocks.
    public static func reads(_ encoding: ChunkEncoding) -> Bool { encoding == .bitshuffleLZ4 || encoding == .bitshuffleZstd }

    /// - Throws: `notSupported` for an encoding without blocks, `formatMismatch` for a mask of another shape, `systemResource`, and what
    ///   ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, valid: ValidityBits, instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        guard Self.reads(encoding) else {
            throw FrameError(
                .notSupported, "chunks of this encoding have no blocks", got: encoding.rawValue, expected: "bitshuffle")
        }
        guard valid.count == format.pixelCount else {
            throw FrameError(
                .formatMismatch, "a mask has another size than its frame", got: "\(valid.count) pixels",
                expected: "\(format.pixelCount) for \(format)")
        }
        let kernels = try InstructionLevel.kernels(of: instructions)
        let expander = try BlockExpander(encoding, kernels: kernels)
        self.expander = expander
        self.format = format
        self.encoding = encoding
        self.valid = valid
        self.kernels = kernels
        planes = .allocate(byteCount: Self.blockBytes + BlockExpander.slack, alignment: 64)
    }

    deinit { planes.deallocate() }

    /// Begins a chunk; nil when its blocks are longer than ``blockBytes``: it must be decoded as a whole.
    ///
    /// - Throws: `chunkTruncated` or `chunkFramingInvalid` when the chunk's header is not that of a frame of this format.
    public func begin(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> Cursor? { try begin(chunk, of: chunk.count) }

    /// Begins a chunk of which only the first bytes are there: ``Cursor/move(to:from:)`` before ``Cursor/bytesLeft`` is less than a block.
    ///
    /// - Parameter size: bytes of the whole chunk.
    /// - Throws: as the other. A block that is not whole in its piece is `chunkTruncated`.
    public func begin(_ piece: UnsafeRawBufferPointer, of size: Int) throws(FrameError) -> Cursor? {
        let layout = try BitshuffleLayout(of: piece, format: format)
        return layout.longestBlockBytes <= Self.blockBytes ? Cursor(piece, size: size, layout) : nil
    }

    /// Decodes the next block.
    ///
    /// - Parameters:
    ///   - cursor: moved behind the block.
    ///   - pixels: room for ``blockBytes`` + ``slack`` bytes.
    /// - Returns: the number of pixels, 0 at the end of the chunk, when all of it has been used up.
    /// - Throws: `chunkTruncated`, `chunkFramingInvalid`, `chunkCorrupt`; the cursor stays where it is.
    @inline(__always)
    public mutating func next(_ cursor: inout Cursor, into pixels: UnsafeMutableRawPointer) throws(FrameError) -> Int {
        try next(&cursor, into: pixels, scan: nil)
    }

    /// The same, with a look at the pixels on their way; only for pixels of at most 4 bytes.
    ///
    /// - Parameter scan: of the block; `is_made` is 0 where nothing was looked at.
    @inline(__always)
    package mutating func next(
        _ cursor: inout Cursor, into pixels: UnsafeMutableRawPointer, scan: UnsafeMutablePointer<faisceau_block_scan>?
    ) throws(FrameError) -> Int {
        scan?.pointee.is_made = 0
        guard cursor.block < cursor.layout.blockCount else { return try rest(&cursor, into: pixels) }
        let chunk = cursor.bytes
        let end = try ChunkFraming.end(ofBlock: cursor.block, at: cursor.place, in: chunk, shortest: 1)
        let elements = cursor.layout.elements(inBlock: cursor.block)
        let bytes = elements * cursor.layout.elementSize
        let source = UnsafeRawBufferPointer(rebasing: chunk[(cursor.place + 4)..<end])
        // `begin` has seen to it that no block has more bytes than the planes' room.
        let isWhole =
            encoding == .bitshuffleLZ4
            ? expander.planes(source, into: planes, bytes: bytes) : expander.zstd(source, into: planes, bytes: bytes)
        guard isWhole else { throw Self.corrupt(cursor, bytes) }
        let first = cursor.block * cursor.layout.blockElements
        let (planes, pixels) = (planes.assumingMemoryBound(to: UInt8.self), pixels.assumingMemoryBound(to: UInt8.self))
        valid.withPlane(from: first) { valid in
            if let scan {
                kernels.pointee.bit_unshuffle_scan(planes, valid, pixels, elements, cursor.layout.elementSize, scan)
            } else {
                kernels.pointee.bit_unshuffle_valid(planes, valid, pixels, elements, cursor.layout.elementSize)
            }
        }
        cursor.place = end
        cursor.block += 1
        return elements
    }

    /// The pixels behind the last block, fewer than eight and as they are; then the end.
    private func rest(_ cursor: inout Cursor, into pixels: UnsafeMutableRawPointer) throws(FrameError) -> Int {
        let bytes = cursor.layout.leftoverBytes
        let isDone = cursor.block > cursor.layout.blockCount || bytes == 0
        try ChunkFraming.checkEnd(cursor.start + cursor.place + (isDone ? 0 : bytes), ofChunk: cursor.size)
        guard !isDone else { return 0 }
        // A chunk that ends where it should has them; a piece of it may have been cut.
        guard cursor.bytesLeft >= bytes else { throw Self.corrupt(cursor, bytes) }
        let size = cursor.layout.elementSize
        let first = format.pixelCount - bytes / size
        for element in 0..<bytes / size {
            let target = UnsafeMutableRawBufferPointer(start: pixels + element * size, count: size)
            if valid[first + element] {
                target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: cursor.bytes[(cursor.place + element * size)...].prefix(size)))
            } else {
                target.initializeMemory(as: UInt8.self, repeating: 0)
            }
        }
        cursor.place += bytes
        cursor.block += 1
        return bytes / size
    }

    @inline(never)
    private static func corrupt(_ cursor: Cursor, _ bytes: Int) -> FrameError {
        FrameError(
            .chunkCorrupt, "a block does not decode to its pixels",
            at: "block \(cursor.block), chunk byte \(cursor.start + cursor.place)",
            expected: "\(bytes) bytes of pixels", remedy: "The chunk was damaged, or it is of another encoding")
    }
}
