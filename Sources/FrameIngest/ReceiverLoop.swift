import DetectorWire
import Diagnostics
import Synchronization

/// The body of the receiver thread: from the socket, through the pool or, when that is full, the spill file, to the writer, in order.
///
///     socket ─► pool has room ─────────────────────► writer
///            └► pool full ─► spill ring ─► pool ───► writer       while the ring holds anything, all that comes goes through it
///                         └► full or none: wait, or throw images away and say which
final class ReceiverLoop {
    private let socket: PullSocket
    private let options: StreamReceiver.Options
    private let pool: MessagePool
    private let tally: ReceiverTally
    private let requests: ReceiverRequests
    private let clocks: ReceiverClocks
    private var sender: EventLanes.Sender
    private var shelf: SlotShelf
    private var reader: MessageReader
    private var spill: SpillRing?
    /// What is to be said before the next message that is kept.
    private var pending = PendingNotices()
    /// The same of the spill file's oldest end: frames that did not come back from it.
    private var unread = DropLog()
    private var sharing = SharedStreamDetector()
    // By the steady clock.
    private var lastMessage_ns: Int64
    private var lastReport_ns: Int64
    private var stopSeen_ns: Int64?
    /// Since when the pool has been full; nil when it has not been since it was last half empty.
    private var fullSince: ContinuousClock.Instant?
    private var isConnectionLost = false
    /// How many messages of the spill file come before the order that was given; nil without one.
    private var beforeOrder: Int?
    /// The heap has grown beyond what a writer that keeps up needs.
    private var hasGrown = false

    /// How long a stop waits for a stream that never falls silent.
    private static let longestDrain_ns: Int64 = 2_000_000_000

    init(
        socket: PullSocket, options: StreamReceiver.Options, pool: MessagePool, spill: SpillRing?, tally: ReceiverTally,
        lanes: EventLanes, returned: SlotShelf.Return, requests: ReceiverRequests, clocks: ReceiverClocks
    ) {
        self.socket = socket
        self.options = options
        self.pool = pool
        self.spill = spill
        self.tally = tally
        self.clocks = clocks
        self.requests = requests
        sender = EventLanes.Sender(lanes)
        shelf = SlotShelf(returned)
        reader = MessageReader(options)
        lastMessage_ns = clocks.steady_ns()
        lastReport_ns = lastMessage_ns
    }

    /// Until a stop, a failure of the socket, or the writer is gone; `.stopped` is the last event.
    func run() {
        var failure: (any Error)?
        do { while try takeOne() {} } catch { failure = error }
        while spillHoldsMessages, !pool.isClosed {
            if deliverSpilled(atMost: .max) == 0 { waitForRoom() }
        }
        reportUnread()
        say(pending.take())
        sender.send(.stopped(failure), packs: false)
    }

    /// One turn; false when it was the last.
    private func takeOne() throws -> Bool {
        // Also in silence, within the socket's poll interval: nobody will write what may still come.
        if pool.isClosed { return false }
        // A stop drains what is on its way, but not for ever: a detector in full flow would never fall silent.
        if requests.mustStop {
            let now = clocks.steady_ns()
            if let seen = stopSeen_ns, now - seen > Self.longestDrain_ns { return false }
            stopSeen_ns = stopSeen_ns ?? now
        }
        if requests.takeOrder() { beforeOrder = spill?.count ?? 0 }
        sendOrderIfDue()
        let delivered = deliverSpilled(atMost: 8)
        let slot = shelf.take()
        switch try socket.receive(into: slot, waits: !spillHoldsMessages) {
        case .closed: return false
        case .nothing:
            shelf.putBack(slot)
            if spillHoldsMessages {
                // Both the socket and the pool may be first; the one is asked again every 2 ms while the other is slept on.
                if delivered == 0 { socket.waitForMessage(milliseconds: 2) }
                return true
            }
            if requests.mustStop { return false }
            try reportConnection()
            reportSilence()
            return true
        case .message: reader.readHead(of: slot)
        case .tooManyParts:
            slot.outcome = .refused(
                IngestError(
                    .messageTooLarge, "message of too many parts", got: "more than \(MessageSlot.maximumParts)",
                    expected: "at most \(MessageSlot.maximumParts)"))
        }
        note(slot)
        return place(slot)
    }

    /// What is counted of every message when it comes, whatever becomes of it.
    private func note(_ slot: MessageSlot) {
        slot.charge = reader.charge(of: slot)
        lastMessage_ns = clocks.steady_ns()
        lastReport_ns = lastMessage_ns
        slot.receiveTime_ns = clocks.wall_ns()
        tally.messages.add(1, ordering: .relaxed)
        tally.bytes.add(slot.byteCount, ordering: .relaxed)
        switch slot.outcome {
        case .refused: tally.refused.add(1, ordering: .relaxed)
        case .image:
            guard let image = slot.image else { return }
            socket.fitQueue(toMessagesOf: slot.byteCount)
            if let suspicion = sharing.observe(series: image.seriesID, frame: image.frame) {
                pending.suspicion = suspicion
            }
        case .empty, .start, .end, .other: break
        }
    }

    /// Finds a place for a message, or throws it away if that was asked for; false when nobody wants it any more.
    private func place(_ slot: MessageSlot) -> Bool {
        while true {
            if !spillHoldsMessages {
                switch pool.admit(bytes: slot.charge) {
                case .granted:
                    reportUnread()
                    say(pending.take())
                    deliver(slot)
                    return true
                case .closed: return false
                case .full: break
                }
            }
            if putIntoSpill(slot) {
                sayFull(.spilling)
                recycle(slot)
                return true
            }
            if options.whenFull == .drop, let image = slot.image, case .image = slot.outcome {
                sayFull(.dropping)
                pending.drops.append(series: image.seriesID, frame: image.frame, bytes: slot.byteCount)
                tally.droppedFrames.add(1, ordering: .relaxed)
                tally.droppedBytes.add(slot.byteCount, ordering: .relaxed)
                recycle(slot)
                return true
            }
            sayFull(.holdingBack)
            if deliverSpilled(atMost: .max) == 0 { waitForRoom(bytes: slot.charge) }
            if pool.isClosed { return false }
        }
    }

    /// Hands a message that the pool has admitted to the writer, after what was to be said before it.
    private func deliver(_ slot: MessageSlot) {
        reader.prepare(slot)
        sayRelieved()
        if pool.used > 4 * options.workingSetBytes { hasGrown = true }
        if case .start = slot.outcome { sender.reset() }
        sender.send(.message(slot), packs: slot.hasUnpackedFrames)
    }

    private func recycle(_ slot: MessageSlot) {
        slot.clear()
        shelf.putBack(slot)
    }

    // MARK: the spill file

    private var spillHoldsMessages: Bool { spill.map { !$0.isEmpty } ?? false }

    private func putIntoSpill(_ slot: MessageSlot) -> Bool {
        var isStored = false
        do throws(IngestError) { isStored = try spill?.append(slot) ?? false } catch { report(error) }
        if isStored {
            tally.spilledMessages.add(1, ordering: .relaxed)
            // Said now it would overtake what waits in the file: the start of its series, or earlier frames.
            if !pending.isEmpty { spill?.sayBeforeNewest(pending.take()) }
        }
        countSpill()
        return isStored
    }

    /// Moves messages from the spill file to the writer as far as the pool has room for them; how many.
    private func deliverSpilled(atMost most: Int) -> Int {
        var count = 0
        while count < most, let record = spill?.next,
            pool.admit(bytes: record.charge, waits: false) == .granted
        {
            count += 1
            reportUnread()
            say(record.notices)
            let slot = shelf.take()
            do throws(IngestError) {
                try spill?.takeNext(into: slot)
                reader.readHead(of: slot)
                deliver(slot)
            } catch {
                pool.release(bytes: record.charge)
                recycle(slot)
                report(error)
                if let frame = record.frame { unread.append(series: frame.series, frame: frame.number, bytes: record.byteCount) }
            }
            beforeOrder = beforeOrder.map { $0 - 1 }
            sendOrderIfDue()
        }
        if count > 0 { countSpill() }
        return count
    }

    private func countSpill() {
        guard let spill else { return }
        tally.spillWaiting.store(spill.count, ordering: .relaxed)
        tally.spillUsed.store(spill.usedBytes, ordering: .relaxed)
        if spill.usedBytes > tally.spillHighest.load(ordering: .relaxed) {
            tally.spillHighest.store(spill.usedBytes, ordering: .relaxed)
        }
    }

    /// Sleeps until the pool has room for what comes next: the oldest in the spill file, or else the message at hand.
    private func waitForRoom(bytes: Int = 0) {
        pool.waitForRoom(bytes: spill?.next?.charge ?? bytes, atMost: .seconds(1))
    }

    // MARK: what the writer hears beside messages

    private func report(_ error: IngestError) {
        sender.send(.notice(.spillFailed(error)), packs: false)
    }

    private func sayFull(_ action: IngestNotice.PoolFull) {
        guard fullSince == nil else { return }
        fullSince = .now
        sender.send(.notice(.poolFull(action)), packs: false)
    }

    /// Also in a pause: a pool that was full when a series ended is not full until the next one.
    private func sayRelieved() {
        guard let since = fullSince, pool.used < pool.limit / 2 else { return }
        fullSince = nil
        sender.send(.notice(.poolRelieved(seconds: (ContinuousClock.now - since) / .seconds(1))), packs: false)
    }

    private func say(_ notices: [IngestNotice]) {
        for notice in notices { sender.send(.notice(notice), packs: false) }
    }

    private func reportUnread() {
        guard !unread.isEmpty else { return }
        for dropped in unread.take() { sender.send(.notice(.dropped(dropped)), packs: false) }
    }

    /// What the pool holds is with the writer already; an order waits for what the spill file held when it was given.
    private func sendOrderIfDue() {
        guard let left = beforeOrder, left <= 0 else { return }
        beforeOrder = nil
        reportUnread()
        if !spillHoldsMessages { say(pending.take()) }
        sender.send(.order, packs: false)
    }

    private func reportConnection() throws(IngestError) {
        switch try socket.connectionChange() {
        case .lost?:
            isConnectionLost = true
            sender.send(.notice(.connectionLost), packs: false)
        case .closedForBadBytes?: sender.send(.notice(.connectionRefused), packs: false)
        case .regained?:
            // The first connection is not regained.
            if isConnectionLost { sender.send(.notice(.connectionRegained), packs: false) }
            isConnectionLost = false
        case nil: break
        }
    }

    private func reportSilence() {
        // Nothing waits in the spill file here: what is said now overtakes nothing.
        reportUnread()
        say(pending.take())
        sayRelieved()
        let now = clocks.steady_ns()
        guard now - lastReport_ns >= 1_000_000_000 else { return }
        lastReport_ns = now
        if hasGrown, pool.queuedMessages == 0 {
            hasGrown = false
            MemoryTuning.giveBackUnusedMemory(keeping: 2 * options.workingSetBytes)
        }
        sender.send(.silence(seconds: Double(now - lastMessage_ns) / 1e9), packs: false)
    }
}
