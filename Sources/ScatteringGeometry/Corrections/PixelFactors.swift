import Diagnostics
import Synchronization

/// What the counts of each pixel are divided by, computed when somebody first asks for the values.
///
/// Where sums over all pixels are known already, only a frame that excludes pixels of its own needs them: 4.5 million take 50 ms and 36 MB.
public final class PixelFactors: Sendable {
    /// What the values are made of; two of the same source have the same values.
    public enum Source: Sendable, Equatable {
        /// `[slow, fast]`.
        case values([Double])
        case normalisation(PixelNormalisation, of: DetectorGeometry)
    }

    public let source: Source
    /// Pixels.
    public let count: Int
    private let made: Mutex<[Double]?>

    /// - Parameter values: `[slow, fast]`.
    public init(_ values: [Double]) {
        source = .values(values)
        count = values.count
        made = Mutex(values)
    }

    /// - Throws: `shapeMismatch` when the flat field has another size.
    public init(_ normalisation: PixelNormalisation, of geometry: DetectorGeometry) throws(GeometryError) {
        try normalisation.require(geometry.shape)
        source = .normalisation(normalisation, of: geometry)
        count = geometry.shape.pixelCount
        made = Mutex(nil)
    }

    /// `[slow, fast]`. Who asks while another computes waits for it.
    public var values: [Double] {
        made.withLock { made in
            if let made { return made }
            let values =
                switch source {
                case .values(let values): values
                case .normalisation(let normalisation, let geometry): normalisation.checkedFactors(geometry)
                }
            made = values
            return values
        }
    }

    /// Whether nobody has to wait for the values any more.
    package var areMade: Bool { made.withLock { $0 != nil } }
}

extension PixelFactors: Equatable {
    public static func == (one: PixelFactors, other: PixelFactors) -> Bool { one === other || one.source == other.source }
}
