import ChunkFile
import Diagnostics

/// The numbers of a result as text, for programs that read nothing else. Every number is the shortest text that reads back as the same number.
public enum ReductionText {
    /// One curve as three columns: q, I and sigma, behind header lines that begin with `#`. Empty bins are `nan`.
    ///
    /// - Parameter row: a frame's row; nil: the average of all frames.
    /// - Throws: `invalid` for a map or a row that is not there; `alreadyExists`, `cannotRead`, `diskFull`, `cannotWrite`.
    public static func writeCurve(
        of result: ReductionReader, row: Int? = nil, to path: String, replacing: Bool = false,
        fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) {
        try requireCurves(result, "Columns of text hold one curve")
        let intensity: [String]
        let errors: [String]?
        var header = ["title: \(result.title.oneLine)"]
        if let row {
            let values = try result.intensities(row..<row + 1)
            intensity = values.map { "\($0)" }
            errors = result.hasErrors ? try result.errors(row..<row + 1).map { "\($0)" } : nil
            header.append("frame: \(try result.frameNumbers()[row])")
        } else {
            let average = try result.average()
            intensity = average.intensity.map { "\($0)" }
            errors = average.errors.map { $0.map { "\($0)" } }
            header.append("average of \(try result.averagedFrames()) frames")
        }
        header.append("result: \(result.path.oneLine)")
        header.append(
            "columns: \(result.axisName) (\(result.axisUnit)), I (\(result.intensityUnit))" + (errors == nil ? "" : ", sigma"))
        let file = try ProductFile(path, replacing: replacing, fileSystem)
        for line in header { try file.write("# \(line)\n") }
        for bin in result.axis.indices {
            var line = column("\(result.axis[bin])") + " " + column(intensity[bin])
            if let errors { line += " " + column(errors[bin]) }
            while line.last == " " { line.removeLast() }
            try file.write(line + "\n")
        }
        try file.finish()
    }

    /// All curves as a table of comma-separated values (RFC 4180): the first line has the values of the axis, then a line a frame, its number
    /// first. Empty bins and frames that failed have empty cells.
    ///
    /// - Throws: as `writeCurve`.
    public static func writeStack(
        of result: ReductionReader, to path: String, replacing: Bool = false,
        fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ReductionFileError) {
        try requireCurves(result, "A table holds curves")
        let numbers = try result.frameNumbers()
        let file = try ProductFile(path, replacing: replacing, fileSystem)
        let corner = "frame \\ \(result.axisName) (\(result.axisUnit))"
        try file.write(([corner] + result.axis.map { "\($0)" }).joined(separator: ",") + "\r\n")
        for start in stride(from: 0, to: result.frameCount, by: result.rowsOfBlock) {
            let rows = start..<min(start + result.rowsOfBlock, result.frameCount)
            let values = try result.intensities(rows)
            for row in rows {
                let cells = values[(row - start) * result.binCount..<(row - start + 1) * result.binCount]
                try file.write("\(numbers[row])," + cells.map { $0.isNaN ? "" : "\($0)" }.joined(separator: ",") + "\r\n")
            }
        }
        try file.finish()
    }

    private static func requireCurves(_ result: ReductionReader, _ what: String) throws(ReductionFileError) {
        guard result.chi_deg == nil else {
            throw ReductionFileError(
                .invalid, what, at: result.path, got: "maps over azimuth and radius", remedy: "Read maps from the HDF5 file")
        }
    }

    private static func column(_ text: String) -> String { text + String(repeating: " ", count: max(0, 24 - text.utf8.count)) }
}
