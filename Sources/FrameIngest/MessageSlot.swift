import CZeroMQ
import DetectorWire
import Frames
import Glibc

/// One received ZeroMQ message on its way from the socket to the file: the parts as libzmq holds them, what the decoder read in
/// them, and where in them the chunks lie. Nothing is copied; the message is given back to libzmq when the frame is written.
///
/// Slots are made once and travel in a circle (receiver → writer → receiver), so the frame path allocates nothing of its own.
/// A slot has one owner at a time, the stage that took it from a ring: that is what makes `@unchecked Sendable` true.
public final class MessageSlot: @unchecked Sendable {
    /// Parts of the largest known message (V1 header with detail `all` and an appendix has nine), with room for a dialect.
    package static let maximumParts = 24

    /// What the receiver made of the message.
    public enum Outcome: Sendable {
        case empty
        case start(StartMessage)
        /// `image` and `chunks` are set.
        case image
        case end(EndMessage)
        /// A message type that carries no frame (calibration, metadata): counted, not stored.
        case other(String)
        case refused(any Error)
    }

    public internal(set) var outcome: Outcome = .empty
    /// The image message; meaningful when `outcome` is `.image`.
    public internal(set) var image: ImageMessage?
    /// One chunk a channel, in the order of the message.
    public internal(set) var chunks: [PreparedChunk] = []
    /// When the first part had been received, nanoseconds since 1970-01-01 UTC.
    public internal(set) var receiveTime_ns: Int64 = 0
    /// Bytes of all parts.
    public internal(set) var byteCount = 0

    let messages: UnsafeMutablePointer<zmq_msg_t>
    private let partPointers: UnsafeMutablePointer<UnsafeRawBufferPointer>
    var partCount = 0
    /// Output of the compression stage, for frames that came unpacked; grown to the largest frame and kept.
    private var encodedStorage: UnsafeMutableRawBufferPointer?

    init() {
        messages = .allocate(capacity: Self.maximumParts)
        partPointers = .allocate(capacity: Self.maximumParts)
        partPointers.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: Self.maximumParts)
        chunks.reserveCapacity(8)
    }

    deinit {
        clear()
        messages.deallocate()
        partPointers.deallocate()
        encodedStorage?.deallocate()
    }

    /// The parts, valid until `clear()`.
    public var parts: MessageParts { MessageParts(start: partPointers, count: partCount) }

    /// Takes the part that was just received into `messages[partCount]`.
    func acceptPart() {
        let message = messages + partCount
        let size = zmq_msg_size(message)
        partPointers[partCount] = UnsafeRawBufferPointer(start: zmq_msg_data(message), count: size)
        partCount += 1
        byteCount += size
    }

    /// The bytes of a range that the decoder named; nil when it does not lie in the message.
    public func bytes(_ range: PayloadRange) -> UnsafeRawBufferPointer? {
        guard range.part >= 0, range.part < partCount, range.offset >= 0, range.count >= 0 else { return nil }
        let part = partPointers[range.part]
        guard range.offset <= part.count, range.count <= part.count - range.offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: part[range.offset..<(range.offset + range.count)])
    }

    /// Room for `count` bytes of compressed output, reused from frame to frame.
    func encodedRoom(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if let storage = encodedStorage, storage.count >= count { return storage }
        encodedStorage?.deallocate()
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        encodedStorage = storage
        return storage
    }

    /// Gives the message back to libzmq.
    func clear() {
        for index in 0..<partCount { zmq_msg_close(messages + index) }
        partCount = 0
        byteCount = 0
        outcome = .empty
        image = nil
        chunks.removeAll(keepingCapacity: true)
    }
}
