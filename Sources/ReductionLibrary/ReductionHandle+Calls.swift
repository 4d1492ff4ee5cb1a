import Diagnostics
import Frames
import Reductions

extension ReductionHandle {
    /// More threads than any machine has are a mistake, and starting them could fail half-way.
    private static let mostThreads: Int32 = 1024
    /// Frames that are handed out together, so that their list is small however many there are.
    private static let piece = 1 << 20

    /// - Returns: how many frames were reduced, and why the first one that failed did.
    /// - Throws: `inputMissing` for frames and threads that there are not, and what a reduction throws.
    func run(first: Int64, count: Int64, threads: Int32, into rows: CallerRows) throws -> (reduced: Int64, failure: String?) {
        let all = Int64(store.frameCount)
        guard first >= 0, count >= 0, first <= all, count <= all - first else {
            throw ReductionError(
                .inputMissing, "There are no such frames", at: store.path, got: "\(count) from \(first) on",
                expected: "within \(all)")
        }
        guard (0...Self.mostThreads).contains(threads) else {
            throw ReductionError(
                .inputMissing, "There are no so many threads", got: "\(threads)", expected: "0 to \(Self.mostThreads)")
        }
        let work = AzimuthalReduction(plan: plan, store: store, workers: threads == 0 ? nil : Int(threads))
        let (start, end) = (Int(first), Int(first + count))
        var reduced: Int64 = 0
        var failure: String?
        for begin in stride(from: start, to: end, by: Self.piece) {
            let tally = try work.run(frames: Array(begin..<min(end, begin + Self.piece))) { batch in
                for (frame, outcome) in batch {
                    if let reason = rows.put(outcome, row: frame - start).failure, failure == nil {
                        failure = "frame \(frame): \(reason)"
                    }
                }
            }.tally
            reduced += Int64(tally.reduced)
        }
        return (reduced, failure)
    }

    /// - Throws: `inputMissing` for arguments that are none, `notSupported` for an encoding that is not known.
    func reduce(
        _ chunk: UnsafeRawPointer?, bytes: UInt, encoding name: String?, frame: Int64, into row: CallerRows
    ) throws -> (status: Int32, failure: String?) {
        guard let name, let encoding = ChunkEncoding(rawValue: name) else {
            throw ReductionError(
                .notSupported, "There is no such encoding of chunks", got: name ?? "NULL",
                expected: ChunkEncoding.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let size = Int(exactly: bytes), chunk != nil || size == 0 else {
            throw ReductionError(
                .inputMissing, "There is no such chunk", got: "\(bytes) bytes at \(chunk.map { "\($0)" } ?? "NULL")")
        }
        guard frame >= 0 else {
            throw ReductionError(.inputMissing, "There is no such frame", got: "\(frame)", expected: "0 or more")
        }
        let outcome = try chunks.reduce(UnsafeRawBufferPointer(start: chunk, count: size), encoding, frame: Int(frame))
        return row.put(outcome, row: 0)
    }
}
