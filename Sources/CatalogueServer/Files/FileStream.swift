import Diagnostics
import Hummingbird
import NIOCore
import NIOPosix

/// Sends parts of a file as its reader takes them: one buffer for each, however long the file and slow the reader.
struct FileStream: Sendable {
    /// 64 slow readers hold 32 MiB.
    static let bufferBytes = 512 * 1024

    struct Part: Sendable {
        /// What stands before the bytes: the head of a part among several.
        var head = ""
        let range: Range<Int64>
    }

    let file: RootedFile
    let parts: [Part]
    /// Behind all.
    var foot = ""
    let pace: WritePace
    let tally: @Sendable (Int64) -> Void

    var byteCount: Int64 {
        parts.reduce(Int64(foot.utf8.count)) { $0 + Int64($1.head.utf8.count) + Int64($1.range.count) }
    }

    var body: ResponseBody {
        ResponseBody(contentLength: Int(byteCount)) { writer in
            for part in parts {
                if !part.head.isEmpty { try await writer.write(ByteBuffer(string: part.head)) }
                var offset = part.range.lowerBound
                while offset < part.range.upperBound {
                    let buffer = try await next(offset, Int(min(Int64(Self.bufferBytes), part.range.upperBound - offset)))
                    offset += Int64(buffer.readableBytes)
                    try await pace.write(buffer, to: &writer)
                }
                tally(Int64(part.range.count))
            }
            if !foot.isEmpty { try await writer.write(ByteBuffer(string: foot)) }
            try await writer.finish(nil)
        }
    }

    /// Reading waits for a disk: on threads that may wait.
    private func next(_ offset: Int64, _ count: Int) async throws -> ByteBuffer {
        let file = file
        return try await NIOThreadPool.singleton.runIfActive {
            var buffer = ByteBuffer()
            let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), at: offset)
            }
            // The answer has said how long it is: what is shorter now is cut off, and the reader sees that.
            guard read == count else { throw RootedFile.Refusal.refused("it has become shorter") }
            return buffer
        }
    }
}
