/// Hand-overs that wait for the disk together. While one commit is under way the next ones gather; then all of them share one. A commit is
/// a wait of milliseconds for the disk whatever it holds, so many callers are served by few of them.
actor HandOverQueue {
    typealias Answer = Result<HandOverOutcome, CatalogueError>
    private struct Waiting {
        let run: RunHandOver
        let continuation: CheckedContinuation<Answer, Never>
    }
    private var waiting: [Waiting] = []
    private var isWriting = false

    /// In one commit: bounded, so that the first caller does not wait for the thousandth.
    private static let most = 256

    /// - Parameter write: writes several runs in one transaction, each answered for itself.
    func submit(_ run: RunHandOver, write: @escaping @Sendable ([RunHandOver]) async -> [Answer]) async -> Answer {
        await withCheckedContinuation { continuation in
            waiting.append(Waiting(run: run, continuation: continuation))
            guard !isWriting else { return }
            isWriting = true
            Task { await drain(write) }
        }
    }

    private func drain(_ write: @Sendable ([RunHandOver]) async -> [Answer]) async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.most))
            waiting.removeFirst(batch.count)
            let answers = await write(batch.map(\.run))
            for (each, answer) in zip(batch, answers) { each.continuation.resume(returning: answer) }
        }
        isWriting = false
    }
}
