import Diagnostics

/// The bin of each pixel when pixels are not split: what a kernel of full rate looks up.
///
/// `Index` is UInt16 for up to 65,535 bins, and UInt32 for maps.
public struct PixelBins<Index: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable, Equatable {
    public let shape: DetectorShape
    /// Bins that count; of a map azimuthal × radial, the radial index fastest.
    public let binCount: Int
    /// `[slow, fast]`. Masked pixels and those outside the range have the index `binCount`: one more bin, to be thrown away.
    public let indices: [Index]

    @usableFromInline
    init(shape: DetectorShape, binCount: Int, indices: [Index]) {
        self.shape = shape
        self.binCount = binCount
        self.indices = indices
    }

    /// Pixels that are in a bin.
    public var assignedCount: Int { indices.reduce(0) { $0 + (Int($1) < binCount ? 1 : 0) } }
}

extension DetectorGeometry {
    /// The bin of each pixel by its centre.
    ///
    /// - Parameters:
    ///   - azimuthal: nil for a curve; with bins, those of a map: index = azimuthal × radial count + radial.
    ///   - mask: `[slow, fast]`, true for pixels that are no measurement.
    /// - Throws: `wavelengthMissing`, `shapeMismatch` (mask), `tooLarge` when `Index` cannot count the bins and the one for outside.
    /// - Complexity: O(pixels); 4.5 million take a tenth of a second for a curve in q, a quarter where azimuths are needed.
    @inlinable
    public func pixelBins<Index: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ type: Index.Type = UInt16.self, radial: RadialBins, azimuthal: AzimuthalBins? = nil,
        selection: AzimuthalSelection = .all,
        mask: [Bool]? = nil
    ) throws(GeometryError) -> PixelBins<Index> {
        let binCount = try binCount(radial, azimuthal, Int(clamping: Index.max))
        // Specialised where it is called; everything else is compiled once, for 32 bits.
        let indices = try binNumbers(radial, azimuthal, selection, mask).map { Index(truncatingIfNeeded: $0) }
        return PixelBins(shape: shape, binCount: binCount, indices: indices)
    }

    @usableFromInline
    func binCount(_ radial: RadialBins, _ azimuthal: AzimuthalBins?, _ largest: Int) throws(GeometryError) -> Int {
        let count = try BinCells.count(radial, azimuthal)
        guard count <= largest else {
            throw GeometryError(
                .tooLarge, "There are more bins than the type of the indices can count", got: "\(count)",
                expected: "\(largest) at most", remedy: "Use UInt32")
        }
        return count
    }

    /// As `pixelBins`.
    @usableFromInline
    func binNumbers(
        _ radial: RadialBins, _ azimuthal: AzimuthalBins?, _ selection: AzimuthalSelection, _ mask: [Bool]?
    ) throws(GeometryError) -> [UInt32] {
        let outside = UInt32(truncatingIfNeeded: try BinCells.count(radial, azimuthal))
        if let mask { try shape.require(mask.count, of: "mask") }
        let scale = try RadialScale(radial.unit, wavelength: wavelength)
        let needsAzimuth = azimuthal != nil || selection != .all
        var numbers = [UInt32](repeating: outside, count: shape.pixelCount)
        var row = LabRow(count: shape.fast)
        var values = [Double](repeating: 0, count: shape.fast)
        var azimuths = values
        for slow in 0..<shape.slow {
            fillCentres(of: slow, &row)
            scale.fill(&values, row)
            if needsAzimuth { Self.fillAzimuths(row, &azimuths) }
            let first = slow * shape.fast
            for fast in 0..<shape.fast {
                guard var bin = radial.bin(of: values[fast]) else { continue }
                if let mask, mask[first + fast] { continue }
                if needsAzimuth {
                    guard selection.contains(radial: values[fast], chi_rad: azimuths[fast]) else { continue }
                    if let azimuthal {
                        guard let sector = azimuthal.bin(of: azimuths[fast]) else { continue }
                        bin += sector * radial.count
                    }
                }
                numbers[first + fast] = UInt32(truncatingIfNeeded: bin)
            }
        }
        return numbers
    }
}

/// The cells of a curve or a map.
enum BinCells {
    /// 67 million: a map of 512 MiB a sum.
    static let maximumCount = 1 << 26

    /// - Throws: `tooLarge`.
    static func count(_ radial: RadialBins, _ azimuthal: AzimuthalBins?) throws(GeometryError) -> Int {
        let count = radial.count * (azimuthal?.count ?? 1)
        guard count <= maximumCount else {
            throw GeometryError(
                .tooLarge, "The map has too many cells", got: "\(radial.count) x \(azimuthal?.count ?? 1)",
                expected: "\(maximumCount) at most")
        }
        return count
    }
}
