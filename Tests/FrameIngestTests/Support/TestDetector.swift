import CZeroMQ
import DetectorWire
import Foundation

/// A PUSH socket on the loopback device, as a detector has one: sends what it is given when it is told to, from a thread of its own.
final class TestDetector: Sendable {
    let address: String
    private let handles: Handles

    /// Handed to the sending thread, which alone uses them from then on.
    private struct Handles: @unchecked Sendable {
        let context: UnsafeMutableRawPointer?
        let socket: UnsafeMutableRawPointer?
        /// Says when a puller has shaken hands.
        let monitor: UnsafeMutableRawPointer?
    }

    /// Binds to a free port; nothing is sent before `send`.
    init() {
        let context = zmq_ctx_new()
        let socket = zmq_socket(context, ZMQ_PUSH)
        var linger: Int32 = 30_000
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        zmq_socket_monitor(socket, "inproc://pullers", ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        let monitor = zmq_socket(context, ZMQ_PAIR)
        zmq_connect(monitor, "inproc://pullers")
        zmq_bind(socket, "tcp://127.0.0.1:*")
        var text = [CChar](repeating: 0, count: 256)
        var size = text.count
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, &text, &size)
        address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        handles = Handles(context: context, socket: socket, monitor: monitor)
    }

    /// Sends all messages as soon as so many pullers are there, and closes the socket; once.
    func send(_ messages: [[[UInt8]]], toPullers pullers: Int = 1) {
        let handles = handles
        Thread {
            // An event is two parts: what, and where.
            for _ in 0..<(2 * pullers) {
                var part = [UInt8](repeating: 0, count: 256)
                zmq_recv(handles.monitor, &part, part.count, 0)
            }
            zmq_socket_monitor(handles.socket, nil, 0)
            zmq_close(handles.monitor)
            for message in messages {
                for (index, part) in message.enumerated() {
                    _ = part.withUnsafeBytes {
                        zmq_send(handles.socket, $0.baseAddress, $0.count, index + 1 < message.count ? ZMQ_SNDMORE : 0)
                    }
                }
            }
            zmq_close(handles.socket)
            zmq_ctx_term(handles.context)
        }.start()
    }

    /// A series whose frames are `slow` rows of 100 pixels of 16 bits, not packed, each byte the frame's number.
    static func series(
        _ id: Int64 = 5, frames: Int, slow: Int = 100, version: StreamVersion = .v2
    ) throws -> [[[UInt8]]] {
        let encoder = StreamEncoder(version: version)
        var description = SeriesDescription(seriesID: id, uniqueID: "01TEST")
        description.settings.numberOfImages = frames
        description.settings.imageSizeSlow = slow
        description.settings.imageSizeFast = 100
        description.channels = version == .v2 ? ["threshold_1"] : []
        let images = try (0..<frames).map { frame in
            try encoder.image(
                ImageHead(seriesID: id, frame: Int64(frame), uniqueID: "01TEST"),
                [
                    EncodedArray(
                        channel: version == .v2 ? "threshold_1" : nil, shape: [slow, 100], element: .uint16, packing: .raw,
                        payload: pixels(of: frame, slow: slow))
                ])
        }
        return [try encoder.start(description)] + images + [encoder.end(seriesID: id, uniqueID: "01TEST")]
    }

    static func pixels(of frame: Int, slow: Int = 100) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: frame), count: slow * 200)
    }
}
