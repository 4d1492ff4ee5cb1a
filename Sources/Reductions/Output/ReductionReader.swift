import Diagnostics
import HDF5

/// Reads a result again, finished or not, a part at a time: what plots and text files are made from.
public final class ReductionReader {
    public let path: String
    public let title: String
    /// `Q`, `s`, `d`, `two_theta`, `r`, and its unit.
    public let axisName: String
    public let axisUnit: String
    /// Middles of the radial bins, in `axisUnit`.
    public let axis: [Double]
    /// `linear` or `logarithmic`.
    public let radialSpacing: String
    /// Ends of the radial range.
    public let radialRange: ClosedRange<Double>
    /// Middles of the azimuthal bins in degrees; nil for curves.
    public let chi_deg: [Double]?
    public let frameCount: Int
    public let intensityUnit: String
    public let hasErrors: Bool
    /// Whether the sums of each frame were kept.
    public let keepsFrameSums: Bool
    /// The persistent identifier of this derived run, if it has one.
    public let identifier: String?
    let file: HDF5File
    private typealias Layout = ReductionLayout

    /// Of a row.
    public var binCount: Int { axis.count * (chi_deg?.count ?? 1) }

    /// - Throws: `notFound`, `cannotRead`, `unsupported` for a file that is no result of this program.
    public init(_ path: String) throws(ReductionFileError) {
        self.path = path
        let layout = ReductionLayout.self
        do throws(HDF5Error) { file = try HDF5File.open(path) } catch {
            throw ReductionFileError(.cannotRead, "The result cannot be opened as HDF5", at: path, cause: error)
        }
        do throws(HDF5Error) {
            let root = file.root
            title = try root.text(layout.path("title"))
            let average = try root.group(layout.path(layout.average))
            guard let axes = try average.attribute("axes").texts, let name = axes.last, (1...2).contains(axes.count) else {
                throw HDF5Error(.unsupported, "not the axes of a curve or a map", at: path)
            }
            axisName = name
            axis = try average.numbers(name)
            axisUnit = try average.dataset(name).attribute("units").text ?? ""
            chi_deg = axes.count == 2 ? try average.numbers(axes[0]) : nil
            radialSpacing = try root.text(layout.path(layout.process, layout.parameters, "radial_spacing"))
            let range = try root.numbers(layout.path(layout.process, layout.parameters, "radial_range"))
            let intensity = try root.dataset(layout.path(layout.frames, layout.intensity))
            let shape = try intensity.shape()
            let isFitting = shape.count == axes.count + 1 && shape[1...].reduce(1, *) == axis.count * (chi_deg?.count ?? 1)
            guard isFitting, range.count == 2, range[0] < range[1], intensity.elementType == .float32 else {
                throw HDF5Error(.unsupported, "the parts of the result do not fit together", at: path, got: "\(shape)")
            }
            radialRange = range[0]...range[1]
            frameCount = shape[0]
            intensityUnit = try intensity.attribute("units").text ?? ""
            hasErrors = try average.hasLink(layout.errors)
            let entry = try root.group(layout.entry)
            keepsFrameSums = try entry.hasLink(layout.sums)
            identifier = try entry.hasLink(layout.identifier) ? try entry.text(layout.identifier) : nil
        } catch {
            throw ReductionFileError(
                .unsupported, "This is no result of an azimuthal reduction of this program", at: path, cause: error)
        }
    }

    /// Intensity and standard error of the mean of all frames; `[radial]` or `[azimuthal, radial]`, NaN for empty bins.
    /// - Throws: `cannotRead`.
    public func average() throws(ReductionFileError) -> (intensity: [Double], errors: [Double]?) {
        let intensity = try numbers(Layout.path(Layout.average, Layout.intensity))
        guard hasErrors else { return (intensity, nil) }
        return (intensity, try numbers(Layout.path(Layout.average, Layout.errors)))
    }

    /// How many frames the average is of.
    /// - Throws: `cannotRead`.
    public func averagedFrames() throws(ReductionFileError) -> Int {
        Int(try numbers(Layout.path(Layout.total, Layout.frameCount)).first ?? 0)
    }

    /// Of each row.
    /// - Throws: `cannotRead`, also for a status that this version does not know.
    public func statuses() throws(ReductionFileError) -> [ReducedFrameStatus] {
        let values = try numbers(Layout.path(Layout.frames, Layout.status))
        let statuses = values.compactMap { UInt8(exactly: $0).flatMap { ReducedFrameStatus(rawValue: $0) } }
        guard statuses.count == values.count else {
            throw ReductionFileError(
                .unsupported, "A frame has a status that this version does not know", at: path,
                expected: ReducedFrameStatus.allCases.map { "\($0.rawValue)" }.joined(separator: ", "))
        }
        return statuses
    }

    /// Numbers of the frames in the input, one a row.
    /// - Throws: `cannotRead`.
    public func frameNumbers() throws(ReductionFileError) -> [Int] {
        try numbers(Layout.path(Layout.frames, Layout.frame)).map { Int($0) }
    }

    /// Why a frame failed, one text a row; empty for the others.
    /// - Throws: `cannotRead`.
    public func problems() throws(ReductionFileError) -> [String] {
        do throws(HDF5Error) {
            return try file.root.dataset(Layout.path(Layout.frames, Layout.problem)).value().texts ?? []
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
    }

    /// Intensities of some rows, row by row, `binCount` each.
    /// - Throws: `cannotRead`, `invalid` for rows that it does not have.
    public func intensities(_ rows: Range<Int>) throws(ReductionFileError) -> [Float] { try stack(Layout.intensity, rows) }

    /// Standard errors of some rows; only with errors.
    /// - Throws: as `intensities`.
    public func errors(_ rows: Range<Int>) throws(ReductionFileError) -> [Float] { try stack(Layout.errors, rows) }

    /// Rows that are a few megabytes together, to be read one block after the other.
    var rowsOfBlock: Int { max(1, (8 << 20) / (4 * max(1, binCount))) }

    private func stack(_ name: String, _ rows: Range<Int>) throws(ReductionFileError) -> [Float] {
        try values(Layout.path(Layout.frames, name), rows).values(as: Float.self) ?? []
    }

    /// A part of a dataset that has one row a frame.
    func values(_ path: String, _ rows: Range<Int>) throws(ReductionFileError) -> HDF5Array {
        guard rows.lowerBound >= 0, rows.upperBound <= frameCount else {
            throw ReductionFileError(
                .invalid, "The result has no such rows", at: self.path, got: "\(rows)", expected: "within 0..<\(frameCount)")
        }
        let shape = chi_deg.map { [$0.count, axis.count] } ?? [axis.count]
        do throws(HDF5Error) {
            return try file.root.dataset(path)
                .numbers(start: [rows.lowerBound] + shape.map { _ in 0 }, count: [rows.count] + shape)
        } catch {
            throw ReductionFileError(error, .cannotRead)
        }
    }

    func numbers(_ path: String) throws(ReductionFileError) -> [Double] {
        do throws(HDF5Error) { return try file.root.numbers(path) } catch { throw ReductionFileError(error, .cannotRead) }
    }
}

extension HDF5Group {
    fileprivate func numbers(_ path: String) throws(HDF5Error) -> [Double] {
        guard case .numbers(let array) = try dataset(path).value() else {
            throw HDF5Error(.unsupported, "not numbers", at: "\(place):\(path)")
        }
        return array.doubles
    }

    fileprivate func text(_ path: String) throws(HDF5Error) -> String {
        guard let text = try dataset(path).value().text else {
            throw HDF5Error(.unsupported, "not a text", at: "\(place):\(path)")
        }
        return text
    }
}
