import Diagnostics
import HDF5
import ScatteringGeometry

// What results can be merged from.

extension ReductionReader {
    private typealias Layout = ReductionLayout

    /// The sums over all frames: merged with those of other results of the same bins (``BinSums/merge(_:)``) they give the mean of both, and
    /// its errors.
    ///
    /// - Throws: `cannotRead`, `unsupported`.
    public func total() throws(ReductionFileError) -> BinSums {
        var sums: [[Double]] = []
        for name in try sumNames(Layout.total) { sums.append(try numbers(Layout.path(Layout.total, name))) }
        return try made(sums)
    }

    /// The sums of some frames, one a row; zeros for frames that failed or are not there yet.
    ///
    /// - Throws: `invalid` for rows that it does not have, and when the sums of each frame were not kept; `cannotRead`, `unsupported`.
    public func sums(_ rows: Range<Int>) throws(ReductionFileError) -> [BinSums] {
        guard keepsFrameSums else {
            throw ReductionFileError(
                .invalid, "The sums of each frame were not kept in this result", at: path,
                remedy: "Reduce again with the sums of frames, or use those of all frames")
        }
        var all: [[Double]] = []
        for name in try sumNames(Layout.sums) {
            all.append(try values(Layout.path(Layout.sums, name), rows).values(as: Double.self) ?? [])
        }
        var made: [BinSums] = []
        for row in 0..<rows.count {
            let place = row * binCount..<(row + 1) * binCount
            guard all.allSatisfy({ $0.count >= place.upperBound }) else { throw unfitting(nil) }
            made.append(try self.made(all.map { Array($0[place]) }))
        }
        return made
    }

    /// With the cross deviation where variances are the spread.
    private func sumNames(_ group: String) throws(ReductionFileError) -> [String] {
        do throws(HDF5Error) {
            return Layout.sumNames(hasSpread: try file.root.group(Layout.path(group)).hasLink(Layout.crossDeviation))
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
    }

    private func made(_ values: [[Double]]) throws(ReductionFileError) -> BinSums {
        do throws(GeometryError) { return try BinSums(inOrder: values) } catch { throw unfitting(error) }
    }

    private func unfitting(_ cause: (any Error)?) -> ReductionFileError {
        ReductionFileError(.unsupported, "The sums of the result do not fit its bins", at: path, cause: cause)
    }
}
