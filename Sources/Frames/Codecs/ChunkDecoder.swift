import CKernels
import Diagnostics

/// Decodes chunks of one format and encoding to pixels; one per thread, its scratch memory is reused from chunk to chunk.
///
/// Safe on any bytes: a chunk that is cut, garbled or hostile is refused with a `FrameError`, and memory never grows beyond one
/// frame.
public struct ChunkDecoder: ~Copyable {
    public let format: FrameFormat
    public let encoding: ChunkEncoding
    private let kernels: UnsafePointer<faisceau_kernel_table>
    private var scratch: UnsafeMutableRawBufferPointer
    private let expander: BlockExpander

    /// - Parameters:
    ///   - format: shape and type of every frame to come.
    ///   - encoding: how its chunks are encoded.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: what ``InstructionLevel/chosen()`` throws; `systemResource` without memory.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let kernels = try InstructionLevel.kernels(of: instructions)
        let expander = try BlockExpander(encoding, kernels: kernels)
        self.expander = expander
        self.format = format
        self.encoding = encoding
        self.kernels = kernels
        scratch = .allocate(byteCount: BitshuffleLayout.defaultBlockBytes + BlockExpander.slack, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// Decodes one chunk into `pixels`, `[slow, fast]`, little-endian.
    ///
    /// - Parameters:
    ///   - chunk: all bytes of the chunk, as in the file.
    ///   - pixels: exactly `format.byteCount` bytes; their content is undefined after a throw.
    /// - Throws: `formatMismatch` for a buffer of another size, `chunkTruncated`, `chunkFramingInvalid`, `chunkCorrupt`.
    /// - Complexity: O(bytes); no allocation with blocks of 8 KiB.
    public mutating func decode(
        _ chunk: UnsafeRawBufferPointer, into pixels: UnsafeMutableRawBufferPointer
    ) throws(FrameError) {
        guard pixels.count == format.byteCount, let output = pixels.baseAddress else {
            throw FrameError(
                .formatMismatch, "the buffer for the pixels has another size than the frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        switch encoding {
        case .none:
            try ChunkFraming.check(chunk, encoding: .none, format: format)
            pixels.copyMemory(from: chunk)
        case .bitshuffleLZ4, .bitshuffleZstd: try decodeBitshuffle(chunk, into: output)
        case .lz4: try decodeLZ4(chunk, into: output)
        case .zstd:
            try ChunkFraming.check(chunk, encoding: .zstd, format: format)
            guard expander.zstd(chunk, into: output, bytes: format.byteCount) else {
                throw Self.corrupt("a zstd", 0, format.byteCount)
            }
        }
    }

    private mutating func decodeBitshuffle(
        _ chunk: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer
    ) throws(FrameError) {
        let layout = try BitshuffleLayout(of: chunk, format: format)
        reserveScratch(layout.longestBlockBytes)
        guard let planes = scratch.baseAddress else { return }
        let unshuffle = kernels.pointee.bit_unshuffle
        let elementSize = layout.elementSize
        var place = BitshuffleLayout.headerBytes
        for block in 0..<layout.blockCount {
            let next = try ChunkFraming.end(ofBlock: block, at: place, in: chunk, shortest: 1)
            let compressed = UnsafeRawBufferPointer(rebasing: chunk[(place + 4)..<next])
            let elements = layout.elements(inBlock: block)
            if encoding == .bitshuffleLZ4 {
                guard expander.planes(compressed, into: planes, bytes: elements * elementSize) else {
                    throw Self.corrupt("an LZ4", place, elements * elementSize)
                }
            } else {
                guard expander.zstd(compressed, into: planes, bytes: elements * elementSize) else {
                    throw Self.corrupt("a zstd", place, elements * elementSize)
                }
            }
            let destination = output + block * layout.blockBytes
            unshuffle(
                planes.assumingMemoryBound(to: UInt8.self), destination.assumingMemoryBound(to: UInt8.self), elements, elementSize
            )
            place = next
        }
        let leftover = layout.leftoverBytes
        try ChunkFraming.checkEnd(place + leftover, of: chunk)
        guard leftover > 0, let tail = chunk.baseAddress else { return }
        (output + format.byteCount - leftover).copyMemory(from: tail + place, byteCount: leftover)
    }

    private func decodeLZ4(
        _ chunk: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer
    ) throws(FrameError) {
        let layout = try LZ4ChunkLayout(of: chunk, format: format, checkingBlocks: false)
        var place = LZ4ChunkLayout.headerBytes
        for block in 0..<layout.blockCount {
            let next = try ChunkFraming.end(ofBlock: block, at: place, in: chunk, shortest: 1)
            let data = UnsafeRawBufferPointer(rebasing: chunk[(place + 4)..<next])
            let destination = output + block * layout.blockBytes
            let bytes = layout.bytes(inBlock: block)
            if data.count == bytes, let stored = data.baseAddress {
                destination.copyMemory(from: stored, byteCount: bytes)
            } else if !expander.lz4(data, into: destination, bytes: bytes) {
                throw Self.corrupt("an LZ4", place, bytes)
            }
            place = next
        }
        try ChunkFraming.checkEnd(place, of: chunk)
    }

    @inline(never)
    private static func corrupt(_ kind: String, _ place: Int, _ bytes: Int) -> FrameError {
        FrameError(
            .chunkCorrupt, "\(kind) block does not decode to its pixels", at: "chunk byte \(place)",
            expected: "\(bytes) bytes of pixels", remedy: "The chunk was damaged, or it is of another encoding")
    }

    private mutating func reserveScratch(_ bytes: Int) {
        guard bytes + BlockExpander.slack > scratch.count else { return }
        scratch.deallocate()
        scratch = .allocate(byteCount: bytes + BlockExpander.slack, alignment: 64)
    }
}
