import DetectorWire
import Diagnostics
import Foundation
import Frames
import Synchronization

/// The receiving half of the frame path: a dedicated thread that takes messages from the socket, decodes their heads and hands them,
/// in order, to the writer; and the threads that compress frames that came unpacked.
///
/// Back-pressure: slots and bytes are bounded. When the writer falls behind, the receiver waits, ZeroMQ's small queue fills, TCP
/// stops, and the detector buffers and counts. Nothing is dropped here.
public final class StreamReceiver: @unchecked Sendable {
    // @unchecked: everything that changes after `start` is atomic, a ring, or owned by the receiver thread.

    public let options: Options
    private let socket: PullSocket
    private let lanes: EventLanes
    private let freeSlots: BoundedRing<MessageSlot>
    private let budget: ByteBudget
    private let isStopping = Atomic<Bool>(false)
    private let isWoken = Atomic<Bool>(false)
    private let now_ns: @Sendable () -> Int64

    /// - Parameter now_ns: the wall clock, nanoseconds since 1970 UTC; a parameter so that tests can move it.
    public init(
        socket: PullSocket, options: Options = Options(), now_ns: @escaping @Sendable () -> Int64 = systemTime_ns
    ) throws(FrameError) {
        self.socket = socket
        self.options = options
        self.now_ns = now_ns
        lanes = try EventLanes(workers: options.packingThreads, depth: Self.queuedMessages)
        freeSlots = try BoundedRing(capacity: Self.slots)
        budget = try ByteBudget(limit: options.poolBytes)
    }

    /// Starts the threads. Events are then taken by one thread from `Events`.
    public func start() -> Events {
        for index in 0..<lanes.workerCount {
            let (lanes, encoding) = (lanes, options.compression)
            Self.thread("packer-\(index)") {
                let packer = FramePacker(encoding: encoding)
                lanes.runWorker(index) { packer.pack($0) }
            }
        }
        Self.thread("receiver") { self.run() }
        return Events(receiver: EventLanes.Receiver(lanes), owner: self)
    }

    /// Asks the receiver to end after the messages that libzmq holds already; callable from any thread, also from a signal's source.
    public func stop() { isStopping.store(true, ordering: .releasing) }

    /// Has the writer get an event soon, though no message comes: a `.silence`, within the socket's poll interval. From any thread.
    public func wake() { isWoken.store(true, ordering: .releasing) }

    /// What was received, and what waits.
    public var counters: ReceiverCounters {
        var counters = ReceiverCounters()
        counters.pool.usedBytes = budget.used
        counters.pool.highestBytes = budget.highWater
        counters.pool.limitBytes = budget.limit
        return counters
    }

    /// The writer's view of the stream.
    public struct Events {
        var receiver: EventLanes.Receiver
        let owner: StreamReceiver

        /// Waits for the next event; nil after `.stopped`.
        public mutating func next() -> IngestEvent? { receiver.receive() }

        /// Gives a slot back once its bytes are written.
        public func recycle(_ slot: MessageSlot) {
            let bytes = slot.byteCount
            slot.clear()
            owner.budget.release(min(bytes, owner.budget.limit))
            _ = owner.freeSlots.push(slot)
        }
    }

    // MARK: the receiver thread

    private func run() {
        var sender = EventLanes.Sender(lanes)
        var made = 0
        var version = options.version
        var decoder = version.map { StreamDecoder(version: $0, limits: options.limits) }
        var assembler = FrameAssembler(compression: options.compression)
        var lastMessage_ns = now_ns()
        var lastReport_ns = lastMessage_ns
        var stopSeen_ns: Int64?
        var spare: MessageSlot?
        do {
            while true {
                // A stop drains what is on its way, but not for ever: a detector in full flow would never fall silent.
                if isStopping.load(ordering: .relaxed) {
                    let now = now_ns()
                    if let seen = stopSeen_ns, now - seen > Self.longestDrain_ns { break }
                    stopSeen_ns = stopSeen_ns ?? now
                }
                let slot: MessageSlot
                if let kept = spare {
                    slot = kept
                } else if made < Self.slots, freeSlots.count == 0 {
                    slot = MessageSlot()
                    made += 1
                } else if let free = freeSlots.pop() {
                    slot = free
                } else {
                    break
                }
                spare = slot
                let reception = try socket.receive(into: slot)
                if reception == .nothing {
                    if isStopping.load(ordering: .acquiring) { break }
                    let now = now_ns()
                    if now - lastReport_ns >= 1_000_000_000 || isWoken.exchange(false, ordering: .acquiring) {
                        lastReport_ns = now
                        sender.send(.silence(seconds: Double(now - lastMessage_ns) / 1e9), packs: false)
                    }
                    continue
                }
                if reception == .closed { break }
                lastMessage_ns = now_ns()
                lastReport_ns = lastMessage_ns
                slot.receiveTime_ns = lastMessage_ns
                if reception == .tooManyParts {
                    slot.outcome = .refused(
                        IngestError(
                            .messageTooLarge, "message of too many parts", got: "more than \(MessageSlot.maximumParts)",
                            expected: "at most \(MessageSlot.maximumParts)"))
                } else {
                    if version == nil { version = StreamDecoder.detect(slot.parts) }
                    if decoder == nil, let version { decoder = StreamDecoder(version: version, limits: options.limits) }
                    decode(slot, with: decoder, &assembler)
                }
                // Waits while the pool is full: this is the back-pressure. The message is in memory already, so the pool may be
                // exceeded by one message.
                guard try budget.acquire(min(slot.byteCount, budget.limit)) == .granted else { break }
                spare = nil
                if case .start = slot.outcome { sender.reset() }
                sender.send(.message(slot), packs: slot.hasUnpackedFrames)
            }
            sender.send(.stopped(nil), packs: false)
        } catch {
            sender.send(.stopped(error), packs: false)
        }
        lanes.close()
    }

    private func decode(_ slot: MessageSlot, with decoder: StreamDecoder?, _ assembler: inout FrameAssembler) {
        guard let decoder else {
            slot.outcome = .refused(
                IngestError(
                    .unknownProtocol, "message of a protocol that is not known",
                    got: "\(slot.partCount) part(s) beginning \(slot.leadingBytesInHex)",
                    expected: "CBOR (Stream V2) or JSON with htype (Stream V1)",
                    remedy: "check that this address is a DECTRIS stream, or say --protocol v1 or v2"))
            return
        }
        do throws(WireError) {
            switch try decoder.decode(slot.parts) {
            case .start(let start):
                assembler.begin(start)
                slot.outcome = .start(start)
            case .image(let image):
                slot.image = image
                assembler.assemble(image, in: slot)
                slot.outcome = .image
            case .end(let end): slot.outcome = .end(end)
            case .other(let type): slot.outcome = .other(type)
            }
        } catch {
            slot.outcome = .refused(error)
        }
    }

    /// Messages that wait for the writer. A longer queue does not write faster: what waits in it has left the cache when its turn comes, and
    /// takes fresh pages meanwhile. Over loopback, 1 MiB frames to ext4 on two cores: 256 gave 0.57 of a bare C loop, 16 gave 0.84 and 1.08.
    /// What a slow disk needs beyond it waits in the detector, which buffers and counts.
    private static let queuedMessages = 16
    private static let slots = 4096
    private static let longestDrain_ns: Int64 = 2_000_000_000

    private static func thread(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }
}

extension MessageSlot {
    var hasUnpackedFrames: Bool {
        for chunk in chunks { if case .unpacked = chunk.content { return true } }
        return false
    }

    var leadingBytesInHex: String {
        guard let first = parts.first else { return "nothing" }
        return first.prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// The wall clock in nanoseconds since 1970-01-01 UTC.
@Sendable public func systemTime_ns() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
