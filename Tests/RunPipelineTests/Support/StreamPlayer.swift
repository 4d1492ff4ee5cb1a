import CZeroMQ
import Foundation

/// Plays messages on a real PUSH socket of this process, as a detector does: binds, waits for a puller, sends every part.
final class StreamPlayer: Sendable {
    let address: String

    /// Binds to a free port of the loopback interface; a thread of its own then sends.
    init(_ messages: [[[UInt8]]]) {
        let context = zmq_ctx_new()
        let socket = zmq_socket(context, ZMQ_PUSH)
        var linger: Int32 = 30_000
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        let isBound = zmq_bind(socket, "tcp://127.0.0.1:*") == 0
        var text = [CChar](repeating: 0, count: 256)
        var size = text.count
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &size)
        address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let handles = Handles(context: context, socket: socket)
        let thread = Thread {
            let (context, socket) = (handles.context, handles.socket)
            if isBound {
                for message in messages {
                    for (index, part) in message.enumerated() {
                        _ = part.withUnsafeBytes { bytes in
                            zmq_send(socket, bytes.baseAddress, bytes.count, index + 1 < message.count ? ZMQ_SNDMORE : 0)
                        }
                    }
                }
            }
            zmq_close(socket)
            zmq_ctx_term(context)
        }
        thread.start()
    }

    /// Handed to the sending thread, which alone uses them from then on.
    private struct Handles: @unchecked Sendable {
        let context: UnsafeMutableRawPointer?
        let socket: UnsafeMutableRawPointer?
    }
}
