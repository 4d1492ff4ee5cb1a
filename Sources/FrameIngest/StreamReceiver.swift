import Diagnostics
import Foundation
import Frames
import Synchronization

/// The receiving half of the frame path: a dedicated thread that takes messages from the socket, decodes their heads and hands them,
/// in order, to the writer (`ReceiverLoop`); and the threads that compress frames that came unpacked.
///
/// Memory is bounded in bytes (`MessagePool`). When the writer falls so far behind that it is full, messages go to the spill file if there
/// is one; then the receiver waits, libzmq's small queue fills, TCP stops, and the detector buffers and counts; or, if that was
/// asked for, images are thrown away, counted and named.
///
/// A frame's bytes are copied twice on their way to the page cache: by the kernel from the socket into memory that libzmq took from
/// malloc, and by `pwrite` from there. libzmq reads 8 KiB at a time while it looks for the head of a message and copies what it then has of
/// the body (at most those 8 KiB, 0.8 % of a frame of 1 MiB); the rest of a long body is received straight into the message.
/// Per frame libzmq allocates one block (a long message's memory with its head); we allocate nothing: slots go round.
public final class StreamReceiver: Sendable {
    public let options: Options
    private let socket: PullSocket
    private let lanes: EventLanes
    private let returned: SlotShelf.Return
    private let pool: MessagePool
    private let tally = ReceiverTally()
    private let requests = ReceiverRequests()
    private let spillStorage: (any SpillStorage)?
    private let clocks: ReceiverClocks

    /// - Throws: `IngestError` `.spillFailed`, `FrameError` for impossible sizes.
    public convenience init(
        socket: PullSocket, options: Options = Options(), clocks: ReceiverClocks = ReceiverClocks()
    ) throws {
        try self.init(
            socket: socket, options: options, spillStorage: try options.spill.map { try SpillFile($0) }, clocks: clocks)
    }

    /// The same over any storage for the spill ring: tests have the disk fail.
    package init(
        socket: PullSocket, options: Options, spillStorage: (any SpillStorage)?,
        clocks: ReceiverClocks = ReceiverClocks()
    ) throws {
        self.socket = socket
        self.options = options
        self.spillStorage = spillStorage
        self.clocks = clocks
        pool = try MessagePool(limit: options.poolBytes, workingSet: options.workingSetBytes, patience: options.patience)
        // As many as the pool admits, and room for what is said between them: the pool bounds, not the ring.
        lanes = try EventLanes(workers: options.packingThreads, depth: pool.maximumMessages + 64)
        returned = try SlotShelf.Return()
    }

    /// Touched before the first message: the working set and what libzmq's two ends of a pipe hold.
    private var bytesToTouch: Int { min(2 * options.workingSetBytes, 256 << 20, options.poolBytes) }

    /// Starts the threads; once. Events are then taken by one thread from `Events`; when that is gone, the threads end.
    public func start() -> Events {
        MemoryTuning.touch(bytes: bytesToTouch)
        for index in 0..<lanes.workerCount {
            let (lanes, encoding) = (lanes, options.compression)
            Self.thread("packer-\(index)") {
                let packer = FramePacker(encoding: encoding)
                lanes.runWorker(index) { packer.pack($0) }
            }
        }
        let (lanes, pool, returned) = (lanes, pool, returned)
        Self.thread("receiver") { [self] in
            ReceiverLoop(
                socket: socket, options: options, pool: pool, spill: spillStorage.map(SpillRing.init), tally: tally,
                lanes: lanes, returned: returned, requests: requests, clocks: clocks
            ).run()
            lanes.close()
        }
        return Events(
            receiver: EventLanes.Receiver(lanes),
            slots: SlotReturn(
                returned: returned, pool: pool, end: WriterEnd(pool: pool, lanes: lanes), workingSet: options.workingSetBytes))
    }

    /// Asks the receiver to end after the messages that libzmq holds already; callable from any thread, also from a signal's source.
    public func stop() { requests.stop() }

    /// Has the writer get an `.order` behind every message that was received before this call, also those in the spill file; without messages
    /// it comes within the socket's poll interval. From any thread.
    public func sendOrder() { requests.sendOrder() }

    /// What was received, and what waits; from any thread.
    public var counters: ReceiverCounters {
        var counters = ReceiverCounters()
        counters.pool = ReceiverCounters.Pool(
            usedBytes: pool.used, limitBytes: pool.limit, highestBytes: pool.highest, queuedMessages: pool.queuedMessages)
        counters.messages = tally.messages.load(ordering: .relaxed)
        counters.bytes = tally.bytes.load(ordering: .relaxed)
        counters.refusedMessages = tally.refused.load(ordering: .relaxed)
        counters.droppedFrames = tally.droppedFrames.load(ordering: .relaxed)
        counters.droppedBytes = tally.droppedBytes.load(ordering: .relaxed)
        counters.heldBack_s = pool.waited_s
        guard let spillStorage else { return counters }
        counters.spill = ReceiverCounters.Spill(
            usedBytes: tally.spillUsed.load(ordering: .relaxed), limitBytes: spillStorage.capacity,
            highestBytes: tally.spillHighest.load(ordering: .relaxed),
            waitingMessages: tally.spillWaiting.load(ordering: .relaxed),
            messages: tally.spilledMessages.load(ordering: .relaxed))
        return counters
    }

    /// The writer's view of the stream.
    public struct Events {
        fileprivate var receiver: EventLanes.Receiver
        fileprivate let slots: SlotReturn

        /// Waits for the next event; nil after `.stopped`.
        public mutating func next() -> IngestEvent? { receiver.receive() }

        /// Gives a slot back once its bytes are written; for one thread, which is then the only one that gives any back.
        public func recycle(_ slot: MessageSlot) { slots.giveBack(slot) }

        /// Where slots are given back to instead; with `isShared` by any number of threads.
        public func slotReturn(isShared: Bool) -> SlotReturn { isShared ? SlotReturn(sharing: slots) : slots }
    }

    /// Gone with the last copy of `Events` and of its `SlotReturn`s: then nobody will write any more, and a receiver that waits for room waits in vain.
    final class WriterEnd: Sendable {
        private let pool: MessagePool
        private let lanes: EventLanes

        init(pool: MessagePool, lanes: EventLanes) {
            self.pool = pool
            self.lanes = lanes
        }

        deinit {
            pool.close()
            lanes.close()
        }
    }

    private static func thread(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }
}
