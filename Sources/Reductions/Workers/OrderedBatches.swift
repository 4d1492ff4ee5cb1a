import Diagnostics
import Frames

/// Numbered pieces of work, done by several threads in any order, and handed on in theirs by one.
///
/// A thread may be ahead of what has been handed on by a few pieces only, so that a slow writer bounds the memory.
package final class OrderedBatches<Result: Sendable>: @unchecked Sendable {
    // Safe to share: everything below is touched under the lock alone.
    private let lock: ThreadCondition
    private let count: Int
    private let window: Int
    private var claimed = 0
    private var delivered = 0
    private var results: [Int: Result] = [:]
    private var failure: ReductionError?
    private var isStopped = false

    /// - Parameters:
    ///   - count: pieces in all, numbered from 0.
    ///   - window: pieces that may be claimed and not yet handed on.
    /// - Throws: `systemResource`.
    package init(count: Int, window: Int) throws(ReductionError) {
        do { lock = try ThreadCondition() } catch { throw ReductionError(.systemResource, error) }
        self.count = count
        self.window = max(1, window)
    }

    /// The number of a piece to do next; waits while too many are under way. nil: there is no more, or the work was stopped.
    package func claim() -> Int? {
        lock.withLock {
            while !isStopped, claimed < count, claimed >= delivered + window { lock.wait() }
            guard !isStopped, claimed < count else { return nil }
            claimed += 1
            return claimed - 1
        }
    }

    /// A piece is done.
    package func deposit(_ number: Int, _ result: Result) {
        lock.withLock {
            results[number] = result
            lock.wakeAll()
        }
    }

    /// A thread cannot go on: the work ends, and ``next()`` says why.
    package func fail(_ error: ReductionError) {
        lock.withLock {
            failure = failure ?? error
            isStopped = true
            lock.wakeAll()
        }
    }

    /// No more pieces are given out.
    package func stop() {
        lock.withLock {
            isStopped = true
            lock.wakeAll()
        }
    }

    /// The result of the next piece in order; waits for it. nil at the end. After ``stop()`` those that are under way still come.
    /// - Throws: what ``fail(_:)`` was given.
    package func next() throws(ReductionError) -> Result? {
        try lock.withLock { () throws(ReductionError) -> Result? in
            while true {
                if let failure { throw failure }
                if let result = results.removeValue(forKey: delivered) {
                    delivered += 1
                    lock.wakeAll()
                    return result
                }
                guard delivered < (isStopped ? claimed : count) else { return nil }
                lock.wait()
            }
        }
    }
}
