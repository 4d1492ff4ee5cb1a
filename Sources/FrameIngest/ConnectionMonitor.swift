import CZeroMQ

/// What happens to a socket's connection, from libzmq's own reports (zmq_socket_monitor(3)). Used by one thread at a time.
final class ConnectionMonitor {
    enum Event {
        /// A ZeroMQ peer has shaken hands: more than a connection, for anything listens on TCP.
        case connected
        case lost
        /// libzmq tries again by itself.
        case retried
    }

    private let socket: UnsafeMutableRawPointer
    private let monitor: UnsafeMutableRawPointer

    /// Nil when libzmq gives no socket for it.
    init?(of socket: UnsafeMutableRawPointer, in context: UnsafeMutableRawPointer) {
        guard let monitor = zmq_socket(context, ZMQ_PAIR) else { return nil }
        self.socket = socket
        self.monitor = monitor
        var linger: Int32 = 0
        zmq_setsockopt(monitor, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        let name = "inproc://monitor-\(UInt(bitPattern: socket))"
        zmq_socket_monitor(socket, name, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED)
        zmq_connect(monitor, name)
    }

    /// Before the socket itself is closed.
    func close() {
        zmq_socket_monitor(socket, nil, 0)
        zmq_close(monitor)
    }

    /// The next event, waited for at most so long; nil when there was none.
    func next(waiting_ms: Int) -> Event? {
        var timeout = Int32(clamping: waiting_ms)
        zmq_setsockopt(monitor, ZMQ_RCVTIMEO, &timeout, MemoryLayout<Int32>.size)
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        guard zmq_msg_recv(&message, monitor, 0) >= 2, let bytes = zmq_msg_data(&message) else { return nil }
        // First frame: 16-bit event number in host order, then its value; second frame: the end point.
        let event = Int32(bytes.loadUnaligned(as: UInt16.self))
        while zmq_msg_more(&message) != 0 { guard zmq_msg_recv(&message, monitor, 0) >= 0 else { break } }
        switch event {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
        case ZMQ_EVENT_DISCONNECTED: return .lost
        default: return .retried
        }
    }
}
