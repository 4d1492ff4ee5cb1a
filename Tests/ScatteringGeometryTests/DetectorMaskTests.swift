import Diagnostics
import Foundation
import ScatteringGeometry
import TestSupport
import Testing

@Suite struct DetectorMaskTests {
    private typealias Point = MaskRegion.Point

    private func mask(_ slow: Int = 8, _ fast: Int = 10) throws -> DetectorMask {
        DetectorMask(shape: try DetectorShape(slow: slow, fast: fast))
    }

    private func code(_ body: () throws(GeometryError) -> Void) -> GeometryErrorCode? {
        do throws(GeometryError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: Regions

    @Test func aRectangleMasksThePixelsWhoseCentresAreInside() throws {
        var mask = try mask()
        let inside = mask.add(try .rectangle(from: Point(slow: 1.4, fast: 2.6), to: Point(slow: 3.6, fast: 5.4)))
        let expected = (0..<80).map { (1...3).contains($0 / 10) && (3...4).contains($0 % 10) }
        #expect(mask.isMasked == expected)
        #expect(inside == 6)
        #expect(mask.maskedCount == 6)
    }

    @Test func regionsSideBySideTakeEachPixelOnce() throws {
        // All edges run through centres.
        let edges = [0.5, 2.5, 3.5, 7.5]
        var counts = [Int](repeating: 0, count: 80)
        for (low, high) in zip(edges, edges.dropFirst()) {
            for (left, right) in zip(edges, edges.dropFirst()) {
                var one = try mask()
                one.add(try .rectangle(from: Point(slow: low, fast: left), to: Point(slow: high, fast: right)))
                for pixel in 0..<80 where one.isMasked[pixel] { counts[pixel] += 1 }
            }
        }
        let expected = (0..<80).map { $0 / 10 < 7 && $0 % 10 < 7 ? 1 : 0 }
        #expect(counts == expected)
        // Two triangles of one square, along a diagonal through centres.
        let corners = [Point(slow: 0, fast: 0), Point(slow: 6, fast: 0), Point(slow: 6, fast: 6), Point(slow: 0, fast: 6)]
        var (lower, upper) = (try mask(), try mask())
        lower.add(try .polygon([corners[0], corners[1], corners[2]]))
        upper.add(try .polygon([corners[0], corners[2], corners[3]]))
        #expect(lower.maskedCount + upper.maskedCount == 36)
        #expect(!zip(lower.isMasked, upper.isMasked).contains { $0 && $1 })
    }

    @Test func theEvenOddRuleCutsHoles() throws {
        func square(_ low: Double, _ high: Double) -> [Point] {
            [
                Point(slow: low, fast: low), Point(slow: low, fast: high), Point(slow: high, fast: high),
                Point(slow: high, fast: low),
            ]
        }
        var mask = try mask()
        let inside = mask.add(try .polygon(rings: [square(0, 6), square(2, 4)]))
        #expect(inside == 32)
        #expect(!mask.isMasked[2 * 10 + 3] && mask.isMasked[1 * 10 + 3])
        // The sense of a line does not matter, nor does a line that is drawn twice leave anything.
        var twice = try self.mask()
        twice.add(try .polygon(rings: [square(0, 6), square(0, 6).reversed()]))
        #expect(twice.maskedCount == 0)
    }

    @Test func aCircleMasksByDistance() throws {
        for (centre, radius) in [
            (Point(slow: 4.2, fast: 5.1), 3.3), (Point(slow: -1, fast: 9), 4), (Point(slow: 4.5, fast: 4.5), 2),
        ] {
            var mask = try mask()
            mask.add(try .circle(centre: centre, radius: radius))
            let expected = (0..<80).map { pixel in
                let (slow, fast) = (Double(pixel / 10) + 0.5 - centre.slow, Double(pixel % 10) + 0.5 - centre.fast)
                return slow * slow + fast * fast <= radius * radius
            }
            #expect(mask.isMasked == expected)
        }
        var ellipse = try mask(20, 20)
        ellipse.add(try .ellipse(centre: Point(slow: 10, fast: 10), slowRadius: 2.4, fastRadius: 7.3))
        let expected = (0..<400).map { pixel in
            let (slow, fast) = ((Double(pixel / 20) - 9.5) / 2.4, (Double(pixel % 20) - 9.5) / 7.3)
            return slow * slow + fast * fast <= 1
        }
        #expect(ellipse.isMasked == expected)
    }

    @Test func outsideMasksTheOthers() throws {
        let region = try MaskRegion.circle(centre: Point(slow: 4, fast: 5), radius: 3)
        var (inside, outside) = (try mask(), try mask())
        let count = inside.add(region)
        #expect(outside.add(region, outside: true) == count)
        #expect(zip(inside.isMasked, outside.isMasked).allSatisfy { $0 != $1 })
    }

    @Test func aRegionBesideTheDetectorMasksNothing() throws {
        var mask = try mask()
        #expect(mask.add(try .rectangle(from: Point(slow: 100, fast: -5), to: Point(slow: 200, fast: 5))) == 0)
        #expect(mask.add(try .rectangle(from: Point(slow: -1e6, fast: -1e6), to: Point(slow: 1e6, fast: 1e6))) == 80)
    }

    @Test func regionsWithoutAnInsideAreRefused() throws {
        let origin = Point(slow: 0, fast: 0)
        #expect(code { () throws(GeometryError) in _ = try MaskRegion.polygon([origin, origin]) } == .outOfRange)
        #expect(code { () throws(GeometryError) in _ = try MaskRegion.circle(centre: origin, radius: 0) } == .outOfRange)
        #expect(code { () throws(GeometryError) in _ = try MaskRegion.circle(centre: origin, radius: .nan) } == .outOfRange)
        #expect(code { () throws(GeometryError) in _ = try MaskRegion.rectangle(from: origin, to: origin) } == .outOfRange)
        for odd in [Double.nan, .infinity, 1e7] {
            let corners = [origin, Point(slow: odd, fast: 1), Point(slow: 1, fast: 1)]
            #expect(code { () throws(GeometryError) in _ = try MaskRegion.polygon(corners) } == .outOfRange)
        }
        let many = [Point](repeating: origin, count: 10_001)
        #expect(code { () throws(GeometryError) in _ = try MaskRegion.polygon(many) } == .tooLarge)
    }

    /// Self-crossing polygons of up to 40 corners, half of them beyond the detector.
    @Test(.enabled(if: TestPython.isAvailable("numpy", "silx"), "\(TestPython.absence)"))
    func polygonsMaskWhatSilxMasks() throws {
        var random = SeededGenerator(seed: 3)
        let folder = try TemporaryFolder("polygons")
        var lines: [String] = []
        for round in 0..<60 {
            let corners = (0..<3 + round % 38).map { _ in
                // Eighths and a little: never on a centre, and exact in single precision.
                Point(
                    slow: Double(Int.random(in: -160...400, using: &random)) / 8 + 0.0625,
                    fast: Double(Int.random(in: -160...500, using: &random)) / 8 + 0.0625)
            }
            var mask = try mask(33, 47)
            mask.add(try .polygon(corners))
            let points = corners.map { "[\($0.slow), \($0.fast)]" }.joined(separator: ", ")
            let rows = mask.isMasked.map { $0 ? "1" : "0" }.joined()
            lines.append("{\"corners\": [\(points)], \"mask\": \"\(rows)\"}")
        }
        let file = try folder.write(lines.joined(separator: "\n"), to: "polygons")
        let judge = """
            import json, sys, numpy
            from silx.image.shapes import polygon_fill_mask
            masked = 0
            for line in open(sys.argv[1]):
                given = json.loads(line)
                ours = numpy.array([int(c) for c in given["mask"]]).reshape(33, 47)
                # silx has the centre of the first pixel at 0.
                theirs = polygon_fill_mask(numpy.array(given["corners"]) - 0.5, (33, 47))
                assert (ours == theirs).all(), (given["corners"], int((ours != theirs).sum()))
                masked += int(ours.sum())
            assert masked > 10000, masked
            """
        try TestPython.run(judge, [file.path])
    }

    // MARK: Arrays

    @Test func arraysAreCombinedByTheirConventions() throws {
        var mask = try mask(1, 4)
        try mask.add(nonZero: [true, false, false, false], arrayShape: [1, 4], named: "a.edf")
        #expect(mask.isMasked == [true, false, false, false])
        try mask.add(nonZero: [true, false, true, true], arrayShape: [1, 4], named: "b.npy", convention: .zeroIsMasked)
        #expect(mask.isMasked == [true, true, false, false])
        try mask.add(values: [0, 0, -1, 0], arrayShape: [1, 4], named: "c.tif", convention: .nonZeroIsMasked)
        #expect(mask.isMasked == [true, true, true, false])
        #expect(mask.maskedCount == 3)
    }

    /// Interpolated pixels are measurements, unless another bit says otherwise; also where a program stored the bits as signed.
    @Test func ofNeXusBitsTheLastMasksNothing() throws {
        var mask = try mask(2, 3)
        let bits: [Int64] = [0, 1, 256, 1 << 31, 1 << 31 | 1, Int64(Int32.min)]
        try mask.add(values: bits, arrayShape: [2, 3], named: "master.h5", convention: .nexusBits)
        #expect(mask.isMasked == [false, true, true, false, true, false])
        var other = try self.mask(1, 1)
        #expect(
            code { () throws(GeometryError) in
                try other.add(values: [1 << 32], arrayShape: [1, 1], named: "x", convention: .nexusBits)
            } == .outOfRange)
        #expect(
            code { () throws(GeometryError) in
                try other.add(nonZero: [true], arrayShape: [1, 1], named: "x", convention: .nexusBits)
            } == .notSupported)
    }

    @Test func anotherShapeIsToldWithBothShapesAndTheFile() throws {
        var mask = try mask()
        do throws(GeometryError) {
            try mask.add(nonZero: [Bool](repeating: true, count: 80), arrayShape: [10, 8], named: "turned.edf")
            Issue.record("a transposed mask was taken")
        } catch {
            #expect(error.code == .shapeMismatch)
            #expect(error.place == "turned.edf")
            #expect(error.got == "10 x 8 (slow x fast)")
            #expect(error.expected == "8 x 10, the detector's")
            #expect(error.remedy == "Rows and columns are exchanged: transpose the mask")
        }
        #expect(mask.maskedCount == 0)
        #expect(
            code { () throws(GeometryError) in try mask.add(DetectorMask(shape: DetectorShape(slow: 1, fast: 80))) }
                == .shapeMismatch)
        #expect(
            code { () throws(GeometryError) in try mask.add(nonZero: [true], arrayShape: [8, 10], named: "cut") }
                == .shapeMismatch)
    }
}
