import CatalogueLink
import CatalogueQuestions
import Diagnostics
import Foundation
import Glibc
import Logging
import RunModel
import RunPipeline

/// `--catalogue`: hands each sealed run over, on a thread of its own and of lower priority. Beam time never waits: what the catalogue does not take now
/// waits in the outbox, and is tried again, by this ingest and by the next.
final class CatalogueHandOver: Sendable {
    private struct State {
        var armed: [String] = []
        var isWoken = true
        var isClosed = false
        var hasEnded = false
    }

    private let outbox: HandOverOutbox
    private let client: any CatalogueClient
    private let logger: Logger
    private let condition = NSCondition()
    // Under the condition's lock only.
    private nonisolated(unsafe) var state = State()
    /// Between two trials while the catalogue does not answer; it grows up to the second.
    static let firstPause_s = 1.0
    static let longestPause_s = 60.0

    /// - Throws: when the outbox's folder cannot be made.
    init(outbox: HandOverOutbox, client: any CatalogueClient, logger: Logger) throws {
        self.outbox = outbox
        self.client = client
        self.logger = logger
        try outbox.prepare()
        let thread = Thread { self.work() }
        thread.name = "hand-over"
        thread.start()
    }

    /// Never waits.
    func tell(_ event: RunEvent) {
        guard let run = event.run else { return }
        switch event.event {
        case .armed: condition.withLock { state.armed.append(run) }
        case .manifest: break
        case .firstFrame, .stalled, .resumed, .sealed, .failed: return
        }
        condition.withLock {
            state.isWoken = true
            condition.signal()
        }
    }

    /// Hands over what is sealed, for so long at the most; the rest waits for the next ingest.
    func finish(within seconds: Double) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.withLock {
            state.isClosed = true
            state.isWoken = true
            condition.broadcast()
            while !state.hasEnded, condition.wait(until: deadline) {}
        }
        let left = outbox.waiting().count
        if left > 0 {
            logger.warning(
                "runs wait to be handed over; the next ingest does it",
                metadata: ["count": "\(left)", "outbox": "\(outbox.folder)"])
        }
    }

    private func work() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        var pause = Self.firstPause_s
        var hasFailed = false
        while true {
            let (armed, isClosed) = condition.withLock {
                let deadline = Date(timeIntervalSinceNow: hasFailed ? pause : 3600)
                while !state.isWoken, condition.wait(until: deadline) {}
                defer {
                    state.armed = []
                    state.isWoken = false
                }
                return (state.armed, state.isClosed)
            }
            for run in armed { remember(run) }
            hasFailed = !handOverAll()
            pause = hasFailed ? min(pause * 2, Self.longestPause_s) : Self.firstPause_s
            if isClosed { break }
        }
        condition.withLock {
            state.hasEnded = true
            condition.broadcast()
        }
    }

    private func remember(_ run: String) {
        do { try outbox.put(run: run) } catch {
            logger.error(
                "the run cannot be put into the outbox; hand it over by hand", metadata: ["run": "\(run)", "reason": "\(error)"])
        }
    }

    /// - Returns: whether nothing waits that could be tried again.
    private func handOverAll() -> Bool {
        var isDone = true
        for run in outbox.waiting() {
            do {
                let receipt = try Self.waited { [client] in try await client.handOver(runAt: run) }
                for note in receipt.notes { logger.warning("\(note)", metadata: ["run": "\(run)"]) }
                logger.info(
                    "handed over", metadata: ["run": "\(run)", "pid": "\(receipt.pid)", "state": "\(receipt.state)"])
                try outbox.done(run: run)
            } catch {
                let isRefused = HandOverRefusal.isFinal(error)
                logger.error(
                    isRefused ? "the catalogue refuses the run" : "not handed over yet",
                    metadata: ["run": "\(run)", "reason": "\(error)"])
                if isRefused {
                    try? outbox.refused(run: run, saying: "\(error)")
                } else {
                    isDone = false
                    // The others would wait for the same server, each as long.
                    if let code = (error as? LinkError)?.code, code == .unreachable || code == .untrusted { return false }
                }
            }
        }
        return isDone
    }

    /// From this thread, which may wait, into what may not.
    private static func waited(_ body: @escaping @Sendable () async throws -> CatalogueReceipt) throws -> CatalogueReceipt {
        let semaphore = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var result: Result<CatalogueReceipt, any Error>?
        Task {
            do { result = .success(try await body()) } catch { result = .failure(error) }
            semaphore.signal()
        }
        semaphore.wait()
        guard let result else { throw CancellationError() }
        return try result.get()
    }
}
