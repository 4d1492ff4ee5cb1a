import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// Reduces frames by one plan; one a thread. Kernels are made at the first chunk of an encoding: a file seldom has two.
final class FrameReducer {
    let plan: AzimuthalPlan
    private(set) var whole: [ChunkEncoding: WholePixels] = [:]
    private(set) var split: [ChunkEncoding: SplitPixels] = [:]
    private var decoders: [ChunkEncoding: DecodedFrames] = [:]
    private var pixelwise: PixelwisePixels?
    /// Most frames exclude what the one before excluded.
    var exclusion = RememberedExclusion()
    /// For chunks that are read as a whole.
    let frameBuffer: Buffer

    // A class can hold what cannot be copied, and a dictionary can hold a class.
    final class WholePixels {
        var kernel: AzimuthalKernel
        init(_ kernel: consuming AzimuthalKernel) { self.kernel = kernel }
    }

    private final class PixelwisePixels {
        var reduction: PixelwiseReduction
        init(_ reduction: consuming PixelwiseReduction) { self.reduction = reduction }
    }

    final class Buffer {
        var buffer: FrameBuffer
        init(_ format: FrameFormat) { buffer = FrameBuffer(format) }
    }

    final class SplitPixels {
        var kernel: SplitKernel
        init(_ kernel: consuming SplitKernel) { self.kernel = kernel }
    }

    /// - Throws: `notSupported` for frames that no kernel reduces.
    init(_ plan: AzimuthalPlan) throws(ReductionError) {
        self.plan = plan
        frameBuffer = Buffer(plan.format)
        do throws(FrameError) { try prepare(.none) } catch { throw ReductionError(.notSupported, error) }
        guard case .decoded(let pixels) = plan.reduction else { return }
        do throws(GeometryError) { pixelwise = PixelwisePixels(try pixels.makeReduction()) } catch {
            throw ReductionError(.geometryInvalid, error)
        }
    }

    /// - Parameters:
    ///   - contents: as a ``FrameBuffer`` gave them.
    ///   - frames: their numbers.
    func reduce(_ contents: [FrameBuffer.Content], frames: [Int]) throws(ReductionError) -> [FrameOutcome] {
        var outcomes = [FrameOutcome](repeating: .missing, count: contents.count)
        // Chunks of one encoding are reduced together.
        var together: [ChunkEncoding: (indices: [Int], chunks: [UnsafeRawBufferPointer])] = [:]
        for (index, content) in contents.enumerated() {
            switch content {
            case .absent: break
            case .failed(let error): outcomes[index] = .failed(error.sentence)
            case .pixels(let pixels):
                // The library's own `withUnsafeBytes` does not know which error it passes on.
                let failure = pixels.withUnsafeBytes { bytes -> ReductionError? in
                    do throws(ReductionError) {
                        try reduce([bytes], .none) { _, make in outcomes[index] = self.finish(frames[index], make) }
                        return nil
                    } catch { return error }
                }
                if let failure { throw failure }
            case .chunk(let bytes, let encoding):
                together[encoding, default: ([], [])].indices.append(index)
                together[encoding]?.chunks.append(bytes)
            }
        }
        for (encoding, group) in together {
            try reduce(group.chunks, encoding) { position, make in
                let index = group.indices[position]
                outcomes[index] = self.finish(frames[index], make)
            }
        }
        return outcomes
    }

    /// A frame's normalised sums, and what else was found in it.
    typealias Reduced = (sums: BinSums, findings: FrameFindings)

    /// Normalises a frame's sums; a frame that cannot be is one without a result.
    func finish(_ frame: Int, _ make: (Double) throws -> Reduced) -> FrameOutcome {
        guard let factor = plan.frameFactors[frame] else {
            return .failed("the monitor has no value that this frame can be divided by")
        }
        do {
            let made = try make(factor)
            return .reduced(made.sums, findings: made.findings)
        } catch {
            return .failed((error as? any Diagnosed)?.sentence ?? "\(error)")
        }
    }

    func prepare(_ encoding: ChunkEncoding) throws(FrameError) {
        let (format, saturation) = (plan.format, plan.saturation)
        switch plan.reduction {
        case .whole(_, let table):
            guard whole[encoding] == nil else { return }
            whole[encoding] = WholePixels(
                try AzimuthalKernel(
                    format: format, encoding: encoding, bins: table, saturation: saturation,
                    statistics: plan.measurement?.request, regions: plan.regions))
        case .split(_, let matrix):
            guard split[encoding] == nil else { return }
            split[encoding] = SplitPixels(
                try SplitKernel(
                    format: format, encoding: encoding, matrix: matrix, errors: plan.errors == .hybrid ? .poisson : plan.errors,
                    saturation: saturation, statistics: plan.measurement?.request, regions: plan.regions))
        case .decoded:
            guard decoders[encoding] == nil else { return }
            decoders[encoding] = try DecodedFrames(format, encoding)
        }
    }

    /// - Parameter done: called for each chunk with its place, and what makes its sums out of the frame's factor.
    private func reduce(
        _ chunks: [UnsafeRawBufferPointer], _ encoding: ChunkEncoding, done: (Int, (Double) throws -> Reduced) -> Void
    ) throws(ReductionError) {
        do throws(FrameError) { try prepare(encoding) } catch { throw ReductionError(.notSupported, error) }
        let errors = plan.errors
        switch plan.reduction {
        case .whole(let statics, _):
            whole[encoding]?.kernel.reduce(chunks) { position, result in
                done(position) { factor in
                    let sums = try result.get()
                    let bins = try statics.bins(from: sums, frameFactor: factor, errors: errors, after: &self.exclusion)
                    return (bins, sums.findings)
                }
            }
        case .split(let statics, _):
            split[encoding]?.kernel.reduce(chunks) { position, result in
                done(position) { factor in
                    let sums = try result.get()
                    return (try statics.bins(from: sums, frameFactor: factor, after: &self.exclusion), sums.findings)
                }
            }
        case .decoded(let pixels):
            guard let decoded = decoders[encoding], let pixelwise else { return }
            for (position, chunk) in chunks.enumerated() {
                done(position) { factor in
                    let frame = try decoded.decode(chunk)
                    let result = try pixelwise.reduction.reduce(
                        frame, type: plan.format.pixelType, saturation: pixels.saturation.map { Double($0) },
                        frameFactor: factor)
                    let regions = try plan.regions.map {
                        try RegionReference.sums(frame, format: plan.format, request: $0, saturation: pixels.saturation)
                    }
                    let findings = FrameFindings(
                        regions: regions ?? [], statistics: try plan.measurement?.measure(frame, plan.format),
                        clippedPixels: pixels.clipping == nil ? nil : result.clippedPixels)
                    return (result.sums, findings)
                }
            }
        }
    }
}

/// Frames decoded as a whole, into memory that is used again.
final class DecodedFrames {
    private var decoder: ChunkDecoder
    private let pixels: UnsafeMutableRawBufferPointer

    init(_ format: FrameFormat, _ encoding: ChunkEncoding) throws(FrameError) {
        decoder = try ChunkDecoder(format: format, encoding: encoding)
        pixels = .allocate(byteCount: format.byteCount, alignment: 64)
    }

    deinit { pixels.deallocate() }

    /// The pixels are good until the next call.
    func decode(_ chunk: UnsafeRawBufferPointer) throws(FrameError) -> UnsafeRawBufferPointer {
        try decoder.decode(chunk, into: pixels)
        return UnsafeRawBufferPointer(pixels)
    }
}

extension AzimuthalSums {
    var findings: FrameFindings { FrameFindings(regions: regions ?? [], statistics: statistics) }
}

extension SplitSums {
    var findings: FrameFindings { FrameFindings(regions: regions ?? [], statistics: statistics) }
}

extension Diagnosed {
    /// What went wrong, where, with what: for the row of a frame. What to do next is for the one who reads them all.
    var sentence: String {
        let facts = [got.map { "got \($0)" }, expected.map { "expected \($0)" }].compactMap(\.self).joined(separator: ", ")
        return what + (place.map { " (\($0))" } ?? "") + (facts.isEmpty ? "" : ": " + facts)
    }
}
