import Diagnostics
import Foundation
import Plots
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

@Suite("A result as text and plots")
struct ReductionTextTests {
    private func lines(_ url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(omittingEmptySubsequences: true) { $0.isNewline }.map(String.init)
    }

    @Test func theColumnsOfACurveReadBackAsTheSameNumbers() throws {
        let folder = try TemporaryFolder("reduction")
        try Results.write(folder.file("curve.h5").path, try Results.description(), failing: 4)
        let result = try ReductionReader(folder.file("curve.h5").path)
        try ReductionText.writeCurve(of: result, to: folder.file("curve.dat").path)
        let all = try lines(folder.file("curve.dat"))
        #expect(all.prefix { $0.hasPrefix("#") }.count == 4)
        #expect(all[1] == "# average of 11 frames")
        #expect(all[3] == "# columns: Q (1/nm), I (arbitrary), sigma")
        let rows = all.dropFirst(4).map { $0.split(separator: " ").compactMap { Double($0) } }
        let average = try result.average()
        #expect(rows.map { $0[0] } == result.axis)
        #expect(rows.map { $0[1].bitPattern } == average.intensity.map(\.bitPattern))
        #expect(rows[3][1].isNaN && rows[3].count == 3)
        #expect(rows.map { $0[2].bitPattern } == average.errors?.map(\.bitPattern))

        try ReductionText.writeCurve(of: result, row: 7, to: folder.file("frame.dat").path)
        let frame = try lines(folder.file("frame.dat"))
        #expect(frame[1] == "# frame: 7")
        let values = frame.dropFirst(4).map { Float($0.split(separator: " ")[1]) ?? 0 }
        #expect(values.map(\.bitPattern) == Results.row(7, bins: 40).intensity().map { Float($0).bitPattern })
    }

    @Test func theTableHasALineAFrame() throws {
        let folder = try TemporaryFolder("reduction")
        try Results.write(folder.file("curve.h5").path, try Results.description(errors: "none"), failing: 4)
        let result = try ReductionReader(folder.file("curve.h5").path)
        try ReductionText.writeStack(of: result, to: folder.file("curve.csv").path)
        let all = try lines(folder.file("curve.csv"))
        #expect(all.count == 13)
        let header = all[0].split(separator: ",", omittingEmptySubsequences: false)
        #expect(header[0] == "frame \\ Q (1/nm)")
        #expect(header.dropFirst().compactMap { Double($0) } == result.axis)
        let row = all[3].split(separator: ",", omittingEmptySubsequences: false)
        #expect(row[0] == "2" && row.count == 41)
        // Bin 3 is empty.
        #expect(row[4].isEmpty && !row[5].isEmpty)
        #expect(all[5] == "4" + String(repeating: ",", count: 40))
        // Without errors there are two columns.
        try ReductionText.writeCurve(of: result, to: folder.file("curve.dat").path)
        #expect(try lines(folder.file("curve.dat")).last?.split(separator: " ").count == 2)
    }

    @Test func filesAreReplacedOnlyWhenAskedForAndNothingIsLeftBehind() throws {
        let folder = try TemporaryFolder("reduction")
        try Results.write(folder.file("curve.h5").path, try Results.description())
        let result = try ReductionReader(folder.file("curve.h5").path)
        try folder.write("somebody's", to: "curve.dat")
        let path = folder.file("curve.dat").path
        let error = #expect(throws: ReductionFileError.self) { try ReductionText.writeCurve(of: result, to: path) }
        #expect(error?.code == .alreadyExists)
        #expect(try lines(folder.file("curve.dat")) == ["somebody's"])
        try ReductionText.writeCurve(of: result, to: path, replacing: true)
        #expect(try lines(folder.file("curve.dat")).count == 44)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["curve.dat", "curve.h5"])
    }

    @Test func mapsAreNoColumns() throws {
        let folder = try TemporaryFolder("reduction")
        try Results.write(folder.file("map.h5").path, try Results.description(bins: 8, azimuthal: 4, frames: 2))
        let result = try ReductionReader(folder.file("map.h5").path)
        let path = folder.file("map.dat").path
        #expect(throws: ReductionFileError.self) { try ReductionText.writeCurve(of: result, to: path) }
        #expect(throws: ReductionFileError.self) { try ReductionText.writeStack(of: result, to: path) }
        #expect(throws: ReductionFileError.self) { try ReductionPlots.curve(of: result) }
        let plot = try ReductionPlots.map(of: result)
        #expect(plot.grid.rows == 4 && plot.grid.columns == 8)
        #expect(plot.yRange == -180...180 && plot.yQuantity == .degrees)
        #expect(try plot.svg().contains(">mean of 2 frames</text>"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["map.h5"])
    }

    @Test func plotsShowTheAverageTheFirstAndTheLastFrameAndTheStack() throws {
        let folder = try TemporaryFolder("reduction")
        try Results.write(folder.file("curve.h5").path, try Results.description(), failing: 11)
        let result = try ReductionReader(folder.file("curve.h5").path)
        let curve = try ReductionPlots.curve(of: result)
        #expect(curve.curve.label == "mean of 11 frames")
        #expect(curve.others.map(\.label) == ["frame 0", "frame 10"])
        #expect(curve.x == result.axis && curve.errors?.count == 40)
        let map = try ReductionPlots.map(of: result)
        #expect(map.grid.rows == 12 && map.yRange == -0.5...11.5)
        // Every frame is shown: nothing is averaged.
        #expect(try !map.svg().contains("mean of"))
        // The frame that failed has no colour of a value.
        let means = map.grid.means
        #expect(means[440..<480].filter(\.isNaN).count == 40)
        #expect(means[0..<40].filter(\.isNaN).count == 1)
        let stem = folder.file("curve").path
        #expect(try ReductionPlots.write(of: result, stem: stem) == [stem + "_curve.svg", stem + "_map.svg"])
        #expect(throws: ReductionFileError.self) { try ReductionPlots.write(of: result, stem: stem) }
    }

    @Test func anUnfinishedResultCanBeRead() throws {
        let folder = try TemporaryFolder("reduction")
        let path = folder.file("curve.h5").path
        let file = try ReductionFile.create(path, try Results.description())
        for frame in 0..<3 { try file.append(Results.row(frame, bins: 40), frame: frame) }
        try file.flush()
        let result = try ReductionReader(ReductionFile.partialPath(path))
        #expect(try result.statuses() == (0..<12).map { $0 < 3 ? .reduced : .pending })
        #expect(try result.averagedFrames() == 3)
        let means = try ReductionPlots.map(of: result).grid.means
        #expect(means[120..<480].filter(\.isNaN).count == 360)
        #expect(file.rowCount == 3)
        #expect(throws: ReductionFileError.self) { try result.intensities(0..<13) }
    }

    @Test func whatIsNoResultIsRefused() throws {
        let folder = try TemporaryFolder("reduction")
        let missing = #expect(throws: ReductionFileError.self) { try ReductionReader(folder.file("none.h5").path) }
        #expect(missing?.code == .cannotRead)
        try folder.write("text", to: "text.h5")
        #expect(throws: ReductionFileError.self) { try ReductionReader(folder.file("text.h5").path) }
    }
}
