import Frames
import ScatteringGeometry

/// All that the tables of a reduction depend on.
package struct PixelReductionRequest: Sendable, Equatable {
    package let geometry: DetectorGeometry
    package let radial: RadialBins
    package let azimuthal: AzimuthalBins?
    package let selection: AzimuthalSelection
    package let splitting: PixelSplitting
    /// `[slow, fast]`.
    package let isMasked: [Bool]
    package let corrections: PixelCorrections
    package let errors: ErrorModel
    package let clipping: ClippingSettings?
    package let format: FrameFormat
    package let saturation: UInt32?

    package init(
        geometry: DetectorGeometry, radial: RadialBins, azimuthal: AzimuthalBins?, selection: AzimuthalSelection,
        splitting: PixelSplitting, isMasked: [Bool], corrections: PixelCorrections, errors: ErrorModel,
        clipping: ClippingSettings?, format: FrameFormat, saturation: UInt32?
    ) {
        self.geometry = geometry
        self.radial = radial
        self.azimuthal = azimuthal
        self.selection = selection
        self.splitting = splitting
        self.isMasked = isMasked
        self.corrections = corrections
        self.errors = errors
        self.clipping = clipping
        self.format = format
        self.saturation = saturation
    }
}

extension PixelReductionRequest {
    /// Which kernels reduce the frames.
    enum Way: UInt32, Sendable {
        /// Each pixel in one bin, from compressed chunks.
        case whole = 1
        /// Split pixels, from compressed chunks.
        case split = 2
        /// From decoded frames.
        case decoded = 3
    }

    var way: Way {
        let isCounting = !format.pixelType.isFloat && format.pixelType.byteCount <= 4
        let isOneLook = errors == .none || errors == .poisson || errors == .poissonExact || errors == .hybrid
        guard isCounting, isOneLook, clipping == nil else { return .decoded }
        return splitting == .none ? .whole : .split
    }

    /// Whether reading tables takes clearly less time than making them. Not those of decoded frames without splitting: one entry a pixel is
    /// found as fast as read (4.5 million pixels, a curve in q: 50 ms against 20 ms from memory, 60 ms from a disk).
    var isWorthKeeping: Bool { way != .decoded || splitting != .none }

    var binCount: Int { radial.count * (azimuthal?.count ?? 1) }

    /// How the pixels are shared by the bins.
    /// - Throws: as `splitMatrix`.
    func matrix() throws(GeometryError) -> SplitMatrix {
        try geometry.splitMatrix(splitting, radial: radial, azimuthal: azimuthal, selection: selection, mask: isMasked)
    }
}
