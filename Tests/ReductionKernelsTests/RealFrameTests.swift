import Foundation
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// From a real frame's compressed chunk to the curve that pyFAI 2026.9.0 made of it: PILATUS3 6M, 500 bins from 0.05 to 4.0 1/Å, no
/// splitting (Diamond I24, CC BY 4.0).
@Suite struct RealFrameTests {
    @Test(
        .enabled(
            if: SharedData.has("grid-cbf/thau_3_2_0001.cbf.bz2", "expected/thau_0001_nosplit_raw.txt"), "\(SharedData.absence)"))
    func countsAndSignalOfEveryBinAreThoseOfPyFAI() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 2527, fast: 2463), pixelType: .int32)
        let pixels = try frame(format)
        let expected = try curve()
        let bins = try table()
        var encoder = try ChunkEncoder(format: format, encoding: .bitshuffleLZ4)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let bytes = try chunk.withUnsafeMutableBytes { room in try pixels.withUnsafeBytes { try encoder.encode($0, into: room) } }
        var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: bins)
        try chunk.withUnsafeBytes { chunk in
            let one = UnsafeRawBufferPointer(rebasing: chunk[..<bytes])
            func check(_ sums: AzimuthalSums) {
                let counts = zip(bins.pixelCounts, sums.excluded).map { Double($0) - Double($1) }
                let signal = sums.signal.map { Double($0) }
                for bin in expected.indices {
                    #expect(counts[bin] == expected[bin][3], "pixels of bin \(bin)")
                    #expect(signal[bin] == expected[bin][4], "signal of bin \(bin)")
                }
                let intensity = zip(sums.signal, counts).map { $1 > 0 ? Double($0) / $1 : 0 }
                let variance = zip(sums.signal, sums.zeros).map { Double($0 + $1) }
                let sigma = zip(variance, counts).map { $1 > 0 ? $0.squareRoot() / $1 : 0 }
                for bin in expected.indices {
                    #expect(abs(intensity[bin] - expected[bin][1]) <= 1e-6 * expected[bin][1])
                    #expect(abs(sigma[bin] - expected[bin][2]) <= 1e-6 * expected[bin][2])
                }
            }
            check(try kernel.reduce(one).get())
            try kernel.reduce([UnsafeRawBufferPointer](repeating: one, count: 7)) { _, sums in check(try sums.get()) }
        }
    }

    private func table() throws -> BinTable {
        let known = try KnownDetector.named("Pilatus 6M")
        let flat = FlatDetector(shape: known.shape, pixelSize: known.pixelSize)
        let placement = try DetectorPlacement(
            distanceAlongBeam: Length("351.00 mm"), beamSlow: PixelPosition("1306.96 px"), beamFast: PixelPosition("1261.61 px"),
            of: flat)
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("0.96859 Å"))
        let radial = try RadialBins(unit: .q_perAngstrom, count: 500, from: 0.05, to: 4, ends: .pyFAI)
        return try BinTable(try geometry.pixelBins(UInt16.self, radial: radial).indices, binCount: 500)
    }

    private func frame(_ format: FrameFormat) throws -> [UInt8] {
        let packed = try #require(SharedData.url("grid-cbf/thau_3_2_0001.cbf.bz2")).path
        let folder = try TemporaryFolder("frame")
        let unpacked = folder.file("frame.cbf")
        #expect(try ChildProcess.run("/bin/sh", ["-c", "bzip2 -dc '\(packed)' > '\(unpacked.path)'"]).status == 0)
        let file = [UInt8](try Data(contentsOf: unpacked))
        let marker: [UInt8] = [0x0C, 0x1A, 0x04, 0xD5]
        let start = try #require((4..<file.count).first { Array(file[$0 - 4..<$0]) == marker })
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        _ = try pixels.withUnsafeMutableBytes { room in
            try file.withUnsafeBytes {
                try ByteOffsetCodec.decode(UnsafeRawBufferPointer(rebasing: $0[start...]), format: format, into: room)
            }
        }
        return pixels
    }

    /// Rows of q, I, sigma, count, signal.
    private func curve() throws -> [[Double]] {
        let text = try String(contentsOf: try #require(SharedData.url("expected/thau_0001_nosplit_raw.txt")), encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
    }
}
