import Diagnostics
import Foundation
import FrameImages
import Plots
import TestSupport
import Testing

@Suite("A map in colours")
struct HeatMapTests {
    private func map(
        _ rows: Int, _ columns: Int, spacing: PlotSpacing? = nil, x: PlotSpacing = .linear, y: PlotQuantity = .number,
        yRange: ClosedRange<Double>? = nil, _ value: (Int, Int) -> Float
    ) throws -> SVGReading {
        var grid = AveragedGrid(sourceRows: rows, sourceColumns: columns)
        for row in 0..<rows { grid.add((0..<columns).map { value(row, $0) }, row: row) }
        let plot = HeatMap(
            title: "map", xLabel: "q", xRange: 0.1...4, xSpacing: x, yLabel: "frame",
            yRange: yRange ?? -0.5...Double(rows) - 0.5, yQuantity: y, valueLabel: "I", spacing: spacing, grid: grid)
        return SVGReading(try plot.svg())
    }

    private func png(_ svg: SVGReading) throws -> Data {
        let part = try #require(svg.text.components(separatedBy: "base64,").dropFirst().first)
        return try #require(Data(base64Encoded: String(part.prefix { $0 != "\"" })))
    }

    @Test func cellsAreMeansOfWhatFallsIntoThem() {
        var grid = AveragedGrid(sourceRows: 5, sourceColumns: 4, rows: 2, columns: 2)
        for row in 0..<5 { grid.add((0..<4).map { Float(10 * row + $0) }, row: row) }
        // Rows 0, 1, 2 and 3, 4; columns 0, 1 and 2, 3.
        #expect(grid.means == [10.5, 12.5, 35.5, 37.5])
        grid.add([.nan, .infinity, 1000, -.infinity], row: 4)
        #expect(grid.means == [10.5, 12.5, 35.5, 230])
        grid.add([1], row: 5)
        grid.add([1], row: -1)
        grid.add([Float](repeating: 1, count: 9), row: 0)
        #expect(grid.means[3] == 230)
        let empty = AveragedGrid(sourceRows: 3, sourceColumns: 3)
        #expect(empty.means.allSatisfy(\.isNaN) && empty.means.count == 9)
    }

    @Test func aLargeStackBecomesAPictureOfBoundedSize() throws {
        let grid = AveragedGrid(sourceRows: 10_000, sourceColumns: 4_000)
        #expect(grid.rows == 800 && grid.columns == 1000)
    }

    @Test func aPNGOfTheSizeOfTheGridIsInside() throws {
        let bytes = [UInt8](try png(try map(3, 5) { Float($0 * 5 + $1) }))
        #expect(bytes.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
        #expect(Array(bytes[16..<24]) == [0, 0, 0, 5, 0, 0, 0, 3])
    }

    @Test func theColoursAloneFillAPictureOfAnySize() throws {
        var grid = AveragedGrid(sourceRows: 2, sourceColumns: 3)
        grid.add([0, 1, 2], row: 0)
        grid.add([.nan, 4, 5], row: 1)
        var map = HeatMap(
            title: "map", xLabel: "q", xRange: 0...1, yLabel: "frame", yRange: -0.5...1.5, valueLabel: "I", spacing: .linear,
            grid: grid)
        let cells = try map.picture(slow: 2, fast: 3).bytes
        #expect(cells[0] == ColourMap.maskedPlace)
        // The first row is at the bottom, and colours grow with values.
        #expect(cells[3] == 0 && cells[3] < cells[4] && cells[4] < cells[5] && cells[5] < cells[1] && cells[1] < cells[2])
        let large = try map.picture(slow: 4, fast: 9, notes: [PNGImage.Note("Title", "map")])
        for y in 0..<4 { for x in 0..<9 { #expect(large.bytes[y * 9 + x] == cells[y / 2 * 3 + x / 3]) } }
        #expect(large.notes.map(\.text) == ["map"])
        #expect(try map.picture(slow: 1, fast: 1).bytes == [cells[3]])
        for (slow, fast) in [(0, 3), (3, -1), (2, .max)] {
            #expect(throws: ImageError.self) { try map.picture(slow: slow, fast: fast) }
        }
        #expect(try !SVGReading(map.svg()).words.contains("mean of 7 frames"))
        map.note = "mean of 7 frames"
        #expect(try SVGReading(map.svg()).words.contains("mean of 7 frames"))
    }

    @Test func cellsWithoutAValueAreExplained() throws {
        #expect(try map(3, 3) { $0 == 1 ? .nan : Float($1) }.words.contains("none"))
        #expect(try !map(3, 3) { _, column in Float(column) }.words.contains("none"))
    }

    @Test func theBarIsLogarithmicWhereValuesSpanDecades() throws {
        let words = try map(10, 100) { _, column in Float(pow(10, Double(column) / 20)) }.words
        for label in ["1", "10", "100", "1000", "10000"] { #expect(words.contains(label), "\(label)") }
        let negative = try map(10, 10, spacing: .logarithmic) { _, _ in -1 }.words
        #expect(negative.contains("no positive values: linear scale"))
        #expect(try map(2, 2) { _, _ in .nan }.words.contains("no values"))
    }

    @Test func framesHaveWholeNumbersAndAzimuthsPartsOfARightAngle() throws {
        let frames = try map(3, 4, y: .wholeNumber) { _, column in Float(column) }.words
        #expect(frames.contains("0") && frames.contains("1") && frames.contains("2"))
        let chi = try map(360, 4, y: .degrees, yRange: -180...180) { _, column in Float(column) }.words
        #expect(chi.contains("−180") && chi.contains("−60") && chi.contains("120"))
    }

    @Test(arguments: [Float.nan, 0, 1, -1, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude])
    func anyNumbersGiveAFinitePicture(value: Float) throws {
        for spacing in [nil, .linear, .logarithmic] as [PlotSpacing?] {
            for x in PlotSpacing.allCases {
                for shape in [(1, 1), (1, 7), (7, 1), (3, 3)] {
                    let svg = try map(shape.0, shape.1, spacing: spacing, x: x) { $0 == 0 && $1 == 0 ? 1 : value }
                    #expect(svg.hasOnlyFiniteNumbers, "\(value) \(String(describing: spacing)) \(shape)")
                    #expect(svg.isBalanced)
                }
            }
        }
    }
}
