import Frames
import ReductionKernels
import ScatteringGeometry

/// What is done with chunks: one of the kernels, or nothing but decoding.
struct Reducer: ~Copyable {
    private var azimuthal: AzimuthalKernel?
    private var split: SplitKernel?
    private var statistics: StatisticsKernel?
    private var decoder: BlockDecoder?
    /// Where single frames are taken to their curves.
    private var statics: StaticSums?
    private let block = UnsafeMutableRawPointer.allocate(byteCount: BlockDecoder.blockBytes + BlockDecoder.slack, alignment: 64)

    init(azimuthal: consuming AzimuthalKernel, _ statics: StaticSums?) {
        self.azimuthal = consume azimuthal
        self.statics = statics
    }

    init(split: consuming SplitKernel, _ statics: StaticSums?) {
        self.split = consume split
        self.statics = statics
    }

    init(statistics: consuming StatisticsKernel) { self.statistics = consume statistics }
    init(decoder: consuming BlockDecoder) { self.decoder = consume decoder }

    deinit { block.deallocate() }

    mutating func reduce(_ chunk: UnsafeRawBufferPointer, _ frame: Int, into results: Results) throws {
        if let sums = azimuthal?.reduce(chunk) {
            guard let statics else { return results.set(frame, try sums.get()) }
            return results.setCurve(frame, try statics.bins(from: sums.get(), frameFactor: 1, errors: .poisson))
        }
        if let sums = split?.reduce(chunk) {
            guard let statics else { return results.set(frame, try sums.get()) }
            return results.setCurve(frame, try statics.bins(from: sums.get(), frameFactor: 1))
        }
        if let measured = try statistics?.measure(chunk) { results.set(frame, measured) }
        try decode(chunk)
    }

    /// Reads and reduces at once, as `reduce azimuthal` does.
    /// - Returns: false, with nothing done, where chunks must be in memory.
    mutating func reduce(stored chunks: [UnreadChunk], _ first: Int, into results: Results) throws -> Bool {
        if let isDone = try azimuthal?.reduce(stored: chunks, done: { results.set(first + $0, try $1.get()) }) { return isDone }
        return try split?.reduce(stored: chunks, done: { results.set(first + $0, try $1.get()) }) ?? false
    }

    mutating func reduce(_ chunks: [UnsafeRawBufferPointer], _ first: Int, into results: Results) throws {
        try azimuthal?.reduce(chunks) { place, sums in results.set(first + place, try sums.get()) }
        try split?.reduce(chunks) { place, sums in results.set(first + place, try sums.get()) }
        for (place, chunk) in chunks.enumerated() {
            if let measured = try statistics?.measure(chunk) { results.set(first + place, measured) }
            try decode(chunk)
        }
    }

    /// Blocks go through the cache one after the other, as they do before they are summed.
    private mutating func decode(_ chunk: UnsafeRawBufferPointer) throws {
        guard var cursor = try decoder?.begin(chunk) else { return }
        while try decoder?.next(&cursor, into: block) ?? 0 > 0 {}
    }
}
