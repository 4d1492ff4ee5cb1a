import Foundation
import Frames
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Once their memory is there, kernels read and reduce frames without asking for more.
@Suite(.enabled(if: AllocationCounter.isAvailable, "\(AllocationCounter.absence)")) struct KernelAllocationTests {
    private final class OpenFile: ChunkBytes {
        private let handle: FileHandle
        init(_ url: URL) throws { handle = try FileHandle(forReadingFrom: url) }

        func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FrameError) -> Int {
            pread(handle.fileDescriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
    }

    /// Sixteen frames in a file; some pixels of each are no measurements, the same in all or others in each.
    private struct Stored {
        static let format = try? FrameFormat(shape: FrameShape(slow: 151, fast: 203), pixelType: .uint16)
        let chunks: [[UInt8]]
        let places: [UnreadChunk]

        init(in folder: TemporaryFolder, excludingOthers: Bool) throws {
            let format = try #require(Self.format)
            var generator = SeededGenerator(seed: 51)
            chunks = try (0..<16).map { frame in
                var pixels = (0..<format.byteCount).map { $0 % 2 == 0 ? UInt8(generator.next() % 23) : 0 }
                for pixel in stride(from: excludingOthers ? frame : 3, to: format.pixelCount, by: 61) {
                    (pixels[2 * pixel], pixels[2 * pixel + 1]) = (255, 255)
                }
                return try SplitExamples.encode(pixels, format, .bitshuffleLZ4)
            }
            try Data(chunks.joined()).write(to: folder.file("chunks"))
            let file = try OpenFile(folder.file("chunks"))
            var offset = 0
            places = chunks.map { chunk in
                defer { offset += chunk.count }
                return UnreadChunk(file: file, offset: offset, size: chunk.count)
            }
        }
    }

    @Test(arguments: [false, true]) func framesOfAFile(excludingOthers: Bool) throws {
        let folder = try TemporaryFolder("allocations")
        let stored = try Stored(in: folder, excludingOthers: excludingOthers)
        let format = try #require(Stored.format)
        let bins = try SplitExamples.geometry(slow: 151, fast: 203).pixelBins(
            UInt16.self, radial: RadialBins(unit: .r_millimetre, count: 100, from: 1, to: 30),
            mask: SplitExamples.mask(slow: 151, fast: 203))
        var kernel = try AzimuthalKernel(
            format: format, encoding: .bitshuffleLZ4, bins: try BinTable(bins),
            statistics: StatisticsRequest(valid: ValidityBits(allOf: format.pixelCount), saturation: 20))
        var (total, frames) = (UInt64(0), 0)
        func reduce() {
            _ = kernel.reduce(stored: stored.places) { _, result in
                guard case .success(let sums) = result else { return }
                total += sums.signal[50] + UInt64(sums.excludedPixels.count)
                frames += 1
            }
        }
        // Arrays of excluded pixels change places between the feed and the results: both must have been long enough once.
        for _ in 0..<3 { reduce() }
        let (before, count) = (total, AllocationCounter.measure { for _ in 0..<4 { reduce() } })
        #expect(count == .init(), "64 frames")
        #expect(frames == 7 * 16)
        #expect(before > 0 && total == before / 3 * 7, "every pass found the same")
    }

    @Test func oneFrameAtATime() throws {
        let folder = try TemporaryFolder("allocations")
        let stored = try Stored(in: folder, excludingOthers: true)
        let format = try #require(Stored.format)
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 151, fast: 203)
        var kernel = try SplitKernel(format: format, encoding: .bitshuffleLZ4, matrix: matrix, errors: .poisson)
        var total = 0.0
        try SplitExamples.withBytes(of: stored.chunks) { chunks in
            func reduce() throws { for chunk in chunks { total += try kernel.reduce(chunk).get().signal[20] } }
            for _ in 0..<3 { try reduce() }
            let (before, count) = (total, try AllocationCounter.measure { for _ in 0..<2 { try reduce() } })
            #expect(count == .init(), "32 frames")
            #expect(before > 0 && abs(total - before / 3 * 5) < 1e-9 * total)
        }
    }
}
