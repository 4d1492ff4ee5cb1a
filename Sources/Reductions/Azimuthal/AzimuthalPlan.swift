import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// What is the same for all frames of a reduction: where the pixels are, which count, in which bins, and what they are divided by.
///
/// Made once; reading files and computing the table of bins takes a few tenths of a second for 4.5 million pixels, a second with splitting, and
/// less where a ``TableStore`` has the tables.
public struct AzimuthalPlan: Sendable {
    public let configuration: AzimuthalConfiguration
    public let format: FrameFormat
    public let geometry: DetectorGeometry
    public let radial: RadialBins
    /// nil for a curve.
    public let azimuthal: AzimuthalBins?
    /// Values above it are no measurements, in counts.
    public let saturation: UInt32?
    /// One factor a frame: transmission × monitor.
    public let frameFactors: FrameFactors
    /// What was done to the counts, in words with their values.
    public let corrections: [String]
    /// What a reader of the result should know of its making.
    public let notes: [String]
    /// Pixels that are no measurement in any frame.
    public let maskedPixelCount: Int
    /// Regions of interest, without pixels that are no measurement in any frame; nil without any.
    public let regions: RegionsRequest?
    /// What each frame is measured by, where that was asked for.
    let measurement: FrameMeasurement?
    let errors: ErrorModel
    let reduction: PixelReduction

    /// Bins of a result: radial ones, times azimuthal ones of a map.
    public var binCount: Int { radial.count * (azimuthal?.count ?? 1) }

    /// - Parameter measuring: whether frames are measured too (sum, maximum, zeros); of frames of floats and of 64 bits they never are.
    /// - Throws: `inputMissing`, `inputInvalid`, `geometryInvalid`, `notSupported`.
    public init(
        _ configuration: AzimuthalConfiguration, for store: FrameStore, measuring: Bool = false,
        cache: PixelReductionCache = PixelReductionCache()
    ) throws(ReductionError) {
        try self.init(
            configuration, format: store.format, input: store.path, frameCount: store.frameCount, measuring: measuring,
            cache: cache)
    }

    /// Whether frames are measured.
    public var measuresFrames: Bool { measurement != nil }

    /// - Parameters:
    ///   - input: the NeXus file that says what the detector is.
    ///   - frameCount: frames that a monitor must have values for; nil: not known yet.
    ///   - measuring: as for the other.
    ///   - cache: tables of an earlier plan.
    /// - Throws: as the other.
    public init(
        _ configuration: AzimuthalConfiguration, format: FrameFormat, input: String, frameCount: Int?, measuring: Bool = false,
        cache: PixelReductionCache = PixelReductionCache()
    ) throws(ReductionError) {
        let told = try DetectorFacts(configuration, input: input)
        let geometry = try told.geometry(configuration.geometry, shape: format.shape)
        let saturation = configuration.mask.saturation ?? told.saturation
        let mask = try PixelExclusion(configuration.mask, detectorMask: told.pixelMask(format.shape), shape: format.shape)
        let corrections = try PixelCorrections(configuration.corrections, geometry: geometry, shape: format.shape)
        // A pixel that cannot be normalised is no measurement: it has no share in the range of the bins either.
        let isMasked = corrections.isUsable.map { usable in zip(mask.isMasked, usable).map { $0 || !$1 } } ?? mask.isMasked
        let masked = isMasked.reduce(0) { $0 + ($1 ? 1 : 0) }
        regions = try Self.regions(configuration, format, isMasked)
        do throws(FrameError) {
            measurement = measuring ? try FrameMeasurement(format, isMasked: isMasked, saturation: saturation) : nil
        } catch {
            throw ReductionError(.notSupported, error, at: input)
        }
        errors = try configuration.errors.errorModel(format.shape)
        do throws(GeometryError) {
            let binned = try cache.reduction(
                for: PixelReductionRequest(
                    geometry: geometry, bins: configuration.bins, azimuthal: configuration.cake,
                    selection: configuration.selection, splitting: configuration.splitting, isMasked: isMasked,
                    corrections: corrections, errors: errors, clipping: configuration.clipping, format: format,
                    saturation: saturation))
            (radial, reduction) = (binned.radial, binned.reduction)
        } catch {
            throw ReductionError(.geometryInvalid, error, at: configuration.file)
        }
        self.configuration = configuration
        self.format = format
        self.geometry = geometry
        self.saturation = saturation
        azimuthal = configuration.cake
        frameFactors = try FrameFactors(configuration.corrections, input: input, frameCount: frameCount)
        self.corrections = corrections.words + frameFactors.words + mask.words + configuration.selectionWords
        notes = told.notes + mask.notes
        maskedPixelCount = masked
    }

    private static func regions(
        _ configuration: AzimuthalConfiguration, _ format: FrameFormat, _ isMasked: [Bool]
    ) throws(ReductionError) -> RegionsRequest? {
        guard !configuration.regions.isEmpty else { return nil }
        guard !format.pixelType.isFloat, format.pixelType.byteCount <= 4 else {
            throw ReductionError(
                .notSupported, "Regions of interest are exact sums of counts", at: "\(configuration.file), regions",
                got: format.pixelType.rawValue, expected: "frames of integers of 1, 2 or 4 bytes",
                remedy: "Leave out `regions` for these frames")
        }
        do throws(FrameError) {
            var regions: [PixelRegion] = []
            for region in configuration.regions {
                regions.append(
                    try PixelRegion(
                        region.name, rectangles: [.init(slow: region.slow, fast: region.fast)], in: format.shape))
            }
            return try RegionsRequest(regions, valid: ValidityBits(isMasked.map { !$0 }))
        } catch {
            throw ReductionError(
                .inputInvalid, error.what, at: [configuration.file, error.place].compactMap(\.self).joined(separator: ", "),
                got: error.got, expected: error.expected, remedy: error.remedy)
        }
    }
}
