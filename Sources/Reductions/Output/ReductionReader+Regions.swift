import Diagnostics
import HDF5
import ReductionKernels

// What the regions of interest came to.

extension ReductionReader {
    private typealias Layout = ReductionLayout

    /// In the order of their sums; empty for a result without regions of interest.
    /// - Throws: `cannotRead`, `unsupported` for names that are no texts.
    public func regionNames() throws(ReductionFileError) -> [String] {
        let value: HDF5Value
        do throws(HDF5Error) {
            guard try file.root.group(Layout.entry).hasLink(Layout.regions) else { return [] }
            let names = try file.root.dataset(Layout.path(Layout.regions, Layout.regionNames))
            value = try names.value()
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
        guard let names = value.texts else {
            throw ReductionFileError(
                .unsupported, "The names of the regions are no texts", at: path, got: "\(value.shape)",
                expected: "one text a region")
        }
        return names
    }

    /// Of each region, of some frames, one a row; no pixels for frames that failed or are not there yet.
    /// - Throws: `invalid` for rows that it does not have, `cannotRead`, `unsupported`.
    public func regions(_ rows: Range<Int>) throws(ReductionFileError) -> [[RegionSum]] {
        guard rows.lowerBound >= 0, rows.upperBound <= frameCount else {
            throw ReductionFileError(
                .invalid, "The result has no such rows", at: path, got: "\(rows)", expected: "within 0..<\(frameCount)")
        }
        let count = try regionNames().count
        guard count > 0, !rows.isEmpty else { return rows.map { _ in [] } }
        let sums = try numbers(Layout.regionSum, rows, count).values(as: UInt64.self) ?? []
        let pixels = try numbers(Layout.regionPixels, rows, count).values(as: UInt32.self) ?? []
        let maxima = try numbers(Layout.regionMaximum, rows, count).values(as: UInt32.self) ?? []
        guard [sums.count, pixels.count, maxima.count].allSatisfy({ $0 == rows.count * count }) else {
            throw ReductionFileError(.unsupported, "The parts of the regions do not fit together", at: path)
        }
        return (0..<rows.count).map { row in
            (row * count..<(row + 1) * count).map {
                RegionSum(sum: sums[$0], pixels: Int(pixels[$0]), maximum: pixels[$0] == 0 ? nil : maxima[$0])
            }
        }
    }

    private func numbers(_ name: String, _ rows: Range<Int>, _ count: Int) throws(ReductionFileError) -> HDF5Array {
        do throws(HDF5Error) {
            return try file.root.dataset(Layout.path(Layout.regions, name))
                .numbers(start: [rows.lowerBound, 0], count: [rows.count, count])
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
    }
}
