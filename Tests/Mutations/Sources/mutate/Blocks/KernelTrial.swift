import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// What the sums of a mutant must be: of the library's pixels, by the plain loop and by the split kernel that decodes nothing.
final class KernelExpectation {
    private let format: FrameFormat
    private let bins: BinTable
    private var split: SplitKernel

    init(_ format: FrameFormat, _ shares: PixelShares) throws {
        let split = try SplitKernel(
            format: format, encoding: .none, matrix: shares.matrix, errors: .poisson, instructions: .scalar)
        self.format = format
        bins = shares.bins
        self.split = split
    }

    /// nil when the mutant has no pixels.
    func sums(of mutant: Mutant) throws -> (AzimuthalSums, SplitSums)? {
        guard mutant.isDetermined else { return nil }
        let pixels = mutant.pixels(format)
        return (try AzimuthalReference.sums(pixels, format: format, bins: bins), try split.reduce(pixels).get())
    }
}

/// The reduction kernels of one instruction level: sixteen frames together, and one by one.
final class KernelTrial {
    private let level: InstructionLevel
    private var azimuthal: AzimuthalKernel
    private var split: SplitKernel
    private var statistics: StatisticsKernel

    init(_ format: FrameFormat, _ encoding: ChunkEncoding, _ shares: PixelShares, _ level: InstructionLevel) throws {
        let azimuthal = try AzimuthalKernel(format: format, encoding: encoding, bins: shares.bins, instructions: level)
        let split = try SplitKernel(
            format: format, encoding: encoding, matrix: shares.matrix, errors: .poisson, instructions: level)
        let statistics = try StatisticsKernel(
            format: format, encoding: encoding, statistics: StatisticsRequest(valid: shares.bins.valid), instructions: level)
        self.level = level
        self.statistics = statistics
        self.azimuthal = azimuthal
        self.split = split
    }

    func check(_ mutants: [Mutant], _ expected: [(AzimuthalSums, SplitSums)?]) throws {
        let chunks = mutants.map(\.chunk)
        try azimuthal.reduce(chunks) { lane, sums in
            try check(sums, mutants[lane], expected[lane]?.0, "the azimuthal kernel of sixteen frames", lane)
        }
        try split.reduce(chunks) { lane, sums in
            try check(sums, mutants[lane], expected[lane]?.1, "the split kernel of sixteen frames", lane)
        }
        for lane in chunks.indices {
            try check(azimuthal.reduce(chunks[lane]), mutants[lane], expected[lane]?.0, "the azimuthal kernel", lane)
            try check(split.reduce(chunks[lane]), mutants[lane], expected[lane]?.1, "the split kernel", lane)
            try check(measured(chunks[lane]), mutants[lane], expected[lane].map { Measured($0.0) }, "the statistics", lane)
        }
    }

    /// What statistics have in common with sums.
    private struct Measured: Equatable {
        let sum: Int64?
        let zeros: Int

        init(_ statistics: FrameStatistics) { (sum, zeros) = (statistics.exactSum, statistics.zeroPixels) }

        init(_ sums: AzimuthalSums) {
            sum = Int64(exactly: sums.signal.reduce(0, +))
            zeros = Int(sums.zeros.reduce(0, +))
        }
    }

    private func measured(_ chunk: UnsafeRawBufferPointer) -> Result<Measured, FrameError> {
        do throws(FrameError) { return .success(Measured(try statistics.measure(chunk))) } catch { return .failure(error) }
    }

    private func check<Sums: Equatable>(
        _ result: Result<Sums, FrameError>, _ mutant: Mutant, _ expected: Sums?, _ what: String, _ lane: Int
    ) throws(Violation) {
        switch result {
        case .failure(let error):
            try require(!mutant.isDecoded, "frame \(lane): \(what) (\(level)) refuses what the library takes: \(error)")
        case .success(let sums):
            try require(mutant.isDecoded, "frame \(lane): \(what) (\(level)) takes what the library refuses")
            guard let expected else { return }
            try require(sums == expected, "frame \(lane): \(what) (\(level)) makes other sums")
        }
    }
}
