import Foundation
import ScatteringGeometry

/// Sigma clipping by its definition, of pixels that are not split and not corrected for a dark: no kernel, and no care for time.
struct PlainClipping {
    let cutoff: Double
    let cycles: Int

    /// The frame without its outliers, which are NaN.
    func kept(_ frame: [Double], _ final: ReferenceReduction, _ matrix: SplitMatrix) throws -> [Double] {
        var values = frame
        var reference = final
        // The spread tells outliers, whatever the variance of the result is made of.
        if final.errors == .hybrid { reference.errors = .azimuthal }
        for _ in 0..<cycles {
            let sums = try reference.reduce(values, with: matrix)
            let far = values.indices.filter { isFar(values[$0], $0, sums, reference, matrix) }
            if far.isEmpty { break }
            for pixel in far { values[pixel] = .nan }
        }
        return values
    }

    private func isFar(
        _ value: Double, _ pixel: Int, _ sums: BinSums, _ reference: ReferenceReduction, _ matrix: SplitMatrix
    ) -> Bool {
        let entries = matrix.offsets[pixel]..<matrix.offsets[pixel + 1]
        guard value.isFinite, let entry = entries.first else { return false }
        let bin = Int(matrix.bins[Int(entry)])
        let deviation = (sums.variance[bin] / sums.norm2[bin]).squareRoot()
        let chauvenet = (2 * log(max(3, sums.count[bin]) / (2 * Double.pi).squareRoot())).squareRoot()
        let norm = reference.frameFactor * (reference.normalisation?[pixel] ?? 1)
        return (value / norm - sums.signal[bin] / sums.norm[bin]).magnitude > max(cutoff, chauvenet) * deviation
    }
}
