import NIOCore

/// Runs Swift's tasks on the thread of an event loop, so that the server never needs one of the cooperative threads: there are as many as
/// cores, and an ingest that blocks may hold them.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
