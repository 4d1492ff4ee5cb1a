import Diagnostics
import RunModel
import Synchronization

/// An ingest that says what it was told to say, and remembers what it was asked.
public final class ScriptedIngest: IngestControl {
    private struct State {
        var status: IngestStatus
        var asked: [String] = []
        var refusal: RunModelError?
    }

    private let state: Mutex<State>

    public init(_ status: IngestStatus) { state = Mutex(State(status: status)) }

    public func change(_ body: (inout IngestStatus) -> Void) { state.withLock { body(&$0.status) } }

    /// From now on `next` is refused with this.
    public func refuseNext(_ error: RunModelError) { state.withLock { $0.refusal = error } }

    /// The verbs, in order; `status` is not counted.
    public var asked: [String] { state.withLock { $0.asked } }

    public func status() -> IngestStatus { state.withLock { $0.status } }

    public func setNext(_ next: ArmMetadata) throws {
        try state.withLock { state in
            state.asked.append("next")
            if let refusal = state.refusal { throw refusal }
            state.status.nextRun = next
        }
    }

    public func stop() {
        state.withLock { state in
            state.asked.append("stop")
            state.status.state = .sealing
        }
    }

    public func abort() {
        state.withLock { state in
            state.asked.append("abort")
            state.status.state = .sealing
        }
    }
}

extension IngestStatus {
    /// Connected, waiting, nothing recorded yet.
    public static func waiting() throws -> IngestStatus {
        let start = try Timestamp("2026-11-21T04:45:55Z")
        return IngestStatus(
            state: .armed, since: start, started: start, time: start.advanced(bySeconds: 2.5), program: "faisceau",
            version: "0.1.0", from: "tcp://172.31.1.1:31001", out: "/data/mx", nextPath: "/data/mx/20261121_7")
    }
}
