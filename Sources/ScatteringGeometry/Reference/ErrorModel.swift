/// Where the variance of a pixel comes from.
public enum ErrorModel: Sendable, Equatable {
    /// None: sums of variance stay 0.
    case none
    /// max(1, counts): what pyFAI does in all its engines. Where most pixels are empty it says far more than there is (a frame of zeros
    /// has variance 1 a pixel).
    case poisson
    /// counts.
    case poissonExact
    /// Given for each pixel, `[slow, fast]`, in counts².
    case given([Double])
    /// From the spread of the pixels of a bin around its mean, in two passes: Σ c² norm² (signal/norm - I)².
    case azimuthal
    /// `azimuthal` while outliers are clipped, `poisson` for the result. Without clipping it is `poisson`.
    case hybrid

    /// The name that outputs carry.
    public var name: String {
        switch self {
        case .none: "none"
        case .poisson: "poisson"
        case .poissonExact: "poisson-exact"
        case .given: "variance"
        case .azimuthal: "azimuthal"
        case .hybrid: "hybrid"
        }
    }
}
