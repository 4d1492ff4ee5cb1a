import Diagnostics
import Frames
import Glibc

/// Threads that reduce the frames of a run that is being recorded, a few at a time; each has kernels of its own.
final class LiveWorkers: @unchecked Sendable {
    /// What reducing took, added over the threads: as the clock has it, and the processor's time in that.
    struct Cost {
        var busy_s = 0.0
        var processor_s = 0.0
        /// Threads that had frames.
        var threads = 1
        /// How long one worked.
        var seconds: Double { busy_s / Double(threads) }
    }

    // Safe to share: everything below is touched under the lock alone, the threads by their owner only.
    private let lock: ThreadCondition
    private var threads: [WorkerThread] = []
    private var frames: [LedgerFollower.Frame] = []
    private var outcomes: [FrameOutcome] = []
    private var claimed = 0
    private var left = 0
    private var cost = Cost()
    private var failure: ReductionError?
    private var isStopped = false

    /// - Throws: `systemResource`.
    init(_ plan: AzimuthalPlan, threads count: Int) throws(ReductionError) {
        do { lock = try ThreadCondition() } catch { throw ReductionError(.systemResource, error) }
        for _ in 0..<max(1, count) {
            guard let thread = WorkerThread(stackBytes: 1 << 20, { self.work(plan) }) else { break }
            threads.append(thread)
        }
        guard !threads.isEmpty else {
            throw ReductionError(
                .systemResource, "The system gives no thread",
                remedy: "Look at the limits of processes and of memory (ulimit -u, ulimit -v)")
        }
    }

    /// Threads.
    var count: Int { threads.count }

    /// Frames that are worth giving at once.
    var framesTogether: Int { threads.count * AzimuthalReduction.framesTogether }

    /// - Returns: an outcome for each frame, in order.
    /// - Throws: `notSupported` for frames that no kernel reduces.
    func reduce(_ frames: [LedgerFollower.Frame]) throws(ReductionError) -> (outcomes: [FrameOutcome], cost: Cost) {
        try lock.withLock { () throws(ReductionError) in
            self.frames = frames
            outcomes = [FrameOutcome](repeating: .missing, count: frames.count)
            (claimed, left, cost) = (0, frames.count, Cost())
            lock.wakeAll()
            while left > 0, failure == nil { lock.wait() }
            if let failure { throw failure }
            let pieces = (frames.count + AzimuthalReduction.framesTogether - 1) / AzimuthalReduction.framesTogether
            cost.threads = max(1, min(threads.count, pieces))
            return (outcomes, cost)
        }
    }

    /// Ends the threads; once, and nothing is reduced afterwards.
    func stop() {
        lock.withLock {
            isStopped = true
            lock.wakeAll()
        }
        for thread in threads { thread.join() }
        threads = []
    }

    private func work(_ plan: AzimuthalPlan) {
        do throws(ReductionError) {
            let reducer = try FrameReducer(plan)
            while let (first, frames) = claim() {
                let (start, used) = (ProcessorTimes.seconds(CLOCK_MONOTONIC), ProcessorTimes.seconds(CLOCK_THREAD_CPUTIME_ID))
                let outcomes = try reducer.reduce(frames)
                deposit(
                    outcomes, at: first, busy_s: ProcessorTimes.seconds(CLOCK_MONOTONIC) - start,
                    processor_s: ProcessorTimes.seconds(CLOCK_THREAD_CPUTIME_ID) - used)
            }
        } catch {
            lock.withLock {
                failure = failure ?? error
                lock.wakeAll()
            }
        }
    }

    private func claim() -> (first: Int, frames: [LedgerFollower.Frame])? {
        lock.withLock {
            while !isStopped, claimed == frames.count { lock.wait() }
            guard !isStopped else { return nil }
            let first = claimed
            claimed = min(frames.count, first + AzimuthalReduction.framesTogether)
            return (first, Array(frames[first..<claimed]))
        }
    }

    private func deposit(_ done: [FrameOutcome], at first: Int, busy_s: Double, processor_s: Double) {
        lock.withLock {
            outcomes.replaceSubrange(first..<first + done.count, with: done)
            left -= done.count
            cost.busy_s += busy_s
            cost.processor_s += processor_s
            lock.wakeAll()
        }
    }
}
