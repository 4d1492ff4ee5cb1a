import Diagnostics
import Foundation
import Synchronization

/// Asks the detector for its counters when a series is armed and when it has ended, on threads of its own: neither a detector that does
/// not answer nor a slow network delays a frame, and the seal only for as long as it says.
public final class SimplonWatch: Sendable {
    private let client: SimplonClient
    private let armed = Answer()
    private let ended = Answer()

    /// One answer, awaited by one thread.
    private final class Answer: Sendable {
        private let result = Mutex<Result<SimplonReading, IngestError>?>(nil)
        private let isAsked = Atomic<Bool>(false)
        private let arrival = DispatchSemaphore(value: 0)

        func ask(_ client: SimplonClient) {
            guard !isAsked.exchange(true, ordering: .acquiringAndReleasing) else { return }
            let thread = Thread { [self] in
                let reading = Result<SimplonReading, IngestError> { () throws(IngestError) in try client.read() }
                result.withLock { $0 = reading }
                arrival.signal()
            }
            thread.name = "simplon"
            thread.start()
        }

        func take(until time: DispatchTime, _ client: SimplonClient) -> Result<SimplonReading, IngestError> {
            if isAsked.load(ordering: .acquiring) { _ = arrival.wait(timeout: time) }
            return result.withLock { $0 }
                ?? .failure(IngestError(.simplonFailed, "the detector did not answer in time", at: client.address))
        }
    }

    /// Asks for the first time: call it when the start message has come.
    public init(_ client: SimplonClient) {
        self.client = client
        armed.ask(client)
    }

    /// Asks again: call it when the series is over; returns at once.
    public func seriesEnded() { ended.ask(client) }

    /// What the detector's counters say of the series. Waits for the answers, but not longer than `patience`; once.
    public func notes(_ series: SimplonReconciliation.Series, patience: Duration = .milliseconds(500)) -> [String] {
        let time = DispatchTime.now() + .milliseconds(Int(patience / .milliseconds(1)))
        return SimplonReconciliation(armed: armed.take(until: time, client), ended: ended.take(until: time, client)).notes(series)
    }
}
