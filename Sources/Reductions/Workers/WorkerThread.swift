import Glibc

/// A POSIX thread that does one piece of work and is waited for.
///
/// Foundation's `Thread` does not say when it could not be started, and whoever waits for its work waits for ever: under a limit of processes,
/// which batch systems and containers set (seen).
package struct WorkerThread: Sendable {
    private let thread: pthread_t

    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// nil when the system gives no thread.
    package init?(stackBytes: Int, _ work: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return nil }
        defer { pthread_attr_destroy(&attributes) }
        guard pthread_attr_setstacksize(&attributes, stackBytes) == 0 else { return nil }
        let box = Unmanaged.passRetained(Work(work))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for its end; once.
    package func join() { pthread_join(thread, nil) }
}
