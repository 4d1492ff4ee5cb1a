import CKernels
import Diagnostics
import Frames
import ScatteringGeometry

/// From compressed chunks to sums in bins that share their pixels (bounding box, polygons), without a frame ever being in memory: the
/// matrix is walked along with the decoder's blocks. One per thread.
///
/// The sums are to the bit those of ``ReferenceReduction`` (which sums normalisation, dark and counts as well).
public struct SplitKernel: ~Copyable {
    public let matrix: SplitMatrix
    /// `none`, `poisson` or `poissonExact`.
    public let errors: ErrorModel
    var feed: BlockFeed
    let model: faisceau_variance
    /// Memory that only one of the two paths needs, made at its first frame.
    var together: SplitLaneMemory?
    /// Signal and variance of each bin in turn, all zero between frames.
    var alone: [Double] = []
    var results: [SplitSums]

    /// Bins of which sixteen frames would need a gigabyte and more are taken frame by frame.
    static let mostTogether = 1 << 20

    /// - Parameters:
    ///   - errors: `none`, `poisson` or `poissonExact`; the others need more than one look at a frame's pixels.
    ///   - saturation: values above it are excluded frame by frame; nil: only what the type excludes.
    ///   - statistics: frames are measured as well: ``SplitSums/statistics``.
    ///   - regions: sums over regions of interest as well: ``SplitSums/regions``.
    ///   - preview: frames are made small as well: ``SplitSums/preview``.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes and for other error models, `formatMismatch` for a matrix
    ///   of another shape or masks that differ, and what ``InstructionLevel/chosen()`` throws.
    public init(
        format: FrameFormat, encoding: ChunkEncoding, matrix: SplitMatrix, errors: ErrorModel, saturation: UInt32? = nil,
        statistics: StatisticsRequest? = nil, regions: RegionsRequest? = nil, preview: PreviewRequest? = nil,
        instructions: InstructionLevel? = nil
    ) throws(FrameError) {
        let model: faisceau_variance
        switch errors {
        case .none: model = faisceau_variance_none
        case .poisson: model = faisceau_variance_poisson
        case .poissonExact: model = faisceau_variance_exact
        case .given, .azimuthal, .hybrid:
            throw FrameError(
                .notSupported, "this error model needs decoded frames", got: errors.name,
                expected: "none, poisson or poisson-exact", remedy: "Reduce decoded frames one by one with it")
        }
        let offsets = matrix.offsets
        let feed = try BlockFeed(
            format: format, encoding: encoding,
            counted: ValidityBits((0..<matrix.shape.pixelCount).map { offsets[$0] < offsets[$0 + 1] }), saturation: saturation,
            consumers: .init(statistics: statistics, regions: regions, preview: preview),
            marksExcluded: model == faisceau_variance_poisson, instructions: instructions)
        self.feed = feed
        self.matrix = matrix
        self.errors = errors
        self.model = model
        results = [SplitSums(binCount: matrix.binCount)]
    }

    public var format: FrameFormat { feed.format }
    public var encoding: ChunkEncoding { feed.encoding }

    /// Reduces frames and gives the sums of each, in order.
    ///
    /// - Parameters:
    ///   - chunks: as they stand in the file, of any number of frames.
    ///   - done: called for each frame with its number in `chunks`; a chunk that does not decode has its error, and the others go on.
    public mutating func reduce(
        _ chunks: [UnsafeRawBufferPointer], done: (Int, Result<SplitSums, FrameError>) throws -> Void
    ) rethrows {
        var first = 0
        while first < chunks.count {
            let count = min(BlockFeed.frames, chunks.count - first)
            if count >= AzimuthalKernel.fewestTogether, matrix.binCount <= Self.mostTogether,
                reduceTogether(.memory(chunks[first..<first + count]))
            {
                for frame in 0..<count {
                    try done(first + frame, feed.failures[frame].map { .failure($0) } ?? .success(results[frame]))
                }
            } else {
                for frame in first..<first + count { try done(frame, reduce(chunks[frame])) }
            }
            first += count
        }
    }

    /// The same for sixteen frames, or a few less, whose chunks are read while they are decoded: ``AzimuthalKernel/reduce(stored:done:)``.
    public mutating func reduce(
        stored chunks: [UnreadChunk], done: (Int, Result<SplitSums, FrameError>) throws -> Void
    ) rethrows -> Bool {
        guard (AzimuthalKernel.fewestTogether...BlockFeed.frames).contains(chunks.count), matrix.binCount <= Self.mostTogether,
            reduceTogether(.stored(chunks))
        else { return false }
        for frame in chunks.indices {
            try done(frame, feed.failures[frame].map { .failure($0) } ?? .success(results[frame]))
        }
        return true
    }

    /// One frame, for those who wait for its curve, and for chunks that have no blocks.
    public mutating func reduce(_ chunk: UnsafeRawBufferPointer) -> Result<SplitSums, FrameError> {
        if alone.isEmpty { alone = [Double](repeating: 0, count: 2 * matrix.binCount) }
        feed.begin(chunk)
        let size = format.pixelType.byteCount
        while let block = feed.next() {
            alone.withUnsafeMutableBufferPointer { sums in
                guard let sums = sums.baseAddress else { return }
                matrix.withShares {
                    feed.kernels.pointee.share_frame(feed.block(of: 0), block.count, size, &$0, block.first, model, sums)
                }
            }
        }
        for bin in 0..<matrix.binCount {
            (results[0].signal[bin], results[0].variance[bin]) = (alone[2 * bin], alone[2 * bin + 1])
        }
        alone.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        if let failure = feed.failures.first, let failure { return .failure(failure) }
        results[0].exclude(&feed.excluded[0])
        results[0].take(feed.findings(of: 0))
        return .success(results[0])
    }

    /// Sixteen frames side by side; the sums are left in `results`, failures in the feed.
    ///
    /// - Returns: false when the chunks cannot be read in step.
    private mutating func reduceTogether(_ chunks: LaneChunks) -> Bool {
        guard feed.begin(chunks) else { return false }
        if together == nil { together = SplitLaneMemory(binCount: matrix.binCount) }
        while results.count < BlockFeed.frames { results.append(SplitSums(binCount: matrix.binCount)) }
        guard let lanes = together?.lanes else { return false }
        let size = format.pixelType.byteCount
        while let block = feed.next() {
            matrix.withShares {
                feed.kernels.pointee.share_frames(
                    feed.block(of: 0), BlockFeed.blockStride, block.count, size, &$0, block.first, model, lanes)
            }
        }
        together?.carry(into: &results, binCount: matrix.binCount, feed.kernels)
        for frame in feed.failures.indices where feed.failures[frame] == nil {
            results[frame].exclude(&feed.excluded[frame])
            results[frame].take(feed.findings(of: frame))
        }
        return true
    }
}

extension SplitMatrix {
    func withShares(_ body: (inout faisceau_shares) -> Void) {
        offsets.withUnsafeBufferPointer { offsets in
            bins.withUnsafeBufferPointer { bins in
                weights.withUnsafeBufferPointer { weights in
                    // Without entries no number and no weight is read.
                    guard let offsets = offsets.baseAddress, let bins = bins.baseAddress, let weights = weights.baseAddress else {
                        return
                    }
                    var shares = faisceau_shares(offsets: offsets, bins: bins, weights: weights)
                    body(&shares)
                }
            }
        }
    }
}
