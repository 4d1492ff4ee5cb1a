import CZeroMQ
import Diagnostics
import Frames
import Glibc

/// A ZeroMQ PULL socket that is connected before the detector is armed, and used by one thread at a time.
public final class PullSocket: @unchecked Sendable {
    // @unchecked: handed from the thread that connects to the receiver thread, with a full barrier by libzmq's own rule
    // (a socket may migrate between threads if the hand-over has one); thread creation is that barrier.

    public struct Options: Sendable {
        /// Messages that libzmq may queue beyond our own pool. Its mark counts messages, not bytes, so it is kept small.
        public var queuedMessages: Int32 = 16
        /// A part larger than this closes the connection inside libzmq, before any memory is taken for it.
        public var maximumPartBytes: Int64 = 1 << 30
        /// Interval at which a waiting receiver looks at its stop flag.
        public var pollInterval_ms: Int32 = 50
        /// Bytes of the kernel's receive buffer; 0 leaves the system's own tuning.
        public var kernelBuffer: Int32 = 0
        public init() {}
    }

    public let address: String
    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer
    private let monitor: UnsafeMutableRawPointer

    /// Connects; returns at once, as ZeroMQ connects in the background: see `waitUntilConnected`.
    public init(connectingTo address: String, options: Options = Options()) throws(IngestError) {
        // Not ipc:// : libzmq 4.3.4 drops what a full receiving queue has not taken yet when the sender closes a UNIX socket (seen: 294 of
        // 300 messages at a mark of 16), because the kernel reports the hang-up at once; over TCP the rest is still read.
        guard address.hasPrefix("tcp://") else {
            throw IngestError(
                .badAddress, "not a ZeroMQ address", got: address, expected: "tcp://HOST:PORT",
                remedy: "DECTRIS detectors send V2 on port 31001, V1 on port 9999")
        }
        try Self.lookUp(address)
        guard let context = zmq_ctx_new() else { throw Self.failure("no ZeroMQ context could be made", address) }
        guard let socket = zmq_socket(context, ZMQ_PULL) else {
            let failure = Self.failure("no PULL socket could be made", address)
            zmq_ctx_term(context)
            throw failure
        }
        self.address = address
        self.context = context
        self.socket = socket
        Self.set(socket, ZMQ_RCVHWM, options.queuedMessages)
        Self.set(socket, ZMQ_LINGER, 0)
        Self.set(socket, ZMQ_RCVTIMEO, options.pollInterval_ms)
        Self.set(socket, ZMQ_RECONNECT_IVL, 100)
        if options.kernelBuffer > 0 { Self.set(socket, ZMQ_RCVBUF, options.kernelBuffer) }
        var limit = options.maximumPartBytes
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, MemoryLayout<Int64>.size)
        let monitorName = "inproc://monitor-\(UInt(bitPattern: socket))"
        // The handshake, not the connection: anything listens on TCP, only a ZeroMQ peer shakes hands.
        zmq_socket_monitor(socket, monitorName, ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        guard let monitor = zmq_socket(context, ZMQ_PAIR) else {
            let failure = Self.failure("no monitor socket could be made", address)
            zmq_close(socket)
            zmq_ctx_term(context)
            throw failure
        }
        self.monitor = monitor
        Self.set(monitor, ZMQ_LINGER, 0)
        zmq_connect(monitor, monitorName)
        guard zmq_connect(socket, address) == 0 else {
            // All stored properties are set: deinit closes what was opened.
            throw IngestError(
                .badAddress, "cannot connect to this address", at: address, got: String(cString: zmq_strerror(zmq_errno())),
                remedy: "check host and port: the detector's stream interface must be enabled")
        }
    }

    deinit {
        zmq_socket_monitor(socket, nil, 0)
        zmq_close(monitor)
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    /// Waits until a ZeroMQ peer has accepted the connection; false when `timeout_ms` passed without one.
    public func waitUntilConnected(timeout_ms: Int) -> Bool {
        Self.set(monitor, ZMQ_RCVTIMEO, Int32(clamping: timeout_ms))
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        guard zmq_msg_recv(&message, monitor, 0) >= 2, let bytes = zmq_msg_data(&message) else { return false }
        // First frame: 16-bit event number in host order, then its value; second frame: the end point (zmq_socket_monitor(3)).
        let event = Int32(bytes.loadUnaligned(as: UInt16.self))
        while zmq_msg_more(&message) != 0 { guard zmq_msg_recv(&message, monitor, 0) >= 0 else { break } }
        return event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED
    }

    enum Reception { case message, nothing, tooManyParts, closed }

    /// Receives one whole message into `slot`; `.nothing` when the poll interval passed without one.
    func receive(into slot: MessageSlot) throws(IngestError) -> Reception {
        var surplus = false
        while true {
            let index = slot.partCount
            if index == MessageSlot.maximumParts {
                // The rest of an oversized message is read and dropped so that the next message starts where it should.
                try discardPart(of: slot)
                surplus = true
            } else {
                zmq_msg_init(slot.messages + index)
                guard zmq_msg_recv(slot.messages + index, socket, 0) >= 0 else {
                    let error = zmq_errno()
                    zmq_msg_close(slot.messages + index)
                    if error == EINTR && index > 0 { continue }
                    if error == EAGAIN || error == EINTR { return .nothing }
                    if error == contextTerminated { return .closed }
                    throw Self.failure("receiving failed", address)
                }
                slot.acceptPart()
            }
            var more: Int32 = 0
            var size = MemoryLayout<Int32>.size
            zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)
            if more == 0 { return surplus ? .tooManyParts : .message }
        }
    }

    private func discardPart(of slot: MessageSlot) throws(IngestError) {
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        guard zmq_msg_recv(&message, socket, 0) >= 0 else { throw Self.failure("receiving failed", address) }
    }

    /// ZeroMQ looks names up in the background and only ever falls silent: a name that nobody knows is said here.
    private static func lookUp(_ address: String) throws(IngestError) {
        let place = address.dropFirst("tcp://".count)
        guard let colon = place.lastIndex(of: ":"), let port = UInt16(place[place.index(after: colon)...]), port > 0 else {
            throw IngestError(.badAddress, "no port in the address", got: address, expected: "tcp://HOST:PORT")
        }
        // An IPv6 address stands in brackets; a source address before a semicolon is ZeroMQ's own.
        let host = place[..<colon].split(separator: ";").last.map { $0.trimmingPrefix("[").prefix { $0 != "]" } } ?? ""
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(String(host), nil, nil, &found)
        if let found { freeaddrinfo(found) }
        guard status == 0 else {
            throw IngestError(
                .badAddress, "this machine cannot find the host", at: address, got: String(cString: gai_strerror(status)),
                remedy: "check the name, or give the detector's IP address")
        }
    }

    private static func set(_ socket: UnsafeMutableRawPointer, _ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size)
    }

    private static func failure(_ what: String, _ address: String) -> IngestError {
        IngestError(.socketFailed, what, at: address, got: String(cString: zmq_strerror(zmq_errno())))
    }
}

/// `ETERM` of zmq.h: a macro over an offset, which Swift does not import.
private let contextTerminated: Int32 = 156_384_712 + 53
