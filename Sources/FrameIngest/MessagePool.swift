import Diagnostics
import Frames
import Glibc
import Synchronization

/// Room for the messages that were received and are not yet written: bounded in bytes, small while the writer keeps up.
///
/// One thread admits (the receiver), those that write release; the figures are for every thread.
///
/// The source is often faster than the writer, and then whatever may wait does wait. What waits long has left the cache when its turn comes,
/// and takes fresh pages meanwhile, which costs the processor that the writer needs: over loopback, frames of 1 MiB to ext4 on two cores,
/// 1.6 to 2.3 GB/s with a few messages under way, 0.6 to 0.9 with hundreds. So the pool has a `ceiling` between two bounds:
///
/// - the working set, as long as the writer gets on;
/// - the limit, as soon as the writer is slow: when the last working set of bytes has taken longer than `patience` (32 MiB in 0.1 s:
///   0.3 GB/s, or a stall of 0.1 s). Then the disk decides and not the cache, and the detector is not stopped for a hiccup;
/// - when the writer is fast again, the ceiling comes down by half of what is written: receiving goes on at half the writer's rate or
///   more until the backlog is gone, and no further page is touched.
package final class MessagePool: @unchecked Sendable {
    // Safe to share: all that is not atomic is read and written under the condition's lock only.

    package enum Admission: Equatable {
        case granted
        /// The limit is reached.
        case full
        /// Nobody will release any more.
        case closed
    }

    package let limit: Int
    let maximumMessages: Int
    private let workingSet: Int
    private let patience: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let condition: ThreadCondition
    private var highestAdmissible: Int
    /// Since when `written` bytes were released: the writer's pace.
    private var paceBegan: ContinuousClock.Instant
    private var written = 0
    private var isSlow = false
    private var receiverWaits = false
    /// A waiting receiver is woken when no more than this is used.
    private var wakeAt = 0
    private let usedBytes = Atomic<Int>(0)
    private let highestBytes = Atomic<Int>(0)
    private let messages = Atomic<Int>(0)
    private let waited_ns = Atomic<Int>(0)
    private let closedFlag = Atomic<Bool>(false)

    /// Messages that may wait whatever their size: fewer would have receiver and writer take turns.
    private static let fewest = 4

    /// - Parameter now: a clock that nobody sets; a parameter so that tests can move it.
    /// - Throws: `notSupported` for a limit below 1 MiB, `systemResource` when the system refuses a mutex.
    package init(
        limit: Int, workingSet: Int, patience: Duration = .milliseconds(100),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws(FrameError) {
        guard limit >= 1 << 20 else {
            throw FrameError(.notSupported, "a message pool of this size", got: "\(limit) bytes", expected: "1 MiB or more")
        }
        self.limit = limit
        self.workingSet = min(max(workingSet, 1), limit)
        self.patience = patience
        self.now = now
        highestAdmissible = self.workingSet
        maximumMessages = min(max(limit / Self.cost(ofBytes: 0), 64), 1 << 20)
        condition = try ThreadCondition()
        paceBegan = now()
    }

    /// What a message of `bytes` takes of the pool: its bytes, its slot, and for a small one libzmq's reading buffer, which it keeps
    /// (messages up to 8 KiB are not copied out of it). Measured with libzmq 4.3.4 and our malloc settings: 499 MB of messages of 1 to 9 MB
    /// held were 534 MB resident, 199 MB of 3 to 5 kB were 531 MB, 199 MB of 9 to 12 kB were 217 MB.
    package static func cost(ofBytes bytes: Int) -> Int {
        bytes + MessageSlot.overheadBytes + (bytes < 8192 ? 8192 : 0)
    }

    /// Bytes that are taken now.
    package var used: Int { usedBytes.load(ordering: .relaxed) }
    /// The most that ever were.
    package var highest: Int { highestBytes.load(ordering: .relaxed) }
    package var queuedMessages: Int { messages.load(ordering: .relaxed) }
    /// How long the receiver stood still here.
    var waited_s: Double { Double(waited_ns.load(ordering: .relaxed)) / 1e9 }
    var isClosed: Bool { closedFlag.load(ordering: .acquiring) }
    /// How much may be used at present.
    package var ceiling: Int { condition.withLock { highestAdmissible } }

    /// Takes room for a message; a message larger than the whole pool is admitted alone. Receiver thread only.
    ///
    /// - Parameter waits: whether to wait, while the writer gets on, until it has brought the pool below its ceiling.
    package func admit(bytes: Int, waits: Bool = true) -> Admission {
        let cost = min(Self.cost(ofBytes: bytes), limit)
        return condition.withLock {
            if queuedMessages == 0 { beginPace() }
            if waits { waitForWriter(cost) }
            if isClosed { return .closed }
            guard hasRoom(cost) else { return .full }
            messages.add(1, ordering: .relaxed)
            usedBytes.add(cost, ordering: .relaxed)
            if used > highest { highestBytes.store(used, ordering: .relaxed) }
            return .granted
        }
    }

    /// Sleeps until there is room for a message of this size, or the time is up. Receiver thread only.
    func waitForRoom(bytes: Int, atMost time: Duration) {
        let cost = min(Self.cost(ofBytes: bytes), limit)
        condition.withLock {
            guard !hasRoom(cost), !isClosed else { return }
            // Not woken by each release: for every wake the writer pays with a switch of threads.
            sleep(untilUsed: min(limit - cost, limit - limit / 8), deadline: MonotonicDeadline(after: time))
        }
    }

    /// Gives back what `admit` took for a message of this size. Any thread.
    package func release(bytes: Int) {
        let cost = min(Self.cost(ofBytes: bytes), limit)
        condition.withLock {
            precondition(cost <= used && queuedMessages > 0, "more released than admitted")
            written += cost
            if written >= workingSet {
                if isSlow, !isBehind { highestAdmissible = min(highestAdmissible, used) }
                isSlow = isBehind
                beginPace()
            }
            if !isSlow { highestAdmissible = max(workingSet, highestAdmissible - cost / 2) }
            usedBytes.subtract(cost, ordering: .relaxed)
            messages.subtract(1, ordering: .relaxed)
            if receiverWaits, used <= wakeAt || queuedMessages < Self.fewest {
                receiverWaits = false
                condition.wakeOne()
            }
        }
    }

    /// Waiting and later `admit`s get `closed`.
    package func close() {
        condition.withLock {
            closedFlag.store(true, ordering: .releasing)
            receiverWaits = false
            condition.wakeAll()
        }
    }

    private func hasRoom(_ cost: Int) -> Bool { used + cost <= limit && queuedMessages < maximumMessages }

    private func beginPace() {
        paceBegan = now()
        written = 0
    }

    /// Time that the writer may take for what it has written since `paceBegan`, a working set at least.
    private var allowance: Duration { patience * (Double(max(written, workingSet)) / Double(workingSet)) }
    private var isBehind: Bool { now() - paceBegan > allowance }

    private func waitForWriter(_ cost: Int) {
        while used + cost > highestAdmissible, queuedMessages >= Self.fewest, !isClosed {
            let left = allowance - (now() - paceBegan)
            guard left > .zero, !isSlow else {
                isSlow = true
                highestAdmissible = limit
                return
            }
            // At the working set, until half of it is left: a receiver that wakes for every message costs a switch of threads each.
            let level = highestAdmissible > workingSet ? used - 2 * cost : workingSet / 2
            sleep(untilUsed: level, deadline: MonotonicDeadline(after: left))
        }
    }

    private func sleep(untilUsed bytes: Int, deadline: MonotonicDeadline) {
        let began = ContinuousClock.now
        wakeAt = bytes
        receiverWaits = true
        while receiverWaits, !isClosed {
            if !condition.wait(until: deadline) { break }
        }
        receiverWaits = false
        waited_ns.add(Int((ContinuousClock.now - began) / .nanoseconds(1)), ordering: .relaxed)
    }
}
