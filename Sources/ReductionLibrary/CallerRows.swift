import Diagnostics
import Reductions
import ScatteringGeometry

/// Rows of results in a caller's memory.
struct CallerRows {
    private let intensity: UnsafeMutablePointer<Double>?
    private let sigma: UnsafeMutablePointer<Double>?
    private let status: UnsafeMutablePointer<Int32>?
    private let bins: Int

    /// - Throws: `inputMissing` for rows that nobody can have: no memory, or more of them than there are addresses.
    init(
        _ plan: AzimuthalPlan, count: Int64, _ intensity: UnsafeMutablePointer<Double>?, _ sigma: UnsafeMutablePointer<Double>?,
        _ status: UnsafeMutablePointer<Int32>?
    ) throws(ReductionError) {
        bins = plan.binCount
        let bytes = count.multipliedReportingOverflow(by: Int64(bins * MemoryLayout<Double>.size))
        guard count >= 0, !bytes.overflow else {
            throw ReductionError(.inputMissing, "There cannot be so many rows", got: "\(count) of \(bins) bins")
        }
        guard intensity != nil || count == 0 else {
            throw ReductionError(
                .inputMissing, "There is no room for the intensity", got: "NULL", expected: "\(count) x \(bins) doubles")
        }
        (self.intensity, self.sigma, self.status) = (intensity, sigma, status)
    }

    /// What became of a frame goes into its row.
    /// - Returns: the status, and why there is no result if there ought to be one.
    @discardableResult
    func put(_ outcome: FrameOutcome, row: Int) -> (status: Int32, failure: String?) {
        let told: (status: Int32, failure: String?)
        switch outcome {
        case .reduced(let sums, _):
            let (values, errors) = (sums.intensity(), sums.standardError())
            for bin in 0..<bins {
                intensity?[row * bins + bin] = values[bin]
                sigma?[row * bins + bin] = errors[bin]
            }
            told = (0, nil)
        case .missing, .failed:
            for place in row * bins..<(row + 1) * bins {
                intensity?[place] = .nan
                sigma?[place] = .nan
            }
            if case .failed(let reason) = outcome { told = (2, reason) } else { told = (1, nil) }
        }
        status?[row] = told.status
        return told
    }
}
