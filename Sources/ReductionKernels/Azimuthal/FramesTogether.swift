import CKernels
import Diagnostics
import Frames

extension AzimuthalKernel {
    /// Sixteen frames side by side, block by block; the sums are left in `results`.
    ///
    /// - Parameter chunks: of at most sixteen frames; lanes without a frame add zeros that nobody asks for.
    /// - Returns: the error of each frame that does not decode; nil when the chunks cannot be read in step.
    mutating func reduceTogether(_ chunks: ArraySlice<UnsafeRawBufferPointer>) -> [FrameError?]? {
        guard blocks != nil, var cursors = begin(chunks) else { return nil }
        var failures = cursors.map(\.failure)
        for frame in results.indices { results[frame].clear() }
        for lane in 0..<Self.frames { clearBlock(lane) }
        let size = format.pixelType.byteCount
        // Pixels added since the sums were last carried, and the most that one of their bins can have come to.
        var bound: UInt64 = 0
        var first = 0
        while true {
            var (count, largest) = (0, UInt32(0))
            for frame in cursors.indices where failures[frame] == nil {
                let block = pixels + frame * Self.blockStride
                do throws(FrameError) {
                    count = try next(&cursors[frame], into: block)
                } catch {
                    failures[frame] = error
                    clearBlock(frame)
                    continue
                }
                var most = kernels.pointee.largest_value(block, count, size)
                if most > limit { most = exclude(block, count: count, from: first, of: frame, largest: most) }
                if UInt64(most) * UInt64(count) > UInt64(UInt32.max) {
                    addPlainly(block, count: count, from: first, of: frame)
                    most = 0
                }
                largest = max(largest, most)
            }
            guard count > 0 else { break }
            let most = UInt64(largest) * UInt64(count)
            if bound + most > UInt64(UInt32.max) {
                carryLanes()
                bound = 0
            }
            bound += most
            bins.bins.withUnsafeBufferPointer { bins in
                guard let bins = bins.baseAddress else { return }
                kernels.pointee.add_frames(pixels, Self.blockStride, count, size, bins + first, lanes)
            }
            first += count
        }
        carryLanes()
        return failures
    }

    private struct Lane {
        var cursor: BlockDecoder.Cursor?
        var failure: FrameError?
    }

    /// nil when blocks are of different lengths.
    private func begin(_ chunks: ArraySlice<UnsafeRawBufferPointer>) -> [Lane]? {
        var lanes: [Lane] = []
        var elements: Int?
        for chunk in chunks {
            do throws(FrameError) {
                guard let cursor = try blocks?.begin(chunk), elements == nil || elements == cursor.blockElements else {
                    return nil
                }
                elements = cursor.blockElements
                lanes.append(Lane(cursor: cursor))
            } catch {
                lanes.append(Lane(failure: error))
            }
        }
        return lanes
    }

    private mutating func next(_ lane: inout Lane, into block: UnsafeMutableRawPointer) throws(FrameError) -> Int {
        guard var cursor = lane.cursor else { return 0 }
        let count = try blocks?.next(&cursor, into: block) ?? 0
        lane.cursor = cursor
        return count
    }

    private func clearBlock(_ lane: Int) {
        (pixels + lane * Self.blockStride).initializeMemory(as: UInt8.self, repeating: 0, count: Self.blockStride)
    }

    /// A block whose sum could pass the lanes' 32 bits: straight to the result; the lane adds zeros.
    private mutating func addPlainly(_ block: UnsafeMutableRawPointer, count: Int, from first: Int, of frame: Int) {
        let size = format.pixelType.byteCount
        let values = UnsafeRawBufferPointer(start: block, count: count * size)
        for pixel in 0..<count {
            let bin = Int(bins.bins[first + pixel])
            guard bin < bins.binCount else { continue }
            let value = PixelBytes.unsigned(values, pixel, size: size)
            results[frame].signal[bin] += UInt64(value)
            // A pixel that is not zero is counted as one by the lane.
            if value != 0 { results[frame].zeros[bin] &-= 1 }
        }
        block.initializeMemory(as: UInt8.self, repeating: 0, count: count * size)
    }

    /// From the lanes to the results.
    private mutating func carryLanes() {
        for frame in results.indices {
            for bin in 0..<bins.binCount {
                let sums = UnsafeRawPointer(lanes + bin)
                results[frame].signal[bin] += UInt64(sums.load(fromByteOffset: 4 * frame, as: UInt32.self))
                results[frame].zeros[bin] &+= UInt64(sums.load(fromByteOffset: 4 * (Self.frames + frame), as: UInt32.self))
            }
        }
        lanes.update(repeating: faisceau_lane_sums(), count: bins.binCount + 1)
    }
}
