import ScatteringGeometry
import Synchronization

/// The tables of the last reduction, for the next one of the same detector in the same place: runs of one session seldom differ in anything
/// but their frames, and a matrix of split pixels takes a second.
///
/// All that they depend on is compared, value by value. Behind the tables of this process are those of a folder, by a digest.
public final class PixelReductionCache: Sendable {
    private let store: TableStore?
    private let last = Mutex<(request: PixelReductionRequest, binned: BinnedReduction)?>(nil)
    private let reused = Atomic<Int>(0)

    /// - Parameter store: tables of other commands; nil: this process makes its first ones anew.
    public init(_ store: TableStore? = nil) { self.store = store }

    /// How often tables were there already, in this process.
    public var hits: Int { reused.load(ordering: .relaxed) }

    func reduction(for request: PixelReductionRequest) throws(GeometryError) -> BinnedReduction {
        if let kept = last.withLock({ $0 }), kept.request == request {
            reused.add(1, ordering: .relaxed)
            return kept.binned
        }
        let found = try stored(request)
        last.withLock { $0 = (request, found) }
        return found
    }

    private func stored(_ request: PixelReductionRequest) throws(GeometryError) -> BinnedReduction {
        guard let store, TableFile.isNative, request.isWorthKeeping else { return try BinnedReduction(request) }
        let digest = request.digest
        if let kept = store.reduction(for: request, digest: digest) { return kept }
        let made = try BinnedReduction(request)
        store.keep(made, for: request, digest: digest)
        return made
    }
}
