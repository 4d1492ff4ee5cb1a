import CKernels

/// Sums of one frame, all zero between frames: several histograms for a curve, one for a map.
struct HistogramMemory: ~Copyable {
    let words: UnsafeMutablePointer<UInt64>
    let count: Int
    /// From a histogram to the next: one bin more than there are, for pixels that belong to none.
    let stride: Int

    init(_ bins: BinTable) {
        count = bins.numberSize == 2 ? Int(FAISCEAU_HISTOGRAMS) : 1
        stride = bins.binCount + 1
        words = .allocate(capacity: count * stride)
        words.initialize(repeating: 0, count: count * stride)
    }

    deinit { words.deallocate() }

    /// Adds to `sums`, and the words are zero again.
    func carry(into sums: inout AzimuthalSums, _ kernels: UnsafePointer<faisceau_kernel_table>) {
        sums.signal.withUnsafeMutableBufferPointer { signal in
            sums.zeros.withUnsafeMutableBufferPointer { zeros in
                guard let signal = signal.baseAddress, let zeros = zeros.baseAddress else { return }
                kernels.pointee.carry_histograms(words, count, stride, stride - 1, signal, zeros)
            }
        }
    }
}
