import Diagnostics

/// Which pixels are no measurement, and why: one 32-bit word a pixel, bits as NeXus `NXdetector/pixel_mask` has them.
public struct PixelMask: Sendable, Equatable {
    /// Reasons; a pixel may have several (NeXus definitions, NXdetector, `pixel_mask`).
    public struct Reason: OptionSet, Sendable, Hashable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let gap = Reason(rawValue: 1 << 0)
        public static let dead = Reason(rawValue: 1 << 1)
        public static let underResponding = Reason(rawValue: 1 << 2)
        public static let overResponding = Reason(rawValue: 1 << 3)
        public static let noisy = Reason(rawValue: 1 << 4)
        public static let problemCluster = Reason(rawValue: 1 << 6)
        public static let user = Reason(rawValue: 1 << 8)
        /// Interpolated by the detector; a measurement of its neighbours, and valid unless other bits are set.
        public static let virtualPixel = Reason(rawValue: 1 << 31)
    }

    public let shape: FrameShape
    /// `[slow, fast]`, one word a pixel; 0 is a good pixel.
    public let bits: [UInt32]

    /// - Throws: `formatMismatch` when the number of words is not that of the shape.
    public init(shape: FrameShape, bits: [UInt32]) throws(FrameError) {
        guard bits.count == shape.pixelCount else {
            throw FrameError(
                .formatMismatch, "a pixel mask has another size than its frame", got: "\(bits.count) pixels",
                expected: "\(shape.pixelCount) for \(shape)")
        }
        self.shape = shape
        self.bits = bits
    }

    public func reasons(slow: Int, fast: Int) -> Reason { Reason(rawValue: bits[slow * shape.fast + fast]) }

    /// Pixels with any bit but `virtualPixel`.
    public var maskedCount: Int { bits.reduce(0) { $0 + ($1 & Self.invalidBits != 0 ? 1 : 0) } }

    /// The bits that make a pixel no measurement: all but `virtualPixel`.
    public static let invalidBits: UInt32 = ~Reason.virtualPixel.rawValue
}
