import Diagnostics

/// A counting semaphore for threads of this process. glibc's own has no wait on the monotonic clock that Swift can import; this
/// one is only reached when a side of a ring is really idle.
final class ThreadSemaphore: @unchecked Sendable {
    // Safe to share: `signals` is read and written under the lock only.
    private let condition: ThreadCondition
    private var signals = 0

    init() throws(FrameError) { condition = try ThreadCondition() }

    func signal() {
        condition.withLock {
            signals += 1
            condition.wakeOne()
        }
    }

    func wait() {
        condition.withLock {
            while signals == 0 { condition.wait() }
            signals -= 1
        }
    }

    /// Waits until `deadline`; false when it has passed without a signal.
    func wait(until deadline: MonotonicDeadline) -> Bool {
        condition.withLock {
            while signals == 0 {
                if !condition.wait(until: deadline) && signals == 0 { return false }
            }
            signals -= 1
            return true
        }
    }
}
