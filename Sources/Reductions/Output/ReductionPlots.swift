import ChunkFile
import Diagnostics
import FrameImages
import Plots

/// Plots of a result: SVG documents that need no other program.
public enum ReductionPlots {
    /// The average with its errors and, thin, the first and the last frame. Only of curves.
    ///
    /// - Throws: `invalid` for maps, `cannotRead`.
    public static func curve(of result: ReductionReader) throws(ReductionFileError) -> CurvePlot {
        guard result.chi_deg == nil else {
            throw ReductionFileError(.invalid, "A map is no curve", at: result.path, remedy: "Plot it as a map")
        }
        let average = try result.average()
        let count = try result.averagedFrames()
        let numbers = try result.frameNumbers()
        let reduced = try result.statuses().indices(of: .reduced)
        var others: [CurvePlot.Line] = []
        if reduced.count > 1, let first = reduced.first, let last = reduced.last {
            for row in [first, last] {
                let values = try result.intensities(row..<row + 1).map { Double($0) }
                others.append(CurvePlot.Line("frame \(numbers[row])", values))
            }
        }
        return CurvePlot(
            title: result.title, xLabel: axisLabel(result), yLabel: intensityLabel(result), x: result.axis,
            curve: CurvePlot.Line(framesNote(count), average.intensity),
            errors: average.errors, others: others, xSpacing: spacing(result))
    }

    /// Curves: all frames over the radial axis. Maps: the average over azimuth and radius.
    ///
    /// - Throws: `cannotRead`.
    public static func map(of result: ReductionReader) throws(ReductionFileError) -> HeatMap {
        try map(of: result, rows: AveragedGrid.standardRows, columns: AveragedGrid.standardColumns)
    }

    private static func map(of result: ReductionReader, rows: Int, columns: Int) throws(ReductionFileError) -> HeatMap {
        let (lower, upper) = (result.radialRange.lowerBound, result.radialRange.upperBound)
        if let chi = result.chi_deg {
            var grid = AveragedGrid(
                sourceRows: chi.count, sourceColumns: result.axis.count, rows: rows, columns: columns)
            let values = try result.average().intensity
            for row in chi.indices {
                grid.add(values[row * result.axis.count..<(row + 1) * result.axis.count].map { Float($0) }, row: row)
            }
            let half = chi.count > 1 ? (chi[1] - chi[0]) / 2 : 180
            return HeatMap(
                title: result.title, xLabel: axisLabel(result), xRange: lower...upper, xSpacing: spacing(result),
                yLabel: "azimuth (°)", yRange: chi[0] - half...chi[chi.count - 1] + half, yQuantity: .degrees,
                valueLabel: intensityLabel(result), note: framesNote(try result.averagedFrames()), grid: grid)
        }
        var grid = AveragedGrid(
            sourceRows: result.frameCount, sourceColumns: result.axis.count, rows: rows, columns: columns)
        let statuses = try result.statuses()
        for start in stride(from: 0, to: result.frameCount, by: result.rowsOfBlock) {
            let rows = start..<min(start + result.rowsOfBlock, result.frameCount)
            let values = try result.intensities(rows)
            for row in rows where statuses[row] == .reduced {
                grid.add(values[(row - start) * result.binCount..<(row - start + 1) * result.binCount], row: row)
            }
        }
        let numbers = try result.frameNumbers()
        let first = Double(numbers.first ?? 0)
        let last = max(first, Double(numbers.last ?? 0))
        return HeatMap(
            title: result.title, xLabel: axisLabel(result), xRange: lower...upper, xSpacing: spacing(result), yLabel: "frame",
            yRange: first - 0.5...last + 0.5, yQuantity: .wholeNumber, valueLabel: intensityLabel(result), grid: grid)
    }

    /// Writes the plots that a result has: `STEM_map.svg`, and of curves `STEM_curve.svg`.
    ///
    /// - Parameter stem: a path without its ending.
    /// - Returns: the paths that were written.
    /// - Throws: `alreadyExists`, `cannotRead`, `diskFull`, `cannotWrite`.
    @discardableResult
    public static func write(
        of result: ReductionReader, stem: String, replacing: Bool = false, fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) -> [String] {
        var written: [String] = []
        if result.chi_deg == nil {
            let path = stem + "_curve.svg"
            try ProductFile.write(try curve(of: result).svg(), to: path, replacing: replacing, fileSystem)
            written.append(path)
        }
        guard hasMap(result) else { return written }
        let path = stem + "_map.svg"
        let plot = try map(of: result)
        let drawing: String
        do throws(ImageError) { drawing = try plot.svg() } catch {
            throw ReductionFileError(.cannotWrite, "The plot could not be drawn", at: path, cause: error)
        }
        try ProductFile.write(drawing, to: path, replacing: replacing, fileSystem)
        return written + [path]
    }

    /// The longest sides of a thumbnail, as those of a plot: 3 to 2.
    private static let thumbnailSides = (slow: 240, fast: 360)

    /// The colours of the map without axes, 360 × 240: what a catalogue shows.
    ///
    /// - Returns: nil for a single curve.
    /// - Throws: `cannotRead`, `cannotWrite` for a picture that cannot be made.
    public static func thumbnail(of result: ReductionReader) throws(ReductionFileError) -> PNGImage? {
        guard hasMap(result) else { return nil }
        let (slow, fast) = thumbnailSides
        let plot = try map(of: result, rows: slow, columns: fast)
        let notes = [
            PNGImage.Note("Title", result.title),
            PNGImage.Note("Description", "\(plot.valueLabel) over \(plot.xLabel) and \(plot.yLabel)"),
        ]
        do throws(ImageError) { return try plot.picture(slow: slow, fast: fast, notes: notes) } catch {
            throw ReductionFileError(.cannotWrite, "The thumbnail could not be drawn", at: result.path, cause: error)
        }
    }

    /// Writes the thumbnail, if the result has one.
    ///
    /// - Returns: whether it has.
    /// - Throws: as `write(of:stem:)`.
    @discardableResult
    public static func writeThumbnail(
        of result: ReductionReader, to path: String, replacing: Bool = false, fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) -> Bool {
        guard let picture = try thumbnail(of: result) else { return false }
        let bytes: [UInt8]
        do throws(ImageError) { bytes = try picture.encoded() } catch {
            throw ReductionFileError(.cannotWrite, "The thumbnail could not be written as PNG", at: path, cause: error)
        }
        try ProductFile.write(bytes, to: path, replacing: replacing, fileSystem)
        return true
    }

    private static func hasMap(_ result: ReductionReader) -> Bool { result.chi_deg != nil || result.frameCount > 1 }

    private static func framesNote(_ count: Int) -> String { count == 1 ? "1 frame" : "mean of \(count) frames" }

    private static func axisLabel(_ result: ReductionReader) -> String {
        let name = result.axisName == "two_theta" ? "2θ" : result.axisName == "Q" ? "q" : result.axisName
        return "\(name) (\(shown(result.axisUnit)))"
    }

    private static func intensityLabel(_ result: ReductionReader) -> String {
        result.intensityUnit == "arbitrary" ? "intensity (arb. units)" : "intensity (\(shown(result.intensityUnit)))"
    }

    /// As it is printed: 1/angstrom is Å⁻¹.
    private static func shown(_ unit: String) -> String {
        ["1/nm": "nm⁻¹", "1/angstrom": "Å⁻¹", "angstrom": "Å", "1/cm": "cm⁻¹", "1/m": "m⁻¹", "deg": "°"][unit] ?? unit
    }

    private static func spacing(_ result: ReductionReader) -> PlotSpacing {
        result.radialSpacing == PlotSpacing.logarithmic.rawValue ? .logarithmic : .linear
    }
}

extension [ReducedFrameStatus] {
    fileprivate func indices(of status: ReducedFrameStatus) -> [Int] { self.indices.filter { self[$0] == status } }
}
