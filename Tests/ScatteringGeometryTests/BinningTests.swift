import Diagnostics
import Quantities
import ScatteringGeometry
import Testing

@Suite struct BinningTests {
    @Test func aBinIsWhereTheFormulaSays() throws {
        let bins = try RadialBins(unit: .q_perAngstrom, count: 4, from: 1, to: 3)
        #expect(bins.edges == [1, 1.5, 2, 2.5, 3])
        #expect(bins.centres == [1.25, 1.75, 2.25, 2.75])
        let expected: [(Double, Int?)] = [
            (0.999, nil), (1, 0), (1.49, 0), (1.51, 1), (2.99, 3), (3, 3), (3.1, nil), (.nan, nil), (.infinity, nil),
            (-.infinity, nil),
        ]
        for (value, bin) in expected { #expect(bins.bin(of: value) == bin, "\(value)") }
    }

    @Test func logarithmicBinsHaveEqualRatios() throws {
        let bins = try RadialBins(unit: .q_perAngstrom, count: 3, from: 0.01, to: 10, spacing: .logarithmic)
        #expect(largestRelative(bins.edges, [0.01, 0.1, 1, 10]) < 1e-14)
        #expect(largestRelative(bins.centres, [0.031622776601683794, 0.31622776601683794, 3.1622776601683795]) < 1e-14)
        let expected: [(Double, Int?)] = [
            (0, nil), (0.009, nil), (0.01, 0), (0.2, 1), (9, 2), (10, 2), (11, nil), (-1, nil), (.nan, nil),
        ]
        for (value, bin) in expected { #expect(bins.bin(of: value) == bin, "\(value)") }
    }

    /// pyFAI cuts the fraction of a bin number towards zero: one bin below the range is counted in.
    @Test func theRuleOfPyFAICountsOneBinTooMuch() throws {
        let bins = try RadialBins(unit: .q_perAngstrom, count: 4, from: 1, to: 3, ends: .pyFAI)
        let expected: [(Double, Int?)] = [(0.49, nil), (0.51, 0), (1, 0), (3, 3), (3.01, nil), (.nan, nil)]
        for (value, bin) in expected { #expect(bins.bin(of: value) == bin, "\(value)") }
    }

    @Test(arguments: [
        (0, 0.0, 1.0), (-1, 0, 1), (1 << 21, 0, 1), (10, 1, 1), (10, 2, 1), (10, -1, 1), (10, .nan, 1), (10, 0, .nan),
        (10, 0, .infinity),
        (10, 0, .leastNonzeroMagnitude), (10, 0, .leastNormalMagnitude),
    ])
    func binsThatCannotBeAreRefused(count: Int, lower: Double, upper: Double) {
        let error = #expect(throws: GeometryError.self) {
            try RadialBins(unit: .q_perAngstrom, count: count, from: lower, to: upper)
        }
        #expect(error?.code == .binsInvalid)
        #expect(throws: GeometryError.self) {
            try RadialBins(unit: .q_perAngstrom, count: count, from: min(lower, 0), to: upper, spacing: .logarithmic)
        }
    }

    @Test func azimuthsLieInTheirBinsAlsoAcrossTheDiscontinuity() throws {
        let whole = try AzimuthalBins(count: 4)
        let across = try AzimuthalBins(count: 2, from: .degrees(160), to: .degrees(200))
        let positive = try AzimuthalBins(count: 4, from: .degrees(0), to: .degrees(360))
        func rad(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let expected: [(Double, Int?, Int?, Int?)] = [
            (-179, 0, 1, 2), (-161, 0, 1, 2), (-159, 0, nil, 2), (-1, 1, nil, 3), (1, 2, nil, 0), (91, 3, nil, 1),
            (159, 3, nil, 1),
            (161, 3, 0, 1), (179, 3, 0, 1),
        ]
        for (degrees, a, b, c) in expected {
            #expect(whole.bin(of: rad(degrees)) == a, "\(degrees)")
            #expect(across.bin(of: rad(degrees)) == b, "\(degrees)")
            #expect(positive.bin(of: rad(degrees)) == c, "\(degrees)")
        }
        #expect(whole.bin(of: .pi) == 3)
        #expect(whole.bin(of: .nan) == nil)
        #expect(largest(across.centres_rad, [rad(170), rad(190)]) < 1e-15)
        for (from, to) in [(0.0, 0.0), (10, 0), (0, 361), (.nan, 1), (0, .infinity), (0, 1e-12)] {
            #expect(throws: GeometryError.self) { try AzimuthalBins(count: 3, from: .degrees(from), to: .degrees(to)) }
            #expect(throws: GeometryError.self) { try Sector(from: .degrees(from), to: .degrees(to)) }
        }
        #expect(throws: GeometryError.self) { try AzimuthalBins(count: 0) }
    }

    @Test func sectorsPartThePlane() throws {
        let geometry = try TiltedReferenceTests.geometry(.bottomRight)
        let bins = try RadialBins(unit: .q_perNanometre, count: 30, covering: geometry)
        let all = try geometry.pixelBins(UInt16.self, radial: bins)
        var counts = [Int](repeating: 0, count: all.indices.count)
        for start in stride(from: -200.0, to: 160, by: 40) {
            let sector = AzimuthalSelection.sectors([try Sector(from: .degrees(start), to: .degrees(start + 40))])
            let part = try geometry.pixelBins(UInt16.self, radial: bins, selection: sector)
            for (pixel, index) in part.indices.enumerated() where index < 30 {
                counts[pixel] += 1
                #expect(index == all.indices[pixel])
            }
        }
        #expect(counts.allSatisfy { $0 == 1 })
        let halves = AzimuthalSelection.sectors([try Sector(from: .degrees(45), to: .degrees(135), hasOpposite: true)])
        let other = AzimuthalSelection.sectors([try Sector(from: .degrees(-45), to: .degrees(45), hasOpposite: true)])
        let sum =
            try geometry.pixelBins(UInt16.self, radial: bins, selection: halves).assignedCount
            + geometry.pixelBins(UInt16.self, radial: bins, selection: other).assignedCount
        #expect(sum == all.assignedCount)
    }

    @Test func aSlabHasItsWidth() throws {
        let geometry = try TiltedReferenceTests.geometry(.bottomRight)
        let bins = try RadialBins(unit: .r_millimetre, count: 30, covering: geometry)
        let slab = try Slab(direction: .degrees(90), halfWidth: 2)
        let indices = try geometry.pixelBins(UInt16.self, radial: bins, selection: .slab(slab)).indices
        let positions = geometry.positions_m()
        for pixel in indices.indices { #expect((indices[pixel] < 30) == (abs(positions[pixel * 3 + 1]) <= 2e-3), "\(pixel)") }
        #expect(throws: GeometryError.self) { try Slab(direction: .degrees(0), halfWidth: 0) }
    }

    @Test func theRangeIsThatOfUnmaskedPixels() throws {
        let geometry = try TiltedReferenceTests.geometry(.bottomRight)
        let values = try geometry.radialValues(.q_perNanometre)
        let mask = values.map { $0 < 7 || $0 > 11 }
        let bins = try RadialBins(unit: .q_perNanometre, count: 10, covering: geometry, mask: mask)
        let inside = values.filter { $0 >= 7 && $0 <= 11 }
        #expect(bins.lower == inside.min())
        #expect(bins.upper == inside.max())
        let pixels = try geometry.pixelBins(UInt16.self, radial: bins, mask: mask)
        #expect(pixels.assignedCount == inside.count)
        for splitting in [PixelSplitting.boundingBox, .fullPixel] {
            let wider = try RadialBins(unit: .q_perNanometre, count: 10, covering: geometry, mask: mask, splitting: splitting)
            #expect(wider.lower < bins.lower && wider.upper > bins.upper)
        }
        let logarithmic = try RadialBins(unit: .q_perNanometre, count: 10, covering: geometry, spacing: .logarithmic)
        #expect(try geometry.pixelBins(UInt16.self, radial: logarithmic).assignedCount == values.count)
        let error = #expect(throws: GeometryError.self) {
            try RadialBins(
                unit: .q_perNanometre, count: 10, covering: geometry, mask: [Bool](repeating: true, count: values.count))
        }
        #expect(error?.got == "no unmasked pixel")
    }

    @Test func masksAndIndicesOfAnotherSizeAreRefused() throws {
        let geometry = try TiltedReferenceTests.geometry(.bottomRight)
        let bins = try RadialBins(unit: .q_perNanometre, count: 65_535, from: 0, to: 20)
        #expect(try geometry.pixelBins(UInt16.self, radial: bins).binCount == 65_535)
        let mask = #expect(throws: GeometryError.self) { try geometry.pixelBins(UInt16.self, radial: bins, mask: [true]) }
        #expect(mask?.code == .shapeMismatch)
        let more = try RadialBins(unit: .q_perNanometre, count: 65_536, from: 0, to: 20)
        let narrow = #expect(throws: GeometryError.self) { try geometry.pixelBins(UInt16.self, radial: more) }
        #expect(narrow?.code == .tooLarge)
        #expect(try geometry.pixelBins(UInt32.self, radial: more).binCount == 65_536)
        let huge = #expect(throws: GeometryError.self) {
            try geometry.splitMatrix(.none, radial: more, azimuthal: AzimuthalBins(count: 65_536))
        }
        #expect(huge?.code == .tooLarge)
    }
}
