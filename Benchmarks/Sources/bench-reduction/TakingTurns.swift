import Foundation

/// Jobs that differ by a few per cent, measured so that the difference can be seen: one thread, sixteen frames in memory at a time, and all jobs
/// one after the other on them, each batch beginning with another. What disturbs the machine for longer than a batch disturbs them all alike.
struct TakingTurns {
    private let jobs: [BenchReduction.Job]

    init(_ jobs: [BenchReduction.Job]) throws {
        guard let first = jobs.first, jobs.allSatisfy({ $0.file == first.file && $0.chunks == first.chunks }) else {
            throw CocoaError(.featureUnsupported)
        }
        self.jobs = jobs
    }

    /// - Returns: for each job the seconds of each batch, the chunks being in memory.
    func measure() throws -> [[Double]] {
        let reductions = try jobs.map { try FileReduction($0) }
        let chunks = jobs[0].chunks
        let results = jobs.map { Results(frames: chunks.count, bins: $0.binCount, hasCurves: false) }
        let longest = chunks.map { $0[1] }.max() ?? 0
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: FileReduction.together * longest, alignment: 4096)
        defer { room.deallocate() }
        let file = try OpenFile(jobs[0].file)
        // A box each: noncopyable values do not go into an array.
        let reducers = try reductions.map { ReducerBox(try $0.reducer()) }
        var seconds = jobs.map { _ in [Double]() }
        for (batch, first) in stride(from: 0, to: chunks.count, by: FileReduction.together).enumerated() {
            var stored: [UnsafeRawBufferPointer] = []
            for chunk in chunks[first..<min(chunks.count, first + FileReduction.together)] {
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: room[(stored.count * longest)..<(stored.count * longest + chunk[1])])
                guard try file.readBytes(into: target, at: chunk[0]) == chunk[1] else { throw CocoaError(.fileReadCorruptFile) }
                stored.append(UnsafeRawBufferPointer(target))
            }
            for turn in jobs.indices {
                let job = (batch + turn) % jobs.count
                // The first batch's first round warms memory and caches.
                if batch == 0 { try reducers[job].reducer.reduce(stored, first, into: results[job]) }
                let begin = ContinuousClock.now
                try reducers[job].reducer.reduce(stored, first, into: results[job])
                seconds[job].append((ContinuousClock.now - begin) / .seconds(1))
            }
        }
        for (job, results) in zip(jobs, results) { try results.write(to: job.sums) }
        return seconds
    }

    private final class ReducerBox {
        var reducer: Reducer
        init(_ reducer: consuming Reducer) { self.reducer = reducer }
    }
}
