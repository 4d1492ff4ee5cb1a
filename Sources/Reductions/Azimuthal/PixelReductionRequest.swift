import Frames
import ScatteringGeometry

/// All that the tables of a reduction depend on.
package struct PixelReductionRequest: Sendable, Equatable {
    package let geometry: DetectorGeometry
    package let bins: BinSettings
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
        geometry: DetectorGeometry, bins: BinSettings, azimuthal: AzimuthalBins?, selection: AzimuthalSelection,
        splitting: PixelSplitting, isMasked: [Bool], corrections: PixelCorrections, errors: ErrorModel,
        clipping: ClippingSettings?, format: FrameFormat, saturation: UInt32?
    ) {
        self.geometry = geometry
        self.bins = bins
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

    var binCount: Int { bins.count * (azimuthal?.count ?? 1) }

    /// The radial axis; where its range is not given, that of the pixels is found.
    /// - Throws: as `RadialBins`.
    func radialBins() throws(GeometryError) -> RadialBins {
        if let from = bins.from, let to = bins.to { return try radialBins(from: from, to: to) }
        let covered = try RadialBins(
            unit: bins.unit, count: bins.count, covering: geometry, mask: isMasked, splitting: splitting, spacing: bins.spacing,
            ends: bins.ends)
        guard bins.from != nil || bins.to != nil else { return covered }
        return try radialBins(from: bins.from ?? covered.lower, to: bins.to ?? covered.upper)
    }

    /// - Throws: as `RadialBins`.
    func radialBins(from lower: Double, to upper: Double) throws(GeometryError) -> RadialBins {
        try RadialBins(
            unit: bins.unit, count: bins.count, from: lower, to: upper, spacing: bins.spacing, ends: bins.ends)
    }

    /// How the pixels are shared by the bins.
    /// - Throws: as `splitMatrix`.
    func matrix(_ radial: RadialBins) throws(GeometryError) -> SplitMatrix {
        try geometry.splitMatrix(splitting, radial: radial, azimuthal: azimuthal, selection: selection, mask: isMasked)
    }
}
