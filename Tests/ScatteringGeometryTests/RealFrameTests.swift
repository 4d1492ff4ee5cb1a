import Foundation
import Quantities
import ScatteringGeometry
import TestSupport
import Testing

/// A real PILATUS3 6M frame (Diamond I24, CC BY 4.0) against curves that pyFAI 2026.9.0 made of it: q, I, sigma, pixel count and summed
/// signal in 500 bins from 0.05 to 4.0 1/Å.
@Suite(.enabled(if: RealFrame.isThere, "\(RealFrame.absence)")) struct RealFrameTests {
    private func geometry() throws -> DetectorGeometry {
        let known = try KnownDetector.named("Pilatus 6M")
        let flat = FlatDetector(shape: known.shape, pixelSize: known.pixelSize)
        let placement = try DetectorPlacement(
            distanceAlongBeam: Length("351.00 mm"), beamSlow: PixelPosition("1306.96 px"), beamFast: PixelPosition("1261.61 px"),
            of: flat)
        return DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("0.96859 Å"))
    }

    private func bins(_ ends: RangeEnds) throws -> RadialBins {
        try RadialBins(unit: .q_perAngstrom, count: 500, from: 0.05, to: 4, ends: ends)
    }

    @Test func withoutSplittingEveryCountIsThatOfPyFAI() throws {
        let (frame, expected) = (try RealFrame.pixels(), try RealFrame.curve("thau_0001_nosplit_raw.txt"))
        let sums = try ReferenceReduction().reduce(frame, with: geometry().pixelBins(UInt16.self, radial: bins(.pyFAI)))
        #expect(largestRelative(try bins(.pyFAI).centres, expected[0]) < 2e-7)
        #expect(sums.count == expected[3])
        #expect(sums.signal == expected[4])
        #expect(largestRelative(sums.intensity(), expected[1]) < 1e-6)
        #expect(largestRelative(sums.standardError(), expected[2]) < 1e-6)
        #expect(sums.count.reduce(0, +) == 5_350_767)
    }

    /// pyFAI counts what is up to a bin below the range in the first bin: 223 pixels here. All other bins agree.
    @Test func onlyTheFirstBinKnowsOfTheRuleForTheEnds() throws {
        let (frame, expected) = (try RealFrame.pixels(), try RealFrame.curve("thau_0001_nosplit_raw.txt"))
        let sums = try ReferenceReduction().reduce(frame, with: geometry().pixelBins(UInt16.self, radial: bins(.exact)))
        #expect(sums.count[1...] == expected[3][1...])
        #expect(sums.signal[1...] == expected[4][1...])
        #expect(expected[3][0] - sums.count[0] == 223)
    }

    @Test func solidAngleAndPolarisationAreThoseOfPyFAI() throws {
        let (frame, expected) = (try RealFrame.pixels(), try RealFrame.curve("thau_0001_nosplit_solidangle_pol099.txt"))
        let factors = try PixelNormalisation(polarisation: Polarisation(factor: 0.99)).factors(geometry())
        let sums = try ReferenceReduction(normalisation: factors).reduce(
            frame, with: geometry().pixelBins(UInt16.self, radial: bins(.pyFAI)))
        #expect(sums.count == expected[3])
        #expect(sums.signal == expected[4])
        #expect(largestRelative(sums.intensity(), expected[1]) < 1e-6)
        #expect(largestRelative(sums.standardError(), expected[2]) < 1e-6)
    }

    /// One pixel is a tie: the box of pixel (2162, 55), 3 counts, begins 2 millionths of a bin above the end of the range. In pyFAI, whose
    /// corners are float32, it begins below, and as boxes that only touch the range go to the last bin as a whole, it is there.
    @Test func boxesAgreeButForOneTie() throws {
        let (frame, expected) = (try RealFrame.pixels(), try RealFrame.curve("thau_0001_bbox_raw.txt"))
        let mask = frame.map { $0 < 0 }
        let matrix = try geometry().splitMatrix(.boundingBox, radial: bins(.pyFAI), mask: mask)
        let sums = try ReferenceReduction().reduce(frame, with: matrix)
        for (ours, theirs) in [
            (sums.intensity(), expected[1]), (sums.standardError(), expected[2]), (sums.count, expected[3]),
            (sums.signal, expected[4]),
        ] { #expect(largestRelative(Array(ours[..<499]), Array(theirs[..<499])) < 1e-5) }
        #expect(abs(expected[3][499] - sums.count[499] - 1) < 0.01)
        #expect(abs(expected[4][499] - sums.signal[499] - 3) < 0.01)
    }
}

/// The frame and the curves, in the folder of recordings that are too large for the repository.
enum RealFrame {
    static let absence = SharedData.absence + ", and the program bzip2"

    private static var packed: String { SharedData.url("grid-cbf/thau_3_2_0001.cbf.bz2")?.path ?? "" }
    private static let program = "/usr/bin/bzip2"

    static var isThere: Bool {
        FileManager.default.isReadableFile(atPath: packed) && FileManager.default.isExecutableFile(atPath: program)
    }

    /// Columns: q, I, sigma, count, signal.
    static func curve(_ name: String) throws -> [[Double]] {
        let file = try #require(SharedData.url("expected/\(name)"))
        let text = try String(contentsOf: file, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        return (0..<5).map { column in rows.map { $0[column] } }
    }

    static func pixels() throws -> [Int32] { try decoded.get() }

    private static let decoded = Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-dc", packed]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return byteOffsets([UInt8](data), count: 2527 * 2463)
    }

    /// CBF's byte-offset compression: differences of one byte, or 0x80 and two bytes, or 0x8000 and four more.
    private static func byteOffsets(_ bytes: [UInt8], count: Int) -> [Int32] {
        let marker: [UInt8] = [0x0C, 0x1A, 0x04, 0xD5]
        var place = 4
        while place < bytes.count, Array(bytes[place - 4..<place]) != marker { place += 1 }
        var (pixels, value): ([Int32], Int32) = ([], 0)
        pixels.reserveCapacity(count)
        while pixels.count < count, place + 7 < bytes.count {
            var step = Int32(Int8(bitPattern: bytes[place]))
            place += 1
            if step == -128 {
                step = Int32(Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8))
                place += 2
                if step == -32768 {
                    step = Int32(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
                    place += 4
                }
            }
            value &+= step
            pixels.append(value)
        }
        return pixels
    }
}
