import CZeroMQ
import Diagnostics
import Frames
import Glibc

/// A ZeroMQ PULL socket that is connected before the detector is armed, and used by one thread at a time.
public final class PullSocket: @unchecked Sendable {
    // @unchecked: handed from the thread that connects to the receiver thread, with a full barrier by libzmq's own rule
    // (a socket may migrate between threads if the hand-over has one); thread creation is that barrier.

    public struct Options: Sendable {
        /// Bytes that libzmq may queue beyond our own pool. Its high-water mark counts messages, so the mark follows their size, step
        /// by step from 16, between 2 and 1024.
        public var queuedBytes = 16 << 20
        /// A part larger than this closes the connection inside libzmq, before any memory is taken for it; we connect anew, and the series goes
        /// on with what the sender then sends. 16 Mpixel of 32 bits in four channels, uncompressed, are 0.3 GiB.
        public var maximumPartBytes: Int64 = 512 << 20
        /// Interval at which a waiting receiver looks at its stop flag.
        public var pollInterval_ms: Int32 = 50
        /// Bytes of the kernel's receive buffer. 0 leaves it to the system, which grows it to what the link needs, up to the third value
        /// of net.ipv4.tcp_rmem (6 MiB on Debian; 100 Gbit/s over 0.1 ms hold 1.3 MB). A figure here switches that off, and the kernel cuts
        /// it to net.core.rmem_max (208 KiB on Debian): only for machines that were tuned so.
        public var kernelBuffer: Int32 = 0
        public init() {}
    }

    public let address: String
    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer
    private let monitor: ConnectionMonitor
    /// The connection was lost, and libzmq has not said that it tries again.
    private var isGivenUp = false
    private let queuedBytes: Int
    /// libzmq's high-water mark now; the receiver thread's.
    private var mark = 16
    /// Messages received since it was set.
    private var sinceMark = 0

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
        queuedBytes = options.queuedBytes
        Self.set(socket, ZMQ_RCVHWM, Int32(mark))
        Self.set(socket, ZMQ_LINGER, 0)
        Self.set(socket, ZMQ_RCVTIMEO, options.pollInterval_ms)
        Self.set(socket, ZMQ_RECONNECT_IVL, 100)
        Self.keepAlive(socket)
        if options.kernelBuffer > 0 { Self.set(socket, ZMQ_RCVBUF, options.kernelBuffer) }
        var limit = options.maximumPartBytes
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, MemoryLayout<Int64>.size)
        guard let monitor = ConnectionMonitor(of: socket, in: context) else {
            let failure = Self.failure("no monitor socket could be made", address)
            zmq_close(socket)
            zmq_ctx_term(context)
            throw failure
        }
        self.monitor = monitor
        guard zmq_connect(socket, address) == 0 else {
            // All stored properties are set: deinit closes what was opened.
            throw IngestError(
                .badAddress, "cannot connect to this address", at: address, got: String(cString: zmq_strerror(zmq_errno())),
                remedy: "check host and port: the detector's stream interface must be enabled")
        }
    }

    deinit {
        monitor.close()
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    /// Waits until a ZeroMQ peer has accepted the connection; false when `timeout_ms` passed without one.
    public func waitUntilConnected(timeout_ms: Int) -> Bool {
        // Attempts that fail are events, too, ten a second: they must not prolong the wait.
        let deadline = ContinuousClock.now + .milliseconds(timeout_ms)
        var left_ms = timeout_ms
        while left_ms >= 0, let event = monitor.next(waiting_ms: left_ms) {
            if case .connected = event { return true }
            left_ms = Int((deadline - ContinuousClock.now) / .milliseconds(1))
        }
        return false
    }

    enum ConnectionChange { case lost, regained, closedForBadBytes }

    /// What has happened to the connection since this was asked last; asked in pauses, by the receiver thread.
    ///
    /// libzmq connects anew by itself, unless the peer sent what ZeroMQ does not allow, a part beyond the limit above all: then it closes for
    /// good and says nothing more, and the stream would end in silence. So a loss that no new attempt follows is mended here.
    func connectionChange() throws(IngestError) -> ConnectionChange? {
        if let event = monitor.next(waiting_ms: 0) {
            isGivenUp = false
            switch event {
            case .connected: return .regained
            case .retried: return nil
            case .lost:
                isGivenUp = true
                return .lost
            }
        }
        guard isGivenUp else { return nil }
        isGivenUp = false
        guard zmq_connect(socket, address) == 0 else { throw Self.failure("cannot connect again", address) }
        return .closedForBadBytes
    }

    enum Reception { case message, nothing, tooManyParts, closed }

    /// Receives one whole message into `slot`; `.nothing` when the poll interval passed without one, or at once if it shall not wait.
    func receive(into slot: MessageSlot, waits: Bool = true) throws(IngestError) -> Reception {
        var surplus = false
        while true {
            if let room = slot.roomForPart() {
                zmq_msg_init(room)
                // The parts of a message come together: only the first can be waited for.
                guard zmq_msg_recv(room, socket, waits || slot.partCount > 0 ? 0 : ZMQ_DONTWAIT) >= 0 else {
                    let error = zmq_errno()
                    zmq_msg_close(room)
                    if error == EINTR && slot.partCount > 0 { continue }
                    if error == EAGAIN || error == EINTR { return .nothing }
                    if error == contextTerminated { return .closed }
                    throw Self.failure("receiving failed", address)
                }
                slot.acceptPart()
            } else {
                // The rest of an oversized message is read and dropped so that the next message starts where it should.
                try discardPart(of: slot)
                surplus = true
            }
            var more: Int32 = 0
            var size = MemoryLayout<Int32>.size
            zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)
            if more == 0 { return surplus ? .tooManyParts : .message }
        }
    }

    /// Waits until a message is there, or the time is up.
    func waitForMessage(milliseconds: Int) {
        var item = zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        zmq_poll(&item, 1, milliseconds)
    }

    /// Fits libzmq's high-water mark to images of this size; called for each, after it was received.
    ///
    /// libzmq takes a new mark over while connected, but only a step of one is safe, and only after as many messages as the mark has. The
    /// reading end tells the writing one how far it has read at every multiple of ⌊(mark + 1) / 2⌋ messages; with h messages under way at most,
    /// r of them read and not yet told, a writer that stops must leave h - r in the queue for the reader to come to the next such
    /// multiple, of the new mark. That holds from h to h ± 1 and no farther (seen: 2 to 64, and 64 to 4, and nothing came any more).
    func fitQueue(toMessagesOf bytes: Int) {
        let fitting = min(max(queuedBytes / max(bytes, 1), 2), 1024)
        sinceMark += 1
        guard fitting != mark, sinceMark > mark else { return }
        mark += fitting > mark ? 1 : -1
        sinceMark = 0
        Self.set(socket, ZMQ_RCVHWM, Int32(mark))
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

    /// A detector that lost its power, or a firewall that forgot the connection, says nothing: after 25 s without an answer the kernel closes
    /// the connection, and libzmq connects anew. TCP's own probes, which every peer answers; not ZMTP's heartbeats, which old ones do not know.
    private static func keepAlive(_ socket: UnsafeMutableRawPointer) {
        set(socket, ZMQ_TCP_KEEPALIVE, 1)
        set(socket, ZMQ_TCP_KEEPALIVE_IDLE, 10)
        set(socket, ZMQ_TCP_KEEPALIVE_INTVL, 5)
        set(socket, ZMQ_TCP_KEEPALIVE_CNT, 3)
    }

    /// How a silent connection is probed, as the socket says it.
    package var keepAlive: (isOn: Bool, idle_s: Int, interval_s: Int, probes: Int) {
        (
            get(ZMQ_TCP_KEEPALIVE) == 1, get(ZMQ_TCP_KEEPALIVE_IDLE), get(ZMQ_TCP_KEEPALIVE_INTVL), get(ZMQ_TCP_KEEPALIVE_CNT)
        )
    }

    /// -1, which no option above has, where libzmq does not say.
    private func get(_ option: Int32) -> Int {
        var value: Int32 = -1
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(socket, option, &value, &size)
        return Int(value)
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
