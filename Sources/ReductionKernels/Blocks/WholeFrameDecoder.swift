import Diagnostics
import Frames

/// Frames whose chunks have no blocks, or longer ones: decoded as a whole, into memory that is used again.
struct WholeFrameDecoder: ~Copyable {
    private var decoder: ChunkDecoder
    private var pixels: UnsafeMutableRawBufferPointer?
    private let byteCount: Int

    init(format: FrameFormat, encoding: ChunkEncoding, instructions: InstructionLevel?) throws(FrameError) {
        decoder = try ChunkDecoder(format: format, encoding: encoding, instructions: instructions)
        byteCount = format.byteCount
    }

    deinit { pixels?.deallocate() }

    /// The pixels are good until the next call.
    mutating func decode(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> UnsafeRawBufferPointer {
        // Not before it is needed: most files never do.
        let room = pixels ?? .allocate(byteCount: byteCount, alignment: 64)
        pixels = room
        try decoder.decode(chunk, into: room)
        return UnsafeRawBufferPointer(room)
    }
}
