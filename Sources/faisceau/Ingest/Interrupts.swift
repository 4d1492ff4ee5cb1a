import Diagnostics
import Dispatch
import Glibc
import Synchronization

/// SIGTERM and the first SIGINT ask for an orderly end; the second SIGINT ends the process with 130.
///
/// The handlers run on a dispatch queue, not in the signal's context, so they may take locks.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ stop: @escaping @Sendable () -> Void) {
        let interruptions = Counter()
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler {
                if number == SIGINT, interruptions.next() > 1 { _exit(ExitStatus.interrupted.rawValue) }
                stop()
            }
            source.resume()
            return source
        }
    }

    /// From here on the signals end the process, as usual.
    func cancel() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }
}
