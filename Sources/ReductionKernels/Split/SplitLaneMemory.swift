import CKernels

/// Sums of sixteen frames side by side, all zero between batches.
struct SplitLaneMemory: ~Copyable {
    let lanes: UnsafeMutablePointer<faisceau_split_lanes>
    /// `carryBins` sums of signal of each frame, then as many of variance.
    private let carried: UnsafeMutablePointer<Double>

    /// Bins that are carried at once: their sums stay in the second-level cache.
    private static let carryBins = 512

    init(binCount: Int) {
        lanes = .allocate(capacity: binCount)
        lanes.initialize(repeating: faisceau_split_lanes(), count: binCount)
        carried = .allocate(capacity: 2 * BlockFeed.frames * Self.carryBins)
        carried.initialize(repeating: 0, count: 2 * BlockFeed.frames * Self.carryBins)
    }

    deinit {
        lanes.deallocate()
        carried.deallocate()
    }

    /// From the lanes to the results, which are overwritten, and the lanes are zero again.
    func carry(into results: inout [SplitSums], binCount: Int, _ kernels: UnsafePointer<faisceau_kernel_table>) {
        let variances = carried + BlockFeed.frames * Self.carryBins
        for first in stride(from: 0, to: binCount, by: Self.carryBins) {
            let count = min(Self.carryBins, binCount - first)
            kernels.pointee.carry_split_lanes(lanes + first, count, carried, variances, Self.carryBins)
            for frame in results.indices {
                let place = frame * Self.carryBins
                Self.move(carried + place, count, to: &results[frame].signal, at: first)
                Self.move(variances + place, count, to: &results[frame].variance, at: first)
            }
        }
    }

    private static func move(_ sums: UnsafeMutablePointer<Double>, _ count: Int, to result: inout [Double], at first: Int) {
        result.withUnsafeMutableBufferPointer { result in
            guard let target = result.baseAddress, first + count <= result.count else { return }
            (target + first).update(from: sums, count: count)
        }
    }
}
