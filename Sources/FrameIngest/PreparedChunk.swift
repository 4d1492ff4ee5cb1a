import Frames

/// One channel's frame as it will lie in the file, or the reason why it cannot.
public struct PreparedChunk: @unchecked Sendable {
    // @unchecked: the pointers are into the slot that holds this value, and travel with it.

    /// Index of the channel in the start message's order.
    public let channel: Int
    public internal(set) var content: Content

    public enum Content {
        /// Bytes to write: a 16-byte header first where the wire left it out, then the body.
        case ready(ReadyChunk)
        /// Pixels as received, to be compressed before they are written.
        case unpacked(UnsafeRawBufferPointer, FrameFormat)
        /// A bare LZ4 block that is not smaller than its frame (V1 `lz4<`, incompressible pixels): filter 32004 takes a block as long as its
        /// content for stored pixels, so it is to be decoded and stored as those.
        case incompressible(UnsafeRawBufferPointer, FrameFormat)
        /// The frame is invalid: it will be counted, named, and stored as a masked one.
        case refused(any Error)

        /// Whether a packing thread has work before this can be written.
        var needsPacking: Bool {
            switch self {
            case .unpacked, .incompressible: true
            case .ready, .refused: false
            }
        }
    }
}

/// The bytes of a chunk and how they are to be read.
public struct ReadyChunk {
    public let format: FrameFormat
    public let encoding: ChunkEncoding
    /// Header that the wire leaves out and the file needs (V1 `lz4<`); empty otherwise.
    public let header: ChunkHeader?
    public let body: UnsafeRawBufferPointer

    public init(format: FrameFormat, encoding: ChunkEncoding, header: ChunkHeader?, body: UnsafeRawBufferPointer) {
        self.format = format
        self.encoding = encoding
        self.header = header
        self.body = body
    }

    public var byteCount: Int { body.count + (header == nil ? 0 : ChunkHeader.byteCount) }
}
