import Diagnostics
import Synchronization

/// A pool bounded in bytes: whoever holds received messages acquires their size first and releases it when they are written.
///
/// When the pool is empty `acquire` blocks, the socket is not read, and the detector buffers. Waiters are served in their
/// order: a large frame is not starved by small ones. Any number of threads may acquire and release.
public final class ByteBudget: @unchecked Sendable {
    // Safe to share: all fields but the atomics are read and written under the condition's lock only.

    public enum Acquisition: Sendable, Equatable {
        case granted
        case timedOut
        case closed
    }

    public let limit: Int
    private let condition: ThreadCondition
    private var nextTicket = 0
    private var serving = 0
    private var givenUp: Set<Int> = []
    private let usedBytes = Atomic<Int>(0)
    private let highest = Atomic<Int>(0)
    private let closedFlag = Atomic<Bool>(false)

    /// - Parameter limit: bytes, at least 1.
    /// - Throws: `notSupported` for a limit below 1, `systemResource` when the system refuses a mutex.
    public init(limit: Int) throws(FrameError) {
        guard limit >= 1 else {
            throw FrameError(.notSupported, "a byte budget of this size", got: "\(limit) bytes", expected: "at least 1")
        }
        self.limit = limit
        condition = try ThreadCondition()
    }

    /// Bytes held now.
    public var used: Int { usedBytes.load(ordering: .relaxed) }
    /// The most bytes ever held.
    public var highWater: Int { highest.load(ordering: .relaxed) }
    public var isClosed: Bool { closedFlag.load(ordering: .acquiring) }

    /// Takes `bytes` from the pool; blocks until they are free, the time limit has passed, or the pool is closed.
    ///
    /// - Throws: `budgetTooSmall` at once when `bytes` is negative or more than the whole pool: it would wait for ever.
    public func acquire(_ bytes: Int, waitingAtMost wait: Duration? = nil) throws(FrameError) -> Acquisition {
        guard bytes >= 0, bytes <= limit else {
            throw FrameError(
                .budgetTooSmall, "one frame needs more memory than the whole pool has", got: "\(bytes) bytes",
                expected: "at most \(limit)", remedy: "Give the pool more memory")
        }
        return condition.withLock {
            wait.map { acquire(bytes, until: MonotonicDeadline(after: $0)) } ?? acquire(bytes, until: nil)
        }
    }

    /// Gives `bytes` back that `acquire` granted. More than is held is our own mistake and traps.
    public func release(_ bytes: Int) {
        condition.withLock {
            let left = used - bytes
            precondition(bytes >= 0 && left >= 0, "more bytes released than acquired")
            usedBytes.store(left, ordering: .relaxed)
            condition.wakeAll()
        }
    }

    /// Every waiting and every later `acquire` gets `closed`. What is held may still be released.
    public func close() {
        condition.withLock {
            closedFlag.store(true, ordering: .releasing)
            condition.wakeAll()
        }
    }

    private func acquire(_ bytes: Int, until deadline: MonotonicDeadline?) -> Acquisition {
        if isClosed { return .closed }
        let ticket = nextTicket
        nextTicket += 1
        defer { leave(ticket) }
        while ticket != serving || limit - used < bytes {
            var timeIsUp = false
            if let deadline { timeIsUp = !condition.wait(until: deadline) } else { condition.wait() }
            if isClosed { return .closed }
            if timeIsUp && (ticket != serving || limit - used < bytes) { return .timedOut }
        }
        let now = used + bytes
        usedBytes.store(now, ordering: .relaxed)
        if now > highWater { highest.store(now, ordering: .relaxed) }
        return .granted
    }

    /// Lets the next ticket be served; tickets of waiters that gave up are passed over.
    private func leave(_ ticket: Int) {
        givenUp.insert(ticket)
        while givenUp.remove(serving) != nil { serving += 1 }
        if nextTicket != serving { condition.wakeAll() }
    }
}
