import ChunkIndex
import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

extension FrameReducer {
    /// Frames of an input.
    func reduce(_ frames: [Int], of store: FrameStore) throws(ReductionError) -> [FrameOutcome] {
        try reduce(frames, at: frames.map(store.place(of:))) { (index) throws(ReductionError) in
            try store.pixels(of: frames[index])
        }
    }

    /// Frames of a run that is being recorded.
    func reduce(_ frames: [LedgerFollower.Frame]) throws(ReductionError) -> [FrameOutcome] {
        let places = frames.map { FrameStore.Place.chunk(file: $0.file, offset: $0.offset, size: $0.size, encoding: $0.encoding) }
        return try reduce(frames.map(\.frame), at: places) { (_) throws(ReductionError) in [] }
    }

    /// Chunks with blocks are read while they are decoded; what cannot be, or fails, is read as a whole and reduced then.
    private func reduce(
        _ frames: [Int], at places: [FrameStore.Place], library: (Int) throws(ReductionError) -> [UInt8]
    ) throws(ReductionError) -> [FrameOutcome] {
        var outcomes = [FrameOutcome?](repeating: nil, count: frames.count)
        var together: [ChunkEncoding: (indices: [Int], chunks: [UnreadChunk])] = [:]
        for (index, place) in places.enumerated() {
            guard case .chunk(let file, let offset, let size, let encoding) = place, BlockDecoder.reads(encoding) else {
                continue
            }
            together[encoding, default: ([], [])].indices.append(index)
            together[encoding]?.chunks.append(UnreadChunk(file: file, offset: offset, size: size))
        }
        for (encoding, group) in together {
            try reduce(stored: group.chunks, encoding) { position, make in
                let index = group.indices[position]
                outcomes[index] = self.finish(frames[index], make)
            }
        }
        let left = outcomes.indices.filter { outcomes[$0] == nil }
        if !left.isEmpty {
            let contents = frameBuffer.buffer.read(left.map { places[$0] }) { (index) throws(ReductionError) in
                try library(left[index])
            }
            for (index, outcome) in zip(left, try reduce(contents, frames: left.map { frames[$0] })) { outcomes[index] = outcome }
        }
        return outcomes.map { $0 ?? .missing }
    }

    /// - Parameter done: as for the other; not called for chunks that must be read as a whole.
    private func reduce(
        stored chunks: [UnreadChunk], _ encoding: ChunkEncoding, done: (Int, (Double) throws -> Reduced) -> Void
    ) throws(ReductionError) {
        do throws(FrameError) { try prepare(encoding) } catch { throw ReductionError(.notSupported, error) }
        let errors = plan.errors
        switch plan.reduction {
        case .whole(let statics, _):
            _ = whole[encoding]?.kernel.reduce(stored: chunks) { position, result in
                guard case .success(let sums) = result else { return }
                done(position) { factor in
                    let bins = try statics.bins(from: sums, frameFactor: factor, errors: errors, after: &self.exclusion)
                    return (bins, sums.findings)
                }
            }
        case .split(let statics, _):
            _ = split[encoding]?.kernel.reduce(stored: chunks) { position, result in
                guard case .success(let sums) = result else { return }
                done(position) { factor in
                    (try statics.bins(from: sums, frameFactor: factor, after: &self.exclusion), sums.findings)
                }
            }
        case .decoded: break
        }
    }
}
