import DetectorWire
import RunModel

/// When each frame was taken and received: four growing columns, indexed by frame number.
///
/// The detector's times are nanoseconds since the start of the series (V2) or since an origin of the detector's own (V1), so only
/// their differences mean something; the time of receipt is ours, nanoseconds since 1970-01-01 UTC.
public struct FrameTimes: Sendable {
    /// Stands for a time that was not given, or that does not fit 64 bits of nanoseconds.
    public static let unknown = Int64.min

    public private(set) var start_ns: [Int64] = []
    public private(set) var stop_ns: [Int64] = []
    public private(set) var real_ns: [Int64] = []
    public private(set) var received_ns: [Int64] = []
    private var earliest_ns = Int64.max
    private var latest_ns = Int64.min

    public init(expectedFrames: Int) {
        let room = min(max(expectedFrames, 0), 1_000_000)
        start_ns.reserveCapacity(room)
        stop_ns.reserveCapacity(room)
        real_ns.reserveCapacity(room)
        received_ns.reserveCapacity(room)
    }

    mutating func record(frame: Int, image: ImageMessage, received_ns received: Int64) {
        grow(to: frame + 1)
        start_ns[frame] = image.startTime?.nanoseconds ?? Self.unknown
        stop_ns[frame] = image.stopTime?.nanoseconds ?? Self.unknown
        real_ns[frame] = image.realTime?.nanoseconds ?? Self.unknown
        received_ns[frame] = received
        earliest_ns = min(earliest_ns, received)
        latest_ns = max(latest_ns, received)
    }

    /// Takes over a time of receipt from a ledger (recovery): the detector's own times are not in it.
    mutating func adopt(frame: Int, received_ns received: Int64) {
        grow(to: frame + 1)
        received_ns[frame] = received
        earliest_ns = min(earliest_ns, received)
        latest_ns = max(latest_ns, received)
    }

    mutating func grow(to count: Int) {
        let more = count - start_ns.count
        guard more > 0 else { return }
        start_ns.append(contentsOf: repeatElement(Self.unknown, count: more))
        stop_ns.append(contentsOf: repeatElement(Self.unknown, count: more))
        real_ns.append(contentsOf: repeatElement(Self.unknown, count: more))
        received_ns.append(contentsOf: repeatElement(Self.unknown, count: more))
    }

    /// A column in seconds, NaN where a time is unknown; nil when the whole column is.
    public func seconds(_ column: [Int64]) -> [Double]? {
        guard column.contains(where: { $0 != Self.unknown }) else { return nil }
        return column.map { $0 == Self.unknown ? .nan : Double($0) / 1e9 }
    }

    /// When the first and the last frame came, by our clock.
    public var firstReceived: Timestamp? {
        earliest_ns == .max ? nil : Timestamp(unixNanoseconds: earliest_ns)
    }
    public var lastReceived: Timestamp? {
        latest_ns == .min ? nil : Timestamp(unixNanoseconds: latest_ns)
    }
}
