import Hummingbird
import NIOCore

/// Lets a long answer get no further ahead of its connection than the buffer that is being written.
///
/// A write returns as soon as its buffer is handed over, and whether the connection takes more is known only after its own thread has come to it: who
/// reads from a disk meanwhile is dozens of buffers ahead by then.
struct WritePace: Sendable {
    let loop: any EventLoop

    func write(_ buffer: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(buffer)
        // Behind the buffer in the queue of the connection's thread: the next write waits where this one was too much.
        try await loop.submit {}.get()
    }
}
