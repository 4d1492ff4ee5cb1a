import Diagnostics
import Quantities
import ScatteringGeometry
import Testing

@Suite struct SplittingTests {
    private func geometry(_ orientation: DetectorOrientation = .bottomRight) throws -> DetectorGeometry {
        try TiltedReferenceTests.geometry(orientation)
    }

    /// Every weight is positive and every bin exists; what a pixel gives adds up to `expected`, within float rounding.
    private func check(_ matrix: SplitMatrix, _ expected: (Int, Double) -> Bool) {
        #expect(matrix.offsets.count == matrix.shape.pixelCount + 1)
        #expect(matrix.bins.allSatisfy { $0 < matrix.binCount })
        #expect(matrix.weights.allSatisfy { $0 > 0 && $0 <= 1.000001 })
        for pixel in 0..<matrix.shape.pixelCount {
            let sum = matrix.weight(ofPixel: pixel)
            let bins = matrix.bins[Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1])]
            guard expected(pixel, sum), bins.count < 2 || Set(bins).count == bins.count else {
                Issue.record("pixel \(pixel): \(sum), bins \(Array(bins))")
                return
            }
        }
    }

    /// The beam goes through the detector: the pixel around it, the discontinuity and all orientations are there.
    @Test(arguments: DetectorOrientation.allCases, PixelSplitting.allCases)
    func theWeightsOfAPixelAddUpToOne(orientation: DetectorOrientation, splitting: PixelSplitting) throws {
        let geometry = try geometry(orientation)
        for unit in [RadialUnit.q_perNanometre, .twoTheta_degree, .r_millimetre] {
            for spacing in [RadialBins.Spacing.linear, .logarithmic] {
                let bins = try RadialBins(unit: unit, count: 50, from: spacing == .linear ? 0 : 1e-6, to: 100, spacing: spacing)
                for azimuthal in [
                    nil, try AzimuthalBins(count: 36), try AzimuthalBins(count: 7, from: .degrees(170), to: .degrees(530)),
                ] {
                    check(try geometry.splitMatrix(splitting, radial: bins, azimuthal: azimuthal)) { abs($1 - 1) < 1e-5 }
                }
            }
        }
    }

    @Test(arguments: [PixelSplitting.boundingBox, .fullPixel])
    func atTheEndsOfARangeTheyAddUpToLess(splitting: PixelSplitting) throws {
        let geometry = try geometry()
        let bins = try RadialBins(unit: .q_perNanometre, count: 20, from: 5, to: 10)
        let azimuthal = try AzimuthalBins(count: 9, from: .degrees(120), to: .degrees(260))
        var isCut = false
        check(try geometry.splitMatrix(splitting, radial: bins)) {
            isCut = isCut || ($1 > 0 && $1 < 0.9); return $1 < 1.00001
        }
        #expect(isCut)
        isCut = false
        check(try geometry.splitMatrix(splitting, radial: bins, azimuthal: azimuthal)) {
            isCut = isCut || ($1 > 0 && $1 < 0.9)
            return $1 < 1.00001
        }
        #expect(isCut)
    }

    /// A range in two parts shares the pixels at the joint, and loses nothing.
    @Test(arguments: [PixelSplitting.boundingBox, .fullPixel])
    func twoRangesMakeOne(splitting: PixelSplitting) throws {
        let geometry = try geometry()
        // 1 + 2⁻²³ moves the upper end of the first range: the sums differ by about that.
        let whole = try geometry.splitMatrix(splitting, radial: RadialBins(unit: .q_perNanometre, count: 20, from: 4, to: 12))
        let first = try geometry.splitMatrix(splitting, radial: RadialBins(unit: .q_perNanometre, count: 10, from: 4, to: 8))
        let second = try geometry.splitMatrix(splitting, radial: RadialBins(unit: .q_perNanometre, count: 10, from: 8, to: 12))
        let reduction = ReferenceReduction(errors: .none)
        let frame = TiltedReferenceTests.frame
        let parts = try reduction.reduce(frame, with: first).signal + reduction.reduce(frame, with: second).signal
        #expect(largestRelative(try reduction.reduce(frame, with: whole).signal, parts) < 1e-5)
    }

    /// Summed over all azimuths a map is the curve, for each way of splitting.
    @Test(arguments: PixelSplitting.allCases)
    func aMapSummedOverAzimuthIsTheCurve(splitting: PixelSplitting) throws {
        let geometry = try geometry()
        let bins = try RadialBins(unit: .q_perNanometre, count: 40, from: 0.5, to: 15)
        let curve = try ReferenceReduction(errors: .none).reduce(
            TiltedReferenceTests.frame, with: geometry.splitMatrix(splitting, radial: bins, mask: TiltedReferenceTests.mask))
        let map = try ReferenceReduction(errors: .none).reduce(
            TiltedReferenceTests.frame,
            with: geometry.splitMatrix(
                splitting, radial: bins, azimuthal: AzimuthalBins(count: 36), mask: TiltedReferenceTests.mask))
        let summed = (0..<40).map { radial in (0..<36).map { map.signal[$0 * 40 + radial] }.reduce(0, +) }
        #expect(largestRelative(summed, curve.signal) < 1e-5)
    }

    /// Independent of the code: each pixel cut into 40 x 40 pieces, each in the bin of its centre.
    @Test func polygonsAreWhatSmallPiecesAddUpTo() throws {
        let pixels = 21
        let flat = FlatDetector(
            shape: try DetectorShape(slow: pixels, fast: pixels), pixelSize: try PixelSize(slow_m: 1e-3, fast_m: 1e-3))
        let placement = try DetectorPlacement(distance_m: 0.1, poni1_m: 0.0098, poni2_m: 0.0113)
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: nil)
        let (radial, azimuthal) = (try RadialBins(unit: .r_millimetre, count: 6, from: 0, to: 18), try AzimuthalBins(count: 4))
        let matrix = try geometry.splitMatrix(.fullPixel, radial: radial, azimuthal: azimuthal)
        var whole = [Double](repeating: 0, count: 24)
        var pieces = whole
        for slow in 0..<pixels {
            for fast in 0..<pixels {
                let pixel = slow * pixels + fast
                for entry in Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1]) {
                    whole[Int(matrix.bins[entry])] += Double(matrix.weights[entry])
                }
                for piece in 0..<1600 {
                    let up = (Double(slow) + (Double(piece / 40) + 0.5) / 40) * 1e-3 - 0.0098
                    let across = (Double(fast) + (Double(piece % 40) + 0.5) / 40) * 1e-3 - 0.0113
                    let point = LabPosition(up_m: up, across_m: across, alongBeam_m: 0.1)
                    if let i = radial.bin(of: point.radius_m * 1e3), let j = azimuthal.bin(of: point.chi_rad) {
                        pieces[j * 6 + i] += 1.0 / 1600
                    }
                }
            }
        }
        // Areas in (radius, azimuth) weigh the inner side of a pixel more than areas on the detector do: a tenth of a pixel here or there.
        #expect(largest(whole, pieces) < 0.35)
        #expect(abs(whole.reduce(0, +) - pieces.reduce(0, +)) < 0.1)
    }

    @Test func thePixelAroundTheBeamIsSeenUnderEveryAzimuth() throws {
        let flat = FlatDetector(shape: try DetectorShape(slow: 3, fast: 3), pixelSize: try PixelSize(slow_m: 1e-3, fast_m: 1e-3))
        let geometry = DetectorGeometry(
            detector: flat, placement: try DetectorPlacement(distance_m: 0.1, poni1_m: 1.5e-3, poni2_m: 1.5e-3), wavelength: nil)
        let radial = try RadialBins(unit: .r_millimetre, count: 1, from: 0, to: 10)
        for splitting in [PixelSplitting.boundingBox, .fullPixel] {
            let matrix = try geometry.splitMatrix(splitting, radial: radial, azimuthal: AzimuthalBins(count: 4))
            let entries = Int(matrix.offsets[4])..<Int(matrix.offsets[5])
            #expect(matrix.bins[entries].sorted() == [0, 1, 2, 3])
            #expect(matrix.weights[entries].allSatisfy { abs($0 - 0.25) < 1e-6 })
        }
        // In units of d the beam is at infinity: its pixel is in no bin, and nothing traps.
        let spacing = DetectorGeometry(detector: flat, placement: geometry.placement, wavelength: try Wavelength("1 Å"))
        let bins = try RadialBins(unit: .d_angstrom, count: 5, from: 1, to: 1000)
        for splitting in PixelSplitting.allCases {
            #expect(try spacing.splitMatrix(splitting, radial: bins).weight(ofPixel: 4) == 0)
        }
    }

    /// Half a turn of the array and of the detector, and every turn about the beam, leave the curve as it is.
    @Test(arguments: PixelSplitting.allCases)
    func turningMaskAndDetectorTogetherChangesNothing(splitting: PixelSplitting) throws {
        let bins = try RadialBins(unit: .q_perNanometre, count: 30, from: 1, to: 15)
        func curve(_ geometry: DetectorGeometry, _ frame: [Int32]) throws -> BinSums {
            try ReferenceReduction(normalisation: PixelNormalisation().factors(geometry)).reduce(
                frame, with: geometry.splitMatrix(splitting, radial: bins, mask: frame.map { $0 < 0 }))
        }
        let frame = TiltedReferenceTests.frame
        let straight = try curve(geometry(), frame)
        let turned = try curve(geometry(.topLeft), frame.reversed())
        #expect(largestRelative(straight.signal, turned.signal) < 1e-6)
        #expect(largestRelative(straight.norm, turned.norm) < 1e-6)
        var rows: [Int32] = []
        for slow in (0..<150).reversed() { rows += frame[slow * 120..<(slow + 1) * 120] }
        #expect(largestRelative(straight.variance, try curve(geometry(.topRight), rows).variance) < 1e-6)
        let original = try geometry()
        guard case .flat(let flat) = original.detector else { return }
        let about = try DetectorPlacement(
            distance_m: 0.1, poni1_m: 0.035, poni2_m: 0.022, rotation1_rad: 0.13, rotation2_rad: -0.08, rotation3_rad: -2)
        let spun = DetectorGeometry(detector: flat, placement: about, wavelength: original.wavelength)
        // Areas in (radius, azimuth) do not turn exactly only for the pixel that holds the beam, which is below the range.
        #expect(largestRelative(straight.signal, try curve(spun, frame).signal) < 1e-6)
    }

    @Test func maskedPixelsHaveNoEntries() throws {
        let bins = try RadialBins(unit: .q_perNanometre, count: 30, from: 0, to: 100)
        for splitting in PixelSplitting.allCases {
            let matrix = try geometry().splitMatrix(splitting, radial: bins, mask: TiltedReferenceTests.mask)
            check(matrix) { TiltedReferenceTests.mask[$0] ? $1 == 0 : $1 > 0.99 }
        }
    }

    @Test func aMatrixOfWholePixelsIsTheListOfTheirBins() throws {
        let bins = try RadialBins(unit: .q_perNanometre, count: 30, from: 2, to: 9)
        let selection = AzimuthalSelection.sectors([try Sector(from: .degrees(150), to: .degrees(210))])
        let pixels = try geometry().pixelBins(UInt16.self, radial: bins, selection: selection)
        let matrix = try geometry().splitMatrix(.none, radial: bins, selection: selection)
        #expect(matrix == SplitMatrix(pixels))
        #expect(matrix.entryCount == pixels.assignedCount)
    }
}
