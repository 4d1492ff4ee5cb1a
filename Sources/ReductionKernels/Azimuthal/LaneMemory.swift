import CKernels

/// Sums of sixteen frames side by side, all zero between batches.
struct LaneMemory: ~Copyable {
    let lanes: UnsafeMutablePointer<faisceau_lane_sums>
    /// From a table to the next: one bin more than there are, for pixels that belong to none.
    let table: Int
    /// A curve has a table for even pixels and one for odd ones.
    private let tables: Int
    private let binCount: Int
    /// `carryBins` sums of signal of each frame, then as many of zeros.
    private let carried: UnsafeMutablePointer<UInt64>

    /// Bins that are carried at once: their sums stay in the second-level cache.
    private static let carryBins = 512

    init(_ bins: BinTable) {
        binCount = bins.binCount
        tables = bins.numberSize == 2 ? 2 : 1
        table = (binCount / Int(FAISCEAU_CARRY_BINS) + 1) * Int(FAISCEAU_CARRY_BINS)
        lanes = .allocate(capacity: tables * table)
        lanes.initialize(repeating: faisceau_lane_sums(), count: tables * table)
        carried = .allocate(capacity: 2 * BlockFeed.frames * Self.carryBins)
        carried.initialize(repeating: 0, count: 2 * BlockFeed.frames * Self.carryBins)
    }

    deinit {
        lanes.deallocate()
        carried.deallocate()
    }

    /// From the lanes to the results, and the lanes are zero again.
    ///
    /// - Parameter isFirst: the results are overwritten; else added to.
    func carry(into results: inout [AzimuthalSums], isFirst: Bool, _ kernels: UnsafePointer<faisceau_kernel_table>) {
        let group = Int(FAISCEAU_CARRY_BINS)
        for first in stride(from: 0, to: binCount, by: Self.carryBins) {
            let count = min(Self.carryBins, binCount - first)
            let zeros = carried + BlockFeed.frames * Self.carryBins
            for number in 0..<tables {
                let sums = lanes + number * table + first
                kernels.pointee.carry_lanes(sums, (count + group - 1) / group * group, carried, zeros, Self.carryBins)
                for frame in results.indices {
                    let place = frame * Self.carryBins
                    Self.move(carried + place, count, to: &results[frame].signal, at: first, isFirst && number == 0)
                    Self.move(zeros + place, count, to: &results[frame].zeros, at: first, isFirst && number == 0)
                }
            }
        }
        for number in 0..<tables { lanes[number * table + binCount] = faisceau_lane_sums() }
    }

    @inline(__always)
    private static func move(
        _ sums: UnsafeMutablePointer<UInt64>, _ count: Int, to result: inout [UInt64], at first: Int, _ isFirst: Bool
    ) {
        result.withUnsafeMutableBufferPointer { result in
            guard let target = result.baseAddress, first + count <= result.count else { return }
            if isFirst {
                (target + first).update(from: sums, count: count)
            } else {
                for bin in 0..<count { target[first + bin] &+= sums[bin] }
            }
        }
    }
}
