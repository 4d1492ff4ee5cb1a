import Diagnostics
import GRDB
import Synchronization

extension SQLiteCatalogue {
    public func handOver(_ run: RunHandOver) async throws(CatalogueError) -> HandOverOutcome {
        let answer = await arrivals.submit(run) { [self] runs in await writeEach(runs) }
        return try answer.get()
    }

    public func handOver(batch runs: [RunHandOver]) async throws(CatalogueError) -> [HandOverOutcome] {
        try await writing { [self] db in
            var writer = RunWriter(db: db, names: names.withLock { $0 })
            let outcomes = try runs.map { try writer.write($0) }
            try writer.index()
            try NumberIndex.sort(db)
            remember(writer.names, after: db)
            return outcomes
        }
    }

    /// One transaction, each run for itself: one that is refused leaves the others alone.
    private func writeEach(_ runs: [RunHandOver]) async -> [HandOverQueue.Answer] {
        do {
            return try await writing { [self] db in
                var answers: [HandOverQueue.Answer] = []
                var met = names.withLock { $0 }
                var texts: [IndexedText] = []
                for run in runs {
                    var writer = RunWriter(db: db, names: met)
                    do {
                        var outcome: HandOverOutcome?
                        try db.inSavepoint {
                            outcome = try writer.write(run)
                            return .commit
                        }
                        guard let outcome else {
                            throw CatalogueError(.damaged, "A hand-over has no outcome", at: "\(run.pid)")
                        }
                        met = writer.names
                        texts += writer.unindexed
                        answers.append(.success(outcome))
                    } catch {
                        // A full disk takes the whole transaction with it.
                        guard db.isInsideTransaction else { throw error }
                        answers.append(.failure(catalogueError(error, at: "\(run.pid)")))
                    }
                }
                try IndexedText.index(texts, db)
                try NumberIndex.sort(db)
                remember(met, after: db)
                return answers
            }
        } catch {
            return runs.map { _ in .failure(error) }
        }
    }
}
