// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import Frames

/// A pixel detector as the simulator needs it: modules in a grid with insensitive gaps between them, and what a header says of it.
///
/// Sizes are pixels, slow axis first. Sources: the vendors' data sheets; the sides follow from modules and gaps and are tested.
public struct DetectorModel: Sendable, Equatable {
    /// Which family's habits the frames follow.
    public enum Family: String, Sendable {
        /// Counts are unsigned; gaps and masked pixels hold the largest value of the type (DECTRIS SIMPLON API 1.8).
        case eiger
        /// Counts are signed; gaps hold -1, masked pixels -2.
        case pilatus
        /// Counts are signed; gaps and masked pixels hold the smallest value of the type; one channel "default" (Jungfraujoch).
        case jungfrau
    }

    /// The name on the command line.
    public let name: String
    /// What the header calls it.
    public let title: String
    public let family: Family
    /// Pixels of one module.
    public let moduleSlow: Int, moduleFast: Int
    /// Modules along each axis.
    public let modulesSlow: Int, modulesFast: Int
    /// Pixels between two modules.
    public let gapSlow: Int, gapFast: Int
    /// Metres, the same on both axes.
    public let pixelSize_m: Double
    /// Metres.
    public let sensorThickness_m: Double
    public let sensorMaterial: String
    /// The type of a pixel if the caller names none.
    public let pixelType: PixelType

    public var slow: Int { modulesSlow * moduleSlow + (modulesSlow - 1) * gapSlow }
    public var fast: Int { modulesFast * moduleFast + (modulesFast - 1) * gapFast }

    /// The shape of its frames.
    public func shape() throws(SimulationError) -> FrameShape {
        do {
            return try FrameShape(slow: slow, fast: fast)
        } catch {
            throw SimulationError(.nameUnknown, "no frame can have this shape", at: name, cause: error)
        }
    }

    /// Whether a row, or a column, lies between modules.
    static func isGap(_ index: Int, module: Int, gap: Int) -> Bool { index % (module + gap) >= module }

    /// The types that this family's frames can have.
    public var pixelTypes: [PixelType] {
        switch family {
        case .eiger: [.uint8, .uint16, .uint32]
        case .pilatus: [.int32]
        case .jungfrau: [.int16, .int32]
        }
    }

    /// What stands in a gap, and in a pixel that the detector's own mask excludes.
    func markers(_ type: PixelType) -> (gap: Int64, masked: Int64) {
        let bits = type.byteCount * 8
        return switch family {
        case .eiger: ((1 << bits) - 1, (1 << bits) - 1)
        case .pilatus: (-1, -2)
        case .jungfrau: (-(1 << (bits - 1)), -(1 << (bits - 1)))
        }
    }

    /// The largest value that is a count.
    public func saturation(_ type: PixelType) -> Int64 {
        let bits = type.byteCount * 8
        switch family {
        // The largest but one marks a bad pixel in older firmware: the counts end below it.
        case .eiger: return type == .uint32 ? 1_048_500 : (1 << bits) - 3
        case .pilatus: return 1_048_500
        case .jungfrau: return (1 << (bits - 1)) - 2
        }
    }
}
