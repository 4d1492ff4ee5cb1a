import Diagnostics
import Frames

/// Compresses the unpacked frames of a message on a worker thread, into memory that stays with the slot.
final class FramePacker {
    private let encoding: ChunkEncoding
    private var encoder: ChunkEncoder?

    init(encoding: ChunkEncoding) {
        self.encoding = encoding
    }

    func pack(_ slot: MessageSlot) {
        var room = 0
        for chunk in slot.chunks {
            if case .unpacked(_, let format) = chunk.content { room += roomFor(format) }
        }
        guard room > 0 else { return }
        let storage = slot.encodedRoom(room)
        var used = 0
        for index in slot.chunks.indices {
            guard case .unpacked(let pixels, let format) = slot.chunks[index].content else { continue }
            let target = UnsafeMutableRawBufferPointer(rebasing: storage[used..<(used + roomFor(format))])
            do {
                let count = try encode(pixels, format, into: target)
                let body = UnsafeRawBufferPointer(rebasing: target[0..<count])
                slot.chunks[index].content = .ready(ReadyChunk(format: format, encoding: encoding, header: nil, body: body))
                used += count
            } catch {
                slot.chunks[index].content = .refused(error)
            }
        }
    }

    private func roomFor(_ format: FrameFormat) -> Int {
        ChunkEncoder.maximumEncodedBytes(format: format, encoding: encoding)
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
