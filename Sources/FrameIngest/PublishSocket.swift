import CZeroMQ
import Diagnostics
import Glibc
import Synchronization

/// A ZeroMQ PUB socket on which events are said to whoever listens; nobody is waited for, and who comes late has missed what was said.
///
/// Safe to use from any thread.
public final class PublishSocket: @unchecked Sendable {
    // @unchecked: the socket is touched under the lock only; the lock is the barrier that libzmq asks for between threads.

    /// What was bound: the port that the system gave where the address said `*`.
    public let boundAddress: String
    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer
    private let lock = Mutex(())

    /// Messages that wait for a slow listener, who then misses the oldest.
    private static let queuedMessages: Int32 = 1000
    /// How long the end of the program waits for what was said last, milliseconds.
    private static let linger: Int32 = 500

    /// - Throws: `badAddress` when nothing can be bound there.
    public init(bindingTo address: String) throws(IngestError) {
        guard let context = zmq_ctx_new() else {
            throw IngestError(.socketFailed, "no ZeroMQ context could be made", at: address)
        }
        guard let socket = zmq_socket(context, ZMQ_PUB) else {
            let reason = String(cString: zmq_strerror(zmq_errno()))
            zmq_ctx_term(context)
            throw IngestError(.socketFailed, "no PUB socket could be made", at: address, got: reason)
        }
        for (option, value) in [(ZMQ_SNDHWM, Self.queuedMessages), (ZMQ_LINGER, Self.linger)] {
            withUnsafeBytes(of: value) { _ = zmq_setsockopt(socket, option, $0.baseAddress, $0.count) }
        }
        guard zmq_bind(socket, address) == 0 else {
            let reason = String(cString: zmq_strerror(zmq_errno()))
            zmq_close(socket)
            zmq_ctx_term(context)
            throw IngestError(
                .badAddress, "events cannot be published at this address", at: address, got: reason,
                expected: "tcp://HOST:PORT of this machine, with a free port")
        }
        var text = [UInt8](repeating: 0, count: 256)
        var size = text.count
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &size)
        boundAddress = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        self.context = context
        self.socket = socket
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    /// Sends two parts: the topic, to subscribe to, and the message. Never waits.
    public func publish(topic: String, _ message: [UInt8]) {
        lock.withLock { _ in
            let topic = Array(topic.utf8)
            zmq_send(socket, topic, topic.count, ZMQ_SNDMORE | ZMQ_DONTWAIT)
            zmq_send(socket, message, message.count, ZMQ_DONTWAIT)
        }
    }
}
