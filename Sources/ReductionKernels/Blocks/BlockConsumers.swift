import CKernels
import Diagnostics
import Frames

/// What is made of a feed's blocks while they are in the first-level cache, beside the bins: statistics, regions of interest, a preview.
///
/// A feed calls `begin` before its frames and, for each block, `move` once and `measure` and `take` for each frame; `findings` are there behind
/// the last block. A new consumer is one more optional part here. Parts are stored by their own types, so that one that was not asked for costs
/// a comparison a block.
struct BlockConsumers: ~Copyable {
    /// What is asked for: nothing, or any of these with one mask.
    struct Request {
        var statistics: StatisticsRequest?
        var regions: RegionsRequest?
        var preview: PreviewRequest?

        /// Pixels that the static mask leaves; nil when nothing is asked for.
        var valid: ValidityBits? { statistics?.valid ?? regions?.valid ?? preview?.valid }
    }

    /// What came of one frame: nil where it was not asked for.
    struct Findings {
        let statistics: FrameStatistics?
        let regions: [RegionSum]?
        let preview: PreviewImage?
    }

    private let measurer: BlockMeasurer?
    private var measured: [faisceau_frame_statistics]
    private var regions: RegionSummer?
    private var preview: PreviewBinner?
    /// Whether masked pixels must be 0.
    private let cleared: ValidityBits?
    private let size: Int

    /// - Throws: `formatMismatch` for parts whose masks differ, a mask of another size, or one that excludes a pixel of a bin.
    init(
        _ request: Request, _ format: FrameFormat, _ counted: ValidityBits, _ kernels: UnsafePointer<faisceau_kernel_table>
    ) throws(FrameError) {
        if let valid = request.valid { try Self.check(valid, request, format, counted) }
        measurer = try request.statistics.map { statistics throws(FrameError) in try BlockMeasurer(statistics, format, kernels) }
        measured = request.statistics == nil ? [] : .init(repeating: BlockMeasurer.nothing, count: BlockFeed.frames)
        size = format.pixelType.byteCount
        cleared = request.statistics?.valid ?? request.preview?.valid
        regions = nil
        preview = nil
        if let request = request.regions { regions = RegionSummer(request, format, kernels) }
        if let request = request.preview { preview = PreviewBinner(request, format, kernels) }
    }

    private static func check(
        _ valid: ValidityBits, _ request: Request, _ format: FrameFormat, _ counted: ValidityBits
    ) throws(FrameError) {
        let what = request.statistics != nil ? "statistics were" : request.regions != nil ? "regions were" : "a preview was"
        guard valid.count == format.pixelCount else {
            throw FrameError(
                .formatMismatch, "\(what) asked for with the mask of another detector", got: "\(valid.count) pixels",
                expected: "\(format.pixelCount) for \(format)")
        }
        if let pixel = counted.first(notIn: valid) {
            throw FrameError(
                .formatMismatch, "\(what) asked for without a pixel that is in a bin", at: "pixel \(pixel)",
                remedy: "Use the same mask for both")
        }
        let shapes = (request.regions?.regions.map(\.shape) ?? []) + (request.preview.map { [$0.frame] } ?? [])
        if let shape = shapes.first(where: { $0 != format.shape }) {
            throw FrameError(
                .formatMismatch, "regions or a preview were asked for of another detector", got: "\(shape)",
                expected: "\(format.shape)")
        }
        guard [request.regions?.valid, request.preview?.valid].allSatisfy({ $0 == nil || $0 == valid }) else {
            throw FrameError(
                .formatMismatch, "statistics, regions and preview were asked for with different masks",
                remedy: "Use the same mask for all")
        }
    }

    mutating func begin() {
        for lane in measured.indices { measured[lane] = BlockMeasurer.nothing }
        regions?.begin()
        preview?.begin()
    }

    /// Goes on to a block, once for all frames.
    @inline(__always)
    mutating func move(to first: Int, _ count: Int) { regions?.move(to: first, count) }

    /// Looks at a frame's block before pixels that are no measurements are taken out.
    ///
    /// - Parameter scan: what decoding saw of the block.
    /// - Returns: the largest value; nil when nobody looked.
    @inline(__always)
    mutating func measure(
        _ block: UnsafePointer<UInt8>, _ count: Int, from first: Int, of lane: Int, _ scan: UnsafePointer<faisceau_block_scan>
    ) -> UInt32? {
        measurer?.measure(block, count, from: first, scan, &measured[lane])
    }

    /// Takes a frame's block.
    ///
    /// - Parameter excluded: pixels of the block that are no measurements, in order; they are 0.
    @inline(__always)
    mutating func take(
        _ block: UnsafePointer<UInt8>, _ count: Int, from first: Int, of lane: Int, excluded: UnsafeBufferPointer<UInt32>
    ) {
        regions?.take(block, count, from: first, of: lane, excluded: excluded)
        preview?.take(block, count, from: first, of: lane, excluded: excluded)
    }

    /// Clears what a decoder of whole frames leaves in masked pixels.
    func clearMasked(_ block: UnsafeMutablePointer<UInt8>, _ count: Int, from first: Int) {
        guard let cleared else { return }
        for pixel in 0..<count where !cleared[first + pixel] { (block + pixel * size).update(repeating: 0, count: size) }
    }

    func findings(of lane: Int) -> Findings {
        Findings(
            statistics: measurer?.statistics(measured[lane]), regions: regions?.sums(of: lane), preview: preview?.image(of: lane))
    }
}
