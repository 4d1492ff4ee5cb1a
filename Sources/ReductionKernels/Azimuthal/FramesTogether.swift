import CKernels
import Diagnostics
import Frames

extension AzimuthalKernel {
    /// Sixteen frames side by side, block by block; the sums are left in `results`, failures in the feed.
    ///
    /// - Parameter chunks: of at most sixteen frames; lanes without a frame add zeros that nobody asks for.
    /// - Returns: false when the chunks cannot be read in step.
    mutating func reduceTogether(_ chunks: LaneChunks) -> Bool {
        guard feed.begin(chunks) else { return false }
        if together == nil { together = LaneMemory(bins) }
        while results.count < BlockFeed.frames { results.append(AzimuthalSums(binCount: bins.binCount)) }
        for frame in results.indices { results[frame].forgetExcluded(bins) }
        let size = format.pixelType.byteCount
        let largestInLanes = largestInLanes
        var bound = LaneBound(mostPixels: mostPixels)
        var isFirst = true
        while let block = feed.next() {
            var largest: UInt32 = 0
            for lane in 0..<chunks.count {
                if feed.largest[lane] > largestInLanes { takeLarge(largestInLanes, from: lane, of: block) }
                largest = max(largest, feed.largest[lane])
            }
            if !bound.takes(block.count, of: largest) {
                together?.carry(into: &results, isFirst: isFirst, feed.kernels)
                isFirst = false
                bound = LaneBound(mostPixels: mostPixels)
                _ = bound.takes(block.count, of: largest)
            }
            guard let lanes = together?.lanes, let table = together?.table else { return false }
            bins.withNumbers(from: block.first) {
                feed.kernels.pointee.add_frames(
                    feed.block(of: 0), BlockFeed.blockStride, block.count, size, $0, bins.numberSize, lanes, table)
            }
        }
        together?.carry(into: &results, isFirst: isFirst, feed.kernels)
        addLarge()
        for frame in feed.failures.indices where feed.failures[frame] == nil {
            results[frame].exclude(&feed.excluded[frame], bins)
            results[frame].take(feed.findings(of: frame))
        }
        return true
    }

    /// The largest value that lanes take: a block of it in one bin fits into 32 bits. In a map carrying costs as much as adding a frame does,
    /// while its bins have few pixels: there larger values are taken out before they could make it necessary.
    private var largestInLanes: UInt32 {
        let block = UInt64(BlockDecoder.blockBytes / format.pixelType.byteCount)
        let ofBlock = UInt64(UInt32.max) / max(1, min(block, mostPixels))
        guard bins.numberSize == 4 else { return UInt32(clamping: ofBlock) }
        return UInt32(clamping: min(ofBlock, max(UInt64(UInt32.max) / max(1, mostPixels), 65_535)))
    }

    private mutating func takeLarge(_ limit: UInt32, from lane: Int, of block: BlockFeed.Block) {
        var taken: [LargeValue] = []
        feed.take(above: limit, from: lane, of: block) { taken.append(LargeValue(frame: lane, pixel: $0, value: $1)) }
        large += taken
    }
}

/// What a lane of any bin can have come to since the lanes were last carried: the smaller of two bounds, by blocks and by the bin that has
/// most pixels.
private struct LaneBound {
    let mostPixels: UInt64
    private var byBlocks: UInt64 = 0
    private var largest: UInt64 = 0
    private var pixels: UInt64 = 0

    init(mostPixels: UInt64) { self.mostPixels = mostPixels }

    /// Whether so many pixels of at most this value can be added; nothing is changed when not.
    mutating func takes(_ count: Int, of value: UInt32) -> Bool {
        let (most, all) = (max(largest, UInt64(value)), pixels + UInt64(count))
        let sum = byBlocks + UInt64(value) * UInt64(count)
        guard min(sum, most * min(all, mostPixels)) <= UInt64(UInt32.max) else { return false }
        (byBlocks, largest, pixels) = (sum, most, all)
        return true
    }
}
