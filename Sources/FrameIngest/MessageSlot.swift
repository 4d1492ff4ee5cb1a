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
    /// Parts of the largest image message (V1 with an appendix): a slot has room for more only once more have come.
    private static let usualParts = 5
    /// Memory of a slot beside its message, for the pool's account: its fields, its parts' handles and places, room for chunks.
    static let overheadBytes =
        MemoryLayout<Outcome>.stride + MemoryLayout<ImageMessage?>.stride + 128
        + usualParts * (MemoryLayout<zmq_msg_t>.stride + MemoryLayout<UnsafeRawBufferPointer>.stride)
        + usualChunks * MemoryLayout<PreparedChunk>.stride + 64
    private static let usualChunks = 2

    /// What the receiver made of the message. Every slot has one: what only few need lies elsewhere (`indirect`).
    public enum Outcome: Sendable {
        case empty
        indirect case start(StartMessage)
        /// `image` and `chunks` are set.
        case image
        indirect case end(EndMessage)
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
    public package(set) var receiveTime_ns: Int64 = 0
    /// Bytes of all parts.
    public internal(set) var byteCount = 0
    /// What it takes of the pool: its bytes, and room for what compression makes of them.
    var charge = 0

    private(set) var messages: UnsafeMutablePointer<zmq_msg_t>
    private var partPointers: UnsafeMutablePointer<UnsafeRawBufferPointer>
    private var partCapacity: Int
    private(set) var partCount = 0
    /// Output of the compression stage, for frames that came unpacked; grown to the largest frame and kept.
    private var encodedStorage: UnsafeMutableRawBufferPointer?

    package init() {
        partCapacity = Self.usualParts
        messages = .allocate(capacity: partCapacity)
        partPointers = .allocate(capacity: partCapacity)
        chunks.reserveCapacity(Self.usualChunks)
    }

    deinit {
        clear()
        messages.deallocate()
        partPointers.deallocate()
        encodedStorage?.deallocate()
    }

    /// The parts, valid until `clear()`.
    public var parts: MessageParts { MessageParts(start: partPointers, count: partCount) }

    /// Room for one more part, to be filled and then accepted; nil when there may be no more.
    func roomForPart() -> UnsafeMutablePointer<zmq_msg_t>? {
        guard partCount < Self.maximumParts else { return nil }
        if partCount == partCapacity { grow() }
        return messages + partCount
    }

    /// Takes the part that was just put into the room for it.
    func acceptPart() {
        let message = messages + partCount
        let size = zmq_msg_size(message)
        (partPointers + partCount).initialize(to: UnsafeRawBufferPointer(start: zmq_msg_data(message), count: size))
        partCount += 1
        byteCount += size
    }

    /// Room for a part of `count` bytes in memory of libzmq's kind, which the caller fills before anybody reads it; nil when there is none.
    package func addPart(count: Int) -> UnsafeMutableRawBufferPointer? {
        guard let part = roomForPart(), zmq_msg_init_size(part, count) == 0 else { return nil }
        acceptPart()
        return UnsafeMutableRawBufferPointer(start: zmq_msg_data(part), count: count)
    }

    /// A message's handle may hold its bytes: they are moved by libzmq's own function, and their places found anew.
    private func grow() {
        let more: UnsafeMutablePointer<zmq_msg_t> = .allocate(capacity: Self.maximumParts)
        let places: UnsafeMutablePointer<UnsafeRawBufferPointer> = .allocate(capacity: Self.maximumParts)
        for index in 0..<partCount {
            zmq_msg_init(more + index)
            zmq_msg_move(more + index, messages + index)
            zmq_msg_close(messages + index)
            let place = UnsafeRawBufferPointer(start: zmq_msg_data(more + index), count: zmq_msg_size(more + index))
            (places + index).initialize(to: place)
        }
        messages.deallocate()
        partPointers.deallocate()
        (messages, partPointers, partCapacity) = (more, places, Self.maximumParts)
    }

    /// The bytes of a range that the decoder named; nil when it does not lie in the message.
    public func bytes(_ range: PayloadRange) -> UnsafeRawBufferPointer? {
        range.bytesIfInside(parts)
    }

    /// Room for `count` bytes of compressed output, reused from frame to frame.
    func encodedRoom(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if let storage = encodedStorage, storage.count >= count { return storage }
        encodedStorage?.deallocate()
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        encodedStorage = storage
        return storage
    }

    func releaseEncodedRoom() {
        encodedStorage?.deallocate()
        encodedStorage = nil
    }

    /// Gives the message back to libzmq.
    package func clear() {
        for index in 0..<partCount { zmq_msg_close(messages + index) }
        partCount = 0
        byteCount = 0
        charge = 0
        outcome = .empty
        image = nil
        chunks.removeAll(keepingCapacity: true)
    }
}
