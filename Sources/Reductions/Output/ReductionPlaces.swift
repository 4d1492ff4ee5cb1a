import Diagnostics
import HDF5
import NeXus

/// Where the values that come later lie in the file, in bytes from its start.
struct ReductionPlaces {
    let frameIntensity: Int
    /// nil without errors.
    let frameErrors: Int?
    let frame: Int
    let status: Int
    let problem: Int
    /// In the order of `BinSums.inOrder`; empty when the sums of each frame are not kept.
    let frameSums: [Int]
    /// nil without regions of interest.
    let regions: Regions?
    /// nil where frames are not measured.
    let statistics: Statistics?
    /// nil without sigma clipping.
    let clipped: Int?
    let averageIntensity: Int
    let averageErrors: Int?
    let totalSums: [Int]
    let frameCount: Int
    let failedCount: Int
    let endTime: Int
    struct Regions {
        let sum: Int
        let pixels: Int
        let maximum: Int
    }

    struct Statistics {
        let pixels: Int
        let sum: Int
        let maximum: Int
        let zeros: Int
        let saturated: Int
    }

    /// Whether all rows and the time of the end are there, so that only the name is missing. A time that was cut off does not end in Z.
    let isComplete: Bool

    /// - Throws: `descriptionDiffers`, `unsupported` for a file that is not laid out as this program does, `cannotRead`.
    init(_ path: String, _ description: ReductionDescription) throws(ReductionFileError) {
        let file = try Self.open(path)
        let root = Root(group: file.root, path: path)
        // First of all: a file of another description has other shapes, and the reader is to hear why.
        try description.requireSame(
            try root.text(ReductionLayout.path(ReductionLayout.process, ReductionLayout.parameters, ReductionLayout.identity)),
            at: path)
        let layout = ReductionLayout.self
        let rows = [description.frameCount]
        let row = description.rowShape
        frameIntensity = try root.place(layout.path(layout.frames, layout.intensity), .float32, rows + row)
        frameErrors =
            description.hasErrors ? try root.place(layout.path(layout.frames, layout.errors), .float32, rows + row) : nil
        frame = try root.place(layout.path(layout.frames, layout.frame), .int64, rows)
        status = try root.place(layout.path(layout.frames, layout.status), .uint8, rows)
        problem = try root.place(layout.path(layout.frames, layout.problem), nil, rows)
        var sums: [Int] = []
        var totals: [Int] = []
        for name in layout.sumNames(hasSpread: description.hasSpread) {
            if description.keepsFrameSums { sums.append(try root.place(layout.path(layout.sums, name), .float64, rows + row)) }
            totals.append(try root.place(layout.path(layout.total, name), .float64, row))
        }
        frameSums = sums
        totalSums = totals
        let regionShape = rows + [description.regionNames.count]
        regions =
            description.regionNames.isEmpty
            ? nil
            : Regions(
                sum: try root.place(layout.path(layout.regions, layout.regionSum), .uint64, regionShape),
                pixels: try root.place(layout.path(layout.regions, layout.regionPixels), .uint32, regionShape),
                maximum: try root.place(layout.path(layout.regions, layout.regionMaximum), .uint32, regionShape))
        func column(_ name: String, _ type: HDF5ElementType) throws(ReductionFileError) -> Int {
            try root.place(layout.path(layout.frames, name), type, rows)
        }
        statistics =
            description.hasStatistics
            ? Statistics(
                pixels: try column(layout.framePixels, .uint32), sum: try column(layout.frameSum, .uint64),
                maximum: try column(layout.frameMaximum, .uint32), zeros: try column(layout.frameZeros, .uint32),
                saturated: try column(layout.frameSaturated, .uint32)) : nil
        clipped = description.hasClipping ? try column(layout.frameClipped, .uint32) : nil
        averageIntensity = try root.place(layout.path(layout.average, layout.intensity), .float64, row)
        averageErrors =
            description.hasErrors ? try root.place(layout.path(layout.average, layout.errors), .float64, row) : nil
        frameCount = try root.place(layout.path(layout.total, layout.frameCount), .int64, [])
        failedCount = try root.place(layout.path(layout.total, layout.failedCount), .int64, [])
        endTime = try root.place(layout.path(layout.endTime), nil, [])
        isComplete = try root.text(layout.path(layout.endTime)).hasSuffix("Z")
        do throws(HDF5Error) { try file.close() } catch { throw ReductionFileError(error, .cannotRead) }
    }

    private static func open(_ path: String) throws(ReductionFileError) -> HDF5File {
        do throws(HDF5Error) {
            return try HDF5File.open(path)
        } catch {
            throw ReductionFileError(
                .cannotRead, "The unfinished result cannot be opened as HDF5", at: path,
                remedy: "If it was left behind at its very start, remove it and begin again", cause: error)
        }
    }

    private struct Root {
        let group: HDF5Group
        let path: String

        /// `element` nil: a text.
        func place(_ name: String, _ element: HDF5ElementType?, _ shape: [Int]) throws(ReductionFileError) -> Int {
            do throws(HDF5Error) {
                let dataset = try group.dataset(name)
                let found = try dataset.shape()
                guard dataset.elementType == element, found == shape, let address = try dataset.dataAddress(),
                    let place = Int(exactly: address)
                else { throw HDF5Error(.unsupported, "not laid out as expected", at: name, got: "\(dataset.typeName) \(found)") }
                return place
            } catch {
                throw ReductionFileError(
                    .unsupported, "This is no unfinished result of this reduction", at: "\(path):\(name)", got: error.got,
                    expected: "\(element?.rawValue ?? "text") \(shape)", cause: error)
            }
        }

        func text(_ name: String) throws(ReductionFileError) -> String {
            do throws(HDF5Error) {
                guard let text = try group.dataset(name).value().text else {
                    throw HDF5Error(.unsupported, "not a text", at: name)
                }
                return text
            } catch {
                throw ReductionFileError(.unsupported, "This is no result of this program", at: "\(path):\(name)", cause: error)
            }
        }
    }
}
