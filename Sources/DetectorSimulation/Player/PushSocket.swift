// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZeroMQ
import Diagnostics
import Glibc

/// A bound ZeroMQ PUSH socket that knows whether a puller is there. One thread.
///
/// https://libzmq.readthedocs.io: `zmq_socket` (PUSH blocks without a peer), `zmq_socket_monitor`.
final class PushSocket {
    enum Outcome: Equatable { case sent, nobodyThere, full, stopped }

    /// Pullers that have shaken hands and not left.
    private(set) var pullers = 0

    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer
    private let monitor: UnsafeMutableRawPointer
    /// Peers that failed to shake hands: the `disconnected` that follows is not a puller's.
    private var failedPeers = 0
    private var linger_ms: Int32

    /// - Parameters:
    ///   - address: as `zmq_bind` takes it.
    ///   - messages: the high-water mark: messages that may wait for a slow puller.
    ///   - linger_s: how long the close may wait for messages on their way.
    /// - Throws: `SimulationError` `.addressUnusable`, `.socket`.
    init(address: String, messages: Int, linger_s: Double) throws(SimulationError) {
        guard let context = zmq_ctx_new() else { throw Self.failure("ZeroMQ gives no context", address) }
        guard let socket = zmq_socket(context, ZMQ_PUSH) else {
            zmq_ctx_term(context)
            throw Self.failure("ZeroMQ gives no socket", address)
        }
        guard let monitor = zmq_socket(context, ZMQ_PAIR) else {
            zmq_close(socket)
            zmq_ctx_term(context)
            throw Self.failure("ZeroMQ gives no socket", address)
        }
        self.context = context
        self.socket = socket
        self.monitor = monitor
        linger_ms = Int32(clamping: Int((linger_s * 1000).rounded()))
        Self.set(ZMQ_SNDHWM, Int32(clamping: messages), socket)
        Self.set(ZMQ_LINGER, 0, monitor)
        let watched = "inproc://pullers"
        let events =
            ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED
        guard zmq_socket_monitor(socket, watched, events) == 0, zmq_connect(monitor, watched) == 0 else {
            throw Self.failure("ZeroMQ cannot watch its socket", address)
        }
        guard zmq_bind(socket, address) == 0 else {
            let reason = String(cString: zmq_strerror(zmq_errno()))
            throw SimulationError(
                .addressUnusable, "the address cannot be bound", at: address, got: reason,
                expected: "tcp://ADDRESS:PORT or ipc://PATH", remedy: "Another program may be using it")
        }
    }

    /// The address that was bound, with the port that the system chose for `tcp://127.0.0.1:*`.
    var boundAddress: String? {
        var text = [CChar](repeating: 0, count: 1024)
        var count = text.count
        guard zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        zmq_socket_monitor(socket, nil, 0)
        zmq_close(monitor)
        Self.set(ZMQ_LINGER, linger_ms, socket)
        zmq_close(socket)
        // Waits until what was sent has gone out, or the linger is over.
        while zmq_ctx_term(context) != 0, zmq_errno() == EINTR {}
    }

    /// Messages that were not taken yet are given up sooner: after a stop nobody may wait half a minute.
    func shortenLinger(seconds: Double) { linger_ms = min(linger_ms, Int32(clamping: Int(seconds * 1000))) }

    /// Sends a message; blocks while all pullers' queues are full.
    ///
    /// - Parameters:
    ///   - waitsForPuller: whether to block too while there is no puller.
    ///   - waitsForRoom: false: a message that finds the queues full is not sent.
    ///   - isStopped: asked ten times a second while blocked.
    func send(
        _ message: OutgoingMessage, waitsForPuller: Bool, waitsForRoom: Bool = true, isStopped: () -> Bool
    ) throws(SimulationError) -> Outcome {
        let sizes = message.partSizes
        for (part, size) in sizes.enumerated() {
            var frame = zmq_msg_t()
            guard zmq_msg_init_size(&frame, size) == 0 else { throw Self.failure("no memory for a message", "\(size) bytes") }
            // The memory is the message's own and `size` bytes long until it is sent or closed.
            message.write(part: part, into: UnsafeMutableRawBufferPointer(start: zmq_msg_data(&frame), count: size))
            let flags = part + 1 < sizes.count ? ZMQ_SNDMORE : 0
            let outcome = try send(
                &frame, flags, mayBlock: part == 0, waitsForPuller: waitsForPuller, waitsForRoom: waitsForRoom,
                isStopped: isStopped)
            if outcome != .sent {
                zmq_msg_close(&frame)
                return outcome
            }
        }
        return .sent
    }

    /// Only the first part can block: the high-water mark counts whole messages. A later part fails when the puller has just left.
    private func send(
        _ frame: inout zmq_msg_t, _ flags: Int32, mayBlock: Bool, waitsForPuller: Bool, waitsForRoom: Bool, isStopped: () -> Bool
    ) throws(SimulationError) -> Outcome {
        while true {
            if zmq_msg_send(&frame, socket, flags | ZMQ_DONTWAIT) >= 0 { return .sent }
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN:
                guard mayBlock else { return .nobodyThere }
                countPullers()
                if pullers == 0, !waitsForPuller { return .nobodyThere }
                if pullers > 0, !waitsForRoom { return .full }
                if isStopped() { return .stopped }
                wait(milliseconds: 100)
            default: throw Self.failure("ZeroMQ refuses a message", "PUSH")
            }
        }
    }

    /// Until the socket can take a message, or something happened to a peer.
    private func wait(milliseconds: Int) {
        var items = [
            zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLOUT), revents: 0),
            zmq_pollitem_t(socket: monitor, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        zmq_poll(&items, Int32(items.count), milliseconds)
    }

    /// Reads what the monitor has to say. An event is two frames: 16 bits of event and 32 of value, then the address.
    func countPullers() {
        while true {
            var event = [UInt8](repeating: 0, count: 6)
            guard zmq_recv(monitor, &event, event.count, ZMQ_DONTWAIT) >= 2 else { return }
            var address = [UInt8](repeating: 0, count: 256)
            zmq_recv(monitor, &address, address.count, 0)
            switch Int32(event[0]) | Int32(event[1]) << 8 {
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: pullers += 1
            case ZMQ_EVENT_DISCONNECTED:
                if failedPeers > 0 { failedPeers -= 1 } else { pullers = max(0, pullers - 1) }
            default: failedPeers += 1
            }
        }
    }

    private static func set(_ option: Int32, _ value: Int32, _ socket: UnsafeMutableRawPointer) {
        var value = value
        zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size)
    }

    private static func failure(_ what: String, _ place: String) -> SimulationError {
        SimulationError(.socket, what, at: place, got: String(cString: zmq_strerror(zmq_errno())))
    }
}
