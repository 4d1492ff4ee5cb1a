/// Frames of one series that were received and thrown away because there was no room for them.
public struct DroppedFrames: Sendable, Equatable, CustomStringConvertible {
    public let series: Int64
    /// Their numbers in the order in which they came: a frame that follows its predecessor lengthens the range.
    public private(set) var ranges: [ClosedRange<Int64>] = []
    /// Frames in `ranges` and those that `unnamed` counts.
    public private(set) var count = 0
    /// Bytes of their messages.
    public private(set) var bytes = 0
    /// Frames whose numbers did not fit into `ranges`.
    public private(set) var unnamed = 0

    /// Ranges that are kept at most. They end with every message that is kept, so that one burst is one range unless frames come out of order.
    public static let maximumRanges = 4096

    public init(series: Int64) {
        self.series = series
    }

    public mutating func append(frame: Int64, bytes: Int) {
        count += 1
        self.bytes += bytes
        if let last = ranges.last, last.upperBound < .max, frame == last.upperBound + 1 {
            ranges[ranges.count - 1] = last.lowerBound...frame
        } else if ranges.count < Self.maximumRanges {
            ranges.append(frame...frame)
        } else {
            unnamed += 1
        }
    }

    public var description: String {
        let named = ranges.prefix(8).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
        let rest = ranges.count > 8 || unnamed > 0 ? ", …" : ""
        return "no room for \(count) frame(s) of series \(series), thrown away as asked: \(named.joined(separator: ", "))\(rest)"
    }
}
