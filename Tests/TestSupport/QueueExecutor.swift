import Dispatch

/// Runs a server's tasks on a thread of their own: Swift's cooperative threads are as many as processors, and tests that block may hold them all
/// for minutes.
public final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "served-to-tests")

    public init() {}

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
