import Diagnostics
import Frames

/// Compresses the unpacked frames of a message on a worker thread, and unpacks those that compression made longer, into memory that
/// stays with the slot.
final class FramePacker {
    private let encoding: ChunkEncoding
    private var encoder: ChunkEncoder?

    init(encoding: ChunkEncoding) {
        self.encoding = encoding
    }

    func pack(_ slot: MessageSlot) {
        var room = 0
        for chunk in slot.chunks { room += roomFor(chunk.content) }
        guard room > 0 else { return }
        let storage = slot.encodedRoom(room)
        var used = 0
        for index in slot.chunks.indices {
            let content = slot.chunks[index].content
            guard content.needsPacking else { continue }
            let target = UnsafeMutableRawBufferPointer(rebasing: storage[used..<(used + roomFor(content))])
            do {
                let chunk = try ready(content, in: target)
                used += chunk.body.count
                slot.chunks[index].content = .ready(chunk)
            } catch {
                slot.chunks[index].content = .refused(error)
            }
        }
    }

    private func roomFor(_ content: PreparedChunk.Content) -> Int {
        switch content {
        case .unpacked(_, let format): ChunkEncoder.maximumEncodedBytes(format: format, encoding: encoding)
        case .incompressible(_, let format): format.byteCount
        case .ready, .refused: 0
        }
    }

    private func ready(_ content: PreparedChunk.Content, in target: UnsafeMutableRawBufferPointer) throws -> ReadyChunk {
        switch content {
        case .unpacked(let pixels, let format):
            let count = try encode(pixels, format, into: target)
            return ReadyChunk(
                format: format, encoding: encoding, header: nil, body: UnsafeRawBufferPointer(rebasing: target[0..<count]))
        case .incompressible(let block, let format):
            try LZ4BlockWrapping.decode(block, into: target)
            let header = try LZ4BlockWrapping.headerOfStoredPixels(byteCount: format.byteCount)
            return ReadyChunk(format: format, encoding: .lz4, header: header, body: UnsafeRawBufferPointer(target))
        case .ready(let chunk): return chunk
        case .refused(let error): throw error
        }
    }

    /// The encoder is made anew only when the format changes, that is once a series.
    private func encode(
        _ pixels: UnsafeRawBufferPointer, _ format: FrameFormat, into target: UnsafeMutableRawBufferPointer
    ) throws(FrameError) -> Int {
        if encoder?.format != format { encoder = try ChunkEncoder(format: format, encoding: encoding) }
        guard let count = try encoder?.encode(pixels, into: target) else {
            throw FrameError(.notSupported, "no encoder for these frames", got: format.description)
        }
        return count
    }
}
