import ChunkIndex
import Diagnostics
import Digests

/// What is digested of a slice, piece by piece.
struct SliceContent: ~Copyable {
    /// Of the chunks, without headings.
    private(set) var byteCount = 0
    private var digest = SHA256()
    private let piece: UnsafeMutableRawBufferPointer

    private static let pieceBytes = 1 << 20

    init() { piece = .allocate(byteCount: Self.pieceBytes, alignment: 4096) }

    deinit { piece.deallocate() }

    mutating func addLine(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        bytes.withUnsafeBytes { digest.add($0) }
    }

    /// One frame with all its channels.
    mutating func add(_ frame: Int, _ chunks: FrameChunks) throws(SliceError) {
        for channel in 0..<chunks.channelCount {
            let chunk = try chunks.chunk(ofFrame: frame, channel: channel)
            addLine("chunk \(frame) \(channel) \(chunks.elementType) \(chunks.filters) \(chunk.filterMask) \(chunk.size)")
            var done = 0
            while done < chunk.size {
                let room = UnsafeMutableRawBufferPointer(rebasing: piece[0..<min(Self.pieceBytes, chunk.size - done)])
                let got: Int
                do throws(ChunkIndexError) { got = try chunks.file.read(into: room, at: chunk.offset + done) } catch {
                    throw SliceError(.notReadable, error)
                }
                guard got == room.count else {
                    throw SliceError(
                        .notReadable, "The file ends within frame \(frame)", at: chunks.file.name,
                        got: "\(chunk.offset + done + got) bytes", expected: "\(chunk.offset + chunk.size) or more")
                }
                digest.add(UnsafeRawBufferPointer(room))
                done += got
            }
            byteCount += chunk.size
        }
    }

    /// Lower-case hexadecimal digits.
    mutating func finish() -> String { digest.finish() }
}
