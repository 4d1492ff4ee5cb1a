import Diagnostics
import Foundation
import Frames

/// Reduces the frames of one input by one plan, on several threads, and hands the results on in the order of the frames.
///
/// Each thread reads sixteen frames at a time and reduces them together. Sums do not depend on the number of threads: a frame is one thread's.
public struct AzimuthalReduction: Sendable {
    public let plan: AzimuthalPlan
    public let store: FrameStore
    public let workers: Int

    /// Frames of one piece of work: as many as the kernels take together.
    static let framesTogether = 16

    /// - Parameter workers: threads; nil: one for each processor that this process may use.
    public init(plan: AzimuthalPlan, store: FrameStore, workers: Int? = nil) {
        self.plan = plan
        self.store = store
        self.workers = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// The numbers of the frames that the configuration takes, in order.
    public var frames: [Int] {
        let chosen = plan.configuration.frames
        let frames = Array(stride(from: chosen.first, to: store.frameCount, by: chosen.step))
        return chosen.count.map { Array(frames.prefix($0)) } ?? frames
    }

    /// Reduces frames by their numbers.
    ///
    /// - Parameters:
    ///   - isCancelled: asked once a piece; when it says yes, what is under way is still delivered.
    ///   - deliver: called on this thread with frame numbers and outcomes, in order.
    /// - Throws: `systemResource`, `inputInvalid`, and what `deliver` throws; the threads have ended by then.
    /// - Returns: what became of the frames, and whether all of them were taken.
    @discardableResult
    public func run(
        frames: [Int], isCancelled: () -> Bool = { false }, deliver: ([(frame: Int, outcome: FrameOutcome)]) throws -> Void
    ) throws -> (tally: FrameTally, isComplete: Bool) {
        let pieces = (frames.count + Self.framesTogether - 1) / Self.framesTogether
        let threads = min(workers, max(1, pieces))
        let batches = try OrderedBatches<[(frame: Int, outcome: FrameOutcome)]>(count: pieces, window: 2 * threads)
        var running: [WorkerThread] = []
        defer {
            batches.stop()
            for thread in running { thread.join() }
        }
        for _ in 0..<threads {
            // Kernels keep their tables on the heap.
            let thread = WorkerThread(stackBytes: 1 << 20) { [plan, store] in
                Self.work(plan, store, frames, batches)
            }
            // Fewer do it too.
            guard let thread else { break }
            running.append(thread)
        }
        guard !running.isEmpty else {
            throw ReductionError(
                .systemResource, "The system gives no thread",
                remedy: "Look at the limits of processes and of memory (ulimit -u, ulimit -v)")
        }
        var tally = FrameTally()
        while let batch = try batches.next() {
            for one in batch { tally.count(one.outcome) }
            try deliver(batch)
            if isCancelled() { batches.stop() }
        }
        return (tally, tally.total == frames.count)
    }

    private static func work(
        _ plan: AzimuthalPlan, _ store: FrameStore, _ frames: [Int],
        _ batches: OrderedBatches<[(frame: Int, outcome: FrameOutcome)]>
    ) {
        do throws(ReductionError) {
            let reducer = try FrameReducer(plan)
            while let piece = batches.claim() {
                let numbers = Array(frames[piece * framesTogether..<min(frames.count, (piece + 1) * framesTogether)])
                let outcomes = try reducer.reduce(numbers, of: store)
                batches.deposit(piece, zip(numbers, outcomes).map { (frame: $0, outcome: $1) })
            }
        } catch {
            batches.fail(error)
        }
    }
}
