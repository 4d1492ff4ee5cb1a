import Frames
import ScatteringGeometry
import Synchronization

/// All that the tables of a reduction depend on.
struct PixelReductionRequest: Sendable, Equatable {
    let geometry: DetectorGeometry
    let radial: RadialBins
    let azimuthal: AzimuthalBins?
    let selection: AzimuthalSelection
    let splitting: PixelSplitting
    /// `[slow, fast]`.
    let isMasked: [Bool]
    let corrections: PixelCorrections
    let errors: ErrorModel
    let clipping: ClippingSettings?
    let format: FrameFormat
    let saturation: UInt32?
}

/// The tables of the last reduction, for the next one of the same detector in the same place: runs of one session seldom differ in anything
/// but their frames, and a matrix of split pixels takes a second.
///
/// All that they depend on is compared, value by value. Nothing is kept on disk: a command makes its first table anew.
public final class PixelReductionCache: Sendable {
    private let last = Mutex<(request: PixelReductionRequest, reduction: PixelReduction)?>(nil)
    private let reused = Atomic<Int>(0)

    public init() {}

    /// How often tables were there already.
    public var hits: Int { reused.load(ordering: .relaxed) }

    func reduction(for request: PixelReductionRequest) throws(GeometryError) -> PixelReduction {
        if let kept = last.withLock({ $0 }), kept.request == request {
            reused.add(1, ordering: .relaxed)
            return kept.reduction
        }
        let made = try PixelReduction(request)
        last.withLock { $0 = (request, made) }
        return made
    }
}
