import CatalogueQuestions
import Dispatch
import Synchronization

/// A long answer on its way: on a thread of its own, as it reads files and counts digests for minutes, and whoever asks for a page waits for none of it.
///
/// It goes on to its end when its asker goes away: what it writes down is whole then, and the next one finds it done.
final class QuestionWork: Sendable {
    /// A look at it: how far it is, or what it came to.
    enum State {
        case underWay(AnswerProgress)
        case over(Result<CatalogueAnswer, any Error>)
    }

    private let state = Mutex(State.underWay(AnswerProgress(done: 0)))
    private let ticks: AsyncStream<Void>

    /// - Parameters:
    ///   - turn: given back at the end.
    ///   - look: how often whoever waits is told that there is something to look at.
    init(
        _ turn: WorkTurn, every look: Duration,
        _ ask: @escaping @Sendable (@escaping @Sendable (AnswerProgress) -> Void) async throws -> CatalogueAnswer
    ) {
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.ticks = ticks
        // Whoever has no patience looks at once.
        if look == .zero { tick.yield() }
        let clock = Task {
            while look > .zero, !Task.isCancelled {
                try? await Task.sleep(for: look)
                tick.yield()
            }
        }
        Task(executorPreference: WorkThread.shared) { [self] in
            let result: Result<CatalogueAnswer, any Error>
            do {
                result = .success(
                    try await ask { progress in
                        self.state.withLock { if case .underWay = $0 { $0 = .underWay(progress) } }
                    })
            } catch { result = .failure(error) }
            state.withLock { $0 = .over(result) }
            turn.end()
            clock.cancel()
            tick.finish()
        }
    }

    /// Where it is at the next look; at its end at once.
    func next() async -> State {
        for await _ in ticks { break }
        return state.withLock { $0 }
    }
}

/// One long answer at a time: each may read the whole catalogue.
package final class WorkTurn: Sendable {
    private let isTaken = Atomic(false)

    package init() {}

    package func take() -> Bool { !isTaken.exchange(true, ordering: .acquiring) }
    package func end() { isTaken.store(false, ordering: .releasing) }
}

/// The thread of long answers.
private final class WorkThread: TaskExecutor {
    static let shared = WorkThread()
    private let queue = DispatchQueue(label: "faisceau.upkeep", qos: .utility)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
