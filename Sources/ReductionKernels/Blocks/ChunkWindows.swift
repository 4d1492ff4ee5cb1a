import Diagnostics
import Frames

/// A piece of each of sixteen chunks, moved along while their blocks are decoded. The pieces of all lanes stay in the second-level cache, so
/// that what the kernel copies out of the page cache never travels to memory; sixteen whole chunks would.
struct ChunkWindows: ~Copyable {
    /// One lane's place.
    private struct Lane {
        let chunk: UnreadChunk
        /// Bytes of the chunk before the window.
        var start = 0
        var count = 0

        var isAtEnd: Bool { start + count >= chunk.size }
    }

    private let memory: UnsafeMutableRawBufferPointer
    private var lanes: [Lane] = []

    /// Sixteen of them are the second-level cache of a server's core. Frames a second of a curve, against whole chunks (uint16 powder frames of
    /// 2 MB): 16 KiB +2 %, 32 KiB +10 %, 64 KiB +12 %.
    private static let bytes = 64 << 10
    /// Lanes do not begin in one set of the cache.
    private static let stride = bytes + 192
    /// No encoder makes more of a block: LZ4 adds a byte in 255, zstd a header. What is longer is read another way (``BlockFeed/begin(_:)``).
    private static let longestBlock = BlockDecoder.blockBytes + BlockDecoder.blockBytes / 255 + 128

    init() { memory = .allocate(byteCount: BlockFeed.frames * Self.stride, alignment: 64) }

    deinit { memory.deallocate() }

    mutating func forget() { lanes.removeAll(keepingCapacity: true) }

    /// The first bytes of a lane's chunk. Lanes are begun in order.
    mutating func begin(_ chunk: UnreadChunk) throws(FrameError) -> UnsafeRawBufferPointer {
        lanes.append(Lane(chunk: chunk))
        return try fill(lanes.count - 1, keeping: 0)
    }

    /// Moves a window on when a block may not be whole in it.
    @inline(__always)
    mutating func follow(_ lane: Int, _ cursor: inout BlockDecoder.Cursor) throws(FrameError) {
        guard cursor.bytesLeft < Self.longestBlock, !lanes[lane].isAtEnd else { return }
        let left = cursor.bytesLeft
        lanes[lane].start += lanes[lane].count - left
        cursor.move(to: try fill(lane, keeping: left), from: lanes[lane].start)
    }

    /// - Parameter left: bytes at the end of the window that stay, at its beginning.
    private mutating func fill(_ number: Int, keeping left: Int) throws(FrameError) -> UnsafeRawBufferPointer {
        let lane = lanes[number]
        let window = UnsafeMutableRawBufferPointer(rebasing: memory[number * Self.stride..<number * Self.stride + Self.bytes])
        if left > 0 {
            window.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[lane.count - left..<lane.count]))
        }
        let wanted = min(Self.bytes - left, lane.chunk.size - lane.start - left)
        let room = UnsafeMutableRawBufferPointer(rebasing: window[left..<left + max(0, wanted)])
        let got = try lane.chunk.file.readBytes(into: room, at: lane.chunk.offset + lane.start + left)
        guard got == room.count else {
            throw FrameError(
                .chunkTruncated, "the file ends within a chunk", got: "\(lane.start + left + got) bytes",
                expected: "\(lane.chunk.size)")
        }
        lanes[number].count = left + got
        return UnsafeRawBufferPointer(rebasing: window[..<(left + got)])
    }
}
