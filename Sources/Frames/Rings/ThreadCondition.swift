import Diagnostics
import Glibc

/// A mutex with a condition on the monotonic clock, for threads that may block (never for async code): the only place where the
/// rings and the receiver's message pool sleep.
///
/// Swift's `Mutex` has no condition, and `NSCondition` would bring Foundation into the frame path and waits on a clock that
/// time servers set back.
package final class ThreadCondition: @unchecked Sendable {
    // Safe to share: both live at fixed addresses as long as this object, and pthread functions are made for every thread.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init() throws(FrameError) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let refused = pthread_mutex_init(mutex, nil) != 0 || pthread_cond_init(condition, &attributes) != 0
        pthread_condattr_destroy(&attributes)
        if refused { throw FrameError(.systemResource, "the system gave no mutex or condition") }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits for a wake; under the lock. It may return without one: look at the state again.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// The same; false when `deadline` has passed.
    package func wait(until deadline: MonotonicDeadline) -> Bool {
        var time = deadline.time
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    package func wakeOne() { pthread_cond_signal(condition) }
    package func wakeAll() { pthread_cond_broadcast(condition) }
}

/// An instant of the monotonic clock, which no time server sets back.
package struct MonotonicDeadline {
    let time: timespec

    package init(after duration: Duration) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        // A century is for ever, and keeps the sum in range.
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(3_200_000_000)).components
        let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
        time = timespec(
            tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    }
}
