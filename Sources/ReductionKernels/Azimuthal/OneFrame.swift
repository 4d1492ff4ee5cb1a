import CKernels
import Diagnostics
import Frames

extension AzimuthalKernel {
    /// One frame, for those who wait for its curve, and for chunks that have no blocks.
    public mutating func reduce(_ chunk: UnsafeRawBufferPointer) -> Result<AzimuthalSums, FrameError> {
        if alone == nil { alone = HistogramMemory(bins) }
        results[0].forgetExcluded(bins)
        results[0].clearSums()
        feed.begin(chunk)
        var bound = WordBound(mostPixels: mostPixels)
        while let block = feed.next() { add(block, &bound) }
        alone?.carry(into: &results[0], feed.kernels)
        addLarge()
        if let failure = feed.failures.first, let failure { return .failure(failure) }
        results[0].exclude(&feed.excluded[0], bins)
        results[0].take(feed.findings(of: 0))
        return .success(results[0])
    }

    /// What a word of the histograms can have come to.
    private struct WordBound {
        let mostPixels: UInt64
        private var largest: UInt64 = 0
        private var pixels: UInt64 = 0

        init(mostPixels: UInt64) { self.mostPixels = mostPixels }

        /// Whether so many pixels of at most this value can be added; nothing is changed when not.
        mutating func takes(_ count: Int, of value: UInt32) -> Bool {
            let (most, all) = (max(largest, UInt64(value)), pixels + UInt64(count))
            let inOneBin = min(all, mostPixels)
            guard most * inOneBin < 1 << FAISCEAU_ZEROS_SHIFT, inOneBin < 1 << (64 - FAISCEAU_ZEROS_SHIFT) else { return false }
            (largest, pixels) = (most, all)
            return true
        }
    }

    private mutating func add(_ block: BlockFeed.Block, _ bound: inout WordBound) {
        let size = format.pixelType.byteCount
        // Values that not even one block of them could have in a bin: a few pixels, or a frame that nobody measured.
        let most = UInt32(clamping: (UInt64(1) << FAISCEAU_ZEROS_SHIFT - 1) / max(1, min(UInt64(block.count), mostPixels)))
        if feed.largest[0] > most {
            var taken: [LargeValue] = []
            feed.take(above: most, from: 0, of: block) { taken.append(LargeValue(frame: 0, pixel: $0, value: $1)) }
            large += taken
        }
        if !bound.takes(block.count, of: feed.largest[0]) {
            alone?.carry(into: &results[0], feed.kernels)
            bound = WordBound(mostPixels: mostPixels)
            _ = bound.takes(block.count, of: feed.largest[0])
        }
        guard let words = alone?.words, let stride = alone?.stride else { return }
        let pixels = feed.block(of: 0)
        bins.withNumbers(from: block.first) {
            feed.kernels.pointee.add_frame(pixels, block.count, size, $0, bins.numberSize, stride, words)
        }
    }
}
