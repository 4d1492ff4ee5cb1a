import Diagnostics

/// The shape of one frame: `[slow, fast]`, as HDF5 and NeXus order axes; the fast axis is contiguous in memory.
public struct FrameShape: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Rows.
    public let slow: Int
    /// Pixels a row.
    public let fast: Int

    /// The longest side that a frame may have; the largest detectors of 2026 have about 4,400 pixels a side.
    public static let maximumSide = 65_536

    /// - Throws: `shapeOutOfRange` when a side is not in 1…65,536.
    public init(slow: Int, fast: Int) throws(FrameError) {
        guard (1...Self.maximumSide).contains(slow), (1...Self.maximumSide).contains(fast) else {
            throw FrameError(
                .shapeOutOfRange, "a frame has a side that no detector has", got: "\(slow) x \(fast) (slow x fast)",
                expected: "1 to \(Self.maximumSide) pixels a side")
        }
        self.slow = slow
        self.fast = fast
    }

    private enum CodingKeys: String, CodingKey { case slow, fast }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            slow: container.decode(Int.self, forKey: .slow), fast: container.decode(Int.self, forKey: .fast))
    }

    public var pixelCount: Int { slow * fast }

    /// `slow x fast`, as in "4362 x 4148".
    public var description: String { "\(slow) x \(fast)" }
}
