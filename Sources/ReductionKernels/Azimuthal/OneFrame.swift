import CKernels
import Diagnostics
import Frames

extension AzimuthalKernel {
    /// One frame, for those who wait for its curve, and for chunks that have no blocks.
    public mutating func reduce(_ chunk: UnsafeRawBufferPointer) -> Result<AzimuthalSums, FrameError> {
        results[0].clear()
        histograms.update(repeating: 0, count: 4 * (bins.binCount + 1))
        var bound = Bound()
        do throws(FrameError) {
            if var cursor = try blocks?.begin(chunk) {
                var first = 0
                while true {
                    let count = try blocks?.next(&cursor, into: pixels) ?? 0
                    if count == 0 { break }
                    add(pixels, count: count, from: first, &bound)
                    first += count
                }
            } else {
                try addWhole(try whole.decode(chunk), &bound)
            }
        } catch {
            return .failure(error)
        }
        carryHistograms()
        return .success(results[0])
    }

    /// What the words of the histograms can have come to.
    private struct Bound {
        var signal: UInt64 = 0
        var pixels: UInt64 = 0
    }

    private mutating func addWhole(_ frame: UnsafeRawBufferPointer, _ bound: inout Bound) throws(FrameError) {
        let size = format.pixelType.byteCount
        let step = BlockDecoder.blockBytes / size
        var first = 0
        while first < format.pixelCount {
            let count = min(step, format.pixelCount - first)
            // A copy: excluded pixels are changed, and the block is in the cache then.
            pixels.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: frame[(first * size)...]).baseAddress ?? UnsafeRawPointer(pixels),
                byteCount: count * size)
            add(pixels, count: count, from: first, &bound)
            first += count
        }
    }

    private mutating func add(_ block: UnsafeMutableRawPointer, count: Int, from first: Int, _ bound: inout Bound) {
        let size = format.pixelType.byteCount
        var largest = kernels.pointee.largest_value(block, count, size)
        if largest > limit {
            largest = exclude(block, count: count, from: first, of: 0, largest: largest)
        }
        let most = UInt64(largest) * UInt64(count)
        let signalRoom: UInt64 = 1 << FAISCEAU_ZEROS_SHIFT
        let pixelRoom: UInt64 = 1 << (64 - FAISCEAU_ZEROS_SHIFT)
        if bound.signal + most >= signalRoom || bound.pixels + UInt64(count) >= pixelRoom {
            carryHistograms()
            bound = Bound()
        }
        bound.signal += most
        bound.pixels += UInt64(count)
        bins.bins.withUnsafeBufferPointer { bins in
            guard let bins = bins.baseAddress else { return }
            // A block can pass the room only where single values are in the hundreds of millions: then a few pixels at a time.
            let step = most < signalRoom ? count : 64
            for start in stride(from: 0, to: count, by: step) {
                if start > 0 { carryHistograms() }
                kernels.pointee.add_frame(
                    block + start * size, min(step, count - start), size, bins + first + start, self.bins.binCount + 1, histograms
                )
            }
        }
    }

    private mutating func carryHistograms() {
        let row = bins.binCount + 1
        let signalBits: UInt64 = 1 << FAISCEAU_ZEROS_SHIFT - 1
        for bin in 0..<bins.binCount {
            for histogram in 0..<4 {
                let word = histograms[histogram * row + bin]
                results[0].signal[bin] += word & signalBits
                results[0].zeros[bin] &+= word >> FAISCEAU_ZEROS_SHIFT
            }
        }
        histograms.update(repeating: 0, count: 4 * row)
    }
}
