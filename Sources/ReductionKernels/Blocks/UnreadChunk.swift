import Diagnostics
import Frames

/// Something that chunks can be read from, piece by piece and from any number of threads.
public protocol ChunkBytes: AnyObject, Sendable {
    /// Reads bytes from a place on.
    /// - Returns: how many there were: fewer than there is room for only at the end.
    /// - Throws: `systemResource` when they cannot be had.
    func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FrameError) -> Int
}

/// Where a chunk lies that has not been read yet.
public struct UnreadChunk: Sendable {
    public let file: any ChunkBytes
    public let offset: Int
    /// Bytes of the chunk.
    public let size: Int

    public init(file: any ChunkBytes, offset: Int, size: Int) {
        self.file = file
        self.offset = offset
        self.size = size
    }
}

/// Up to sixteen chunks that are read in step.
enum LaneChunks {
    case memory(ArraySlice<UnsafeRawBufferPointer>)
    case stored([UnreadChunk])

    var count: Int {
        switch self {
        case .memory(let chunks): chunks.count
        case .stored(let chunks): chunks.count
        }
    }
}
