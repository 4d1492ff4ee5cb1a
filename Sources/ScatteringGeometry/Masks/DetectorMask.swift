import Diagnostics

/// The pixels of a detector that take no part: gathered from arrays of files and from regions that somebody drew.
///
/// A pixel that any of them masks is masked.
public struct DetectorMask: Hashable, Sendable {
    public let shape: DetectorShape
    /// `[slow, fast]`: true is masked, as the reductions of this target take it.
    public private(set) var isMasked: [Bool]

    /// What the values of an array mean.
    public enum Convention: String, Sendable, CaseIterable {
        /// 0 is a good pixel, everything else is masked, as in Fit2D and pyFAI.
        case nonZeroIsMasked
        /// 0 is masked, everything else is a good pixel: "1 = good".
        case zeroIsMasked
        /// Bits of NXdetector's `pixel_mask`: any of them masks but bit 31, which says that the detector interpolated the pixel.
        case nexusBits
    }

    /// The bits of a NeXus pixel mask that make a pixel no measurement: all 32 but the last (NeXus definitions, NXdetector).
    static let nexusInvalidBits: Int64 = 0x7FFF_FFFF

    /// No pixel is masked.
    public init(shape: DetectorShape) {
        self.shape = shape
        isMasked = [Bool](repeating: false, count: shape.pixelCount)
    }

    public var maskedCount: Int { isMasked.reduce(0) { $0 + ($1 ? 1 : 0) } }

    /// Masks what an array of truth values marks (see ``Convention``; of truth values, 1 is true).
    ///
    /// - Parameters:
    ///   - nonZero: `[slow, fast]`, one value a pixel.
    ///   - arrayShape: the array's own axes, as its file has them.
    ///   - name: the array's file, for messages.
    /// - Throws: `shapeMismatch`; `notSupported` for ``Convention/nexusBits``, which truth values do not have.
    public mutating func add(
        nonZero: [Bool], arrayShape: [Int], named name: String, convention: Convention = .nonZeroIsMasked
    ) throws(GeometryError) {
        try require(arrayShape, count: nonZero.count, named: name)
        let masked: Bool
        switch convention {
        case .nonZeroIsMasked: masked = true
        case .zeroIsMasked: masked = false
        case .nexusBits:
            throw GeometryError(
                .notSupported, "A NeXus pixel mask has bits, and the array has truth values", at: String(name.printable),
                expected: "integers")
        }
        for pixel in nonZero.indices where nonZero[pixel] == masked { isMasked[pixel] = true }
    }

    /// As ``add(nonZero:arrayShape:named:convention:)``, of integers.
    /// - Throws: `shapeMismatch`; `outOfRange` when a value of NeXus bits has none of 32 bits (a negative one of 32 bits is read by its bits).
    public mutating func add(
        values: [Int64], arrayShape: [Int], named name: String, convention: Convention
    ) throws(GeometryError) {
        guard convention == .nexusBits else {
            return try add(nonZero: values.map { $0 != 0 }, arrayShape: arrayShape, named: name, convention: convention)
        }
        try require(arrayShape, count: values.count, named: name)
        let bits = Int64(Int32.min)...Int64(UInt32.max)
        if let odd = values.firstIndex(where: { !bits.contains($0) }) {
            throw GeometryError(
                .outOfRange, "A value of the pixel mask has more than the 32 bits of a NeXus mask", at: String(name.printable),
                got: "\(values[odd]) at \(odd / shape.fast), \(odd % shape.fast) (slow, fast)")
        }
        for pixel in values.indices where values[pixel] & Self.nexusInvalidBits != 0 { isMasked[pixel] = true }
    }

    /// Masks what another mask of the same detector masks.
    /// - Throws: `shapeMismatch`.
    public mutating func add(_ other: DetectorMask) throws(GeometryError) {
        try add(nonZero: other.isMasked, arrayShape: [other.shape.slow, other.shape.fast], named: "the other mask")
    }

    /// Masks the pixels whose centres are inside a region, or with `outside` all others.
    ///
    /// - Returns: how many pixels have their centre inside: 0 may be worth a warning.
    @discardableResult
    public mutating func add(_ region: MaskRegion, outside: Bool = false) -> Int {
        var inside = 0
        var isInside = [Bool](repeating: false, count: shape.fast)
        for slow in 0..<shape.slow {
            for fast in 0..<shape.fast { isInside[fast] = false }
            region.forEachRun(inRow: slow, width: shape.fast) { run in
                for fast in run { isInside[fast] = true }
            }
            for fast in 0..<shape.fast {
                inside += isInside[fast] ? 1 : 0
                if isInside[fast] != outside { isMasked[slow * shape.fast + fast] = true }
            }
        }
        return inside
    }

    private func require(_ arrayShape: [Int], count: Int, named name: String) throws(GeometryError) {
        let axes = arrayShape.map(String.init).joined(separator: " x ")
        guard arrayShape == [shape.slow, shape.fast], count == shape.pixelCount else {
            let isTransposed = arrayShape == [shape.fast, shape.slow]
            throw GeometryError(
                .shapeMismatch, "The mask has another shape than the detector", at: String(name.printable),
                got: "\(axes) (slow x fast)\(count == arrayShape.reduce(1, *) ? "" : ", \(count) values")",
                expected: "\(shape), the detector's",
                remedy: isTransposed ? "Rows and columns are exchanged: transpose the mask" : "Name the mask of this detector")
        }
    }
}
