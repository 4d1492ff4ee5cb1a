import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

extension ErrorSettings {
    /// The model that kernels know; reads the file of a given variance.
    /// - Throws: `inputMissing`, `inputInvalid`.
    func errorModel(_ shape: FrameShape) throws(ReductionError) -> ErrorModel {
        switch model {
        case .none: .none
        case .poisson: .poisson
        case .poissonExact: .poissonExact
        case .azimuthal: .azimuthal
        case .hybrid: .hybrid
        case .variance:
            try variance.map { source throws(ReductionError) in .given(try source.pixels(of: shape, "variance")) } ?? .none
        }
    }
}
