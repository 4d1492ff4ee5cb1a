// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension NXmxDescription {
    /// A direction in the McStas frame: z along the beam, y up, x to the left seen along the beam.
    public struct Direction: Sendable, Equatable {
        public var x: Double
        public var y: Double
        public var z: Double

        public init(_ x: Double, _ y: Double, _ z: Double) {
            self.x = x
            self.y = y
            self.z = z
        }

        public var components: [Double] { [x, y, z] }

        /// An upright detector seen from the sample: the first pixel top left, rows to the right, downwards.
        public static let upright = (fast: Direction(-1, 0, 0), slow: Direction(0, -1, 0))
    }

    /// One motion of a goniometer or a detector arm.
    public struct Axis: Sendable {
        public enum Kind: String, Sendable {
            /// Values in degrees.
            case rotation
            /// Values in metres.
            case translation
        }

        /// Where the axis stands while the frames are taken.
        public enum Positions: Sendable {
            case fixed(Double)
            /// Frame i starts at `start + i × increment` and ends where the next starts.
            case scan(start: Double, increment: Double)
            /// As read back for each frame: where it starts, and where it ends if that was read too.
            case measured(starts: [Double], ends: [Double]?)
        }

        /// "omega", "chi", "phi", "kappa", "two_theta", …
        public var name: String
        public var kind: Kind
        /// Of a right-handed rotation, or of the motion; nil when only the name and the values are known.
        public var direction: Direction?
        /// Where the axis is mounted on the one that carries it.
        public var offset_m: Direction
        public var positions: Positions

        public init(
            name: String, kind: Kind = .rotation, direction: Direction?, offset_m: Direction = Direction(0, 0, 0),
            positions: Positions
        ) {
            self.name = name
            self.kind = kind
            self.direction = direction
            self.offset_m = offset_m
            self.positions = positions
        }

        var units: String { kind == .rotation ? "deg" : "m" }

        var moves: Bool {
            switch positions {
            case .fixed: false
            case .scan(_, let increment): increment != 0
            case .measured(let starts, _): starts.contains { $0 != starts.first }
            }
        }
    }
}

extension NXmxDescription.Axis {
    /// Start of each frame. `frames` values when the axis moves or `perFrame` asks for it, else one.
    ///
    /// A start is computed from the frame's number, not summed up, so that the last of a million frames is as exact as the
    /// first.
    func starts(frames: Int, perFrame: Bool) -> [Double] {
        let count = perFrame || moves ? max(frames, 1) : 1
        switch positions {
        case .fixed(let value): return [Double](repeating: value, count: count)
        case .scan(let start, let increment): return (0..<count).map { start + Double($0) * increment }
        case .measured(let starts, _): return starts
        }
    }

    /// End of each frame; nil when nothing moves or no end was read.
    func ends(frames: Int) -> [Double]? {
        switch positions {
        case .fixed: return nil
        case .scan(let start, let increment):
            return moves ? (0..<max(frames, 1)).map { start + Double($0 + 1) * increment } : nil
        case .measured(_, let ends): return ends
        }
    }

    /// What was asked of the motor for each frame; nil when the axis was not asked to move.
    var increment: Double? {
        if case .scan(_, let increment) = positions, moves { increment } else { nil }
    }
}
