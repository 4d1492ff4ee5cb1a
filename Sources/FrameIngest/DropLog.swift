/// Images that were thrown away since the last message that was kept: what the next `.dropped` notices will say, one a series.
struct DropLog {
    private var burst: [DroppedFrames] = []

    var isEmpty: Bool { burst.isEmpty }

    mutating func append(series: Int64, frame: Int64, bytes: Int) {
        if burst.last?.series != series { burst.append(DroppedFrames(series: series)) }
        burst[burst.count - 1].append(frame: frame, bytes: bytes)
    }

    /// The burst, which is over.
    mutating func take() -> [DroppedFrames] {
        defer { burst.removeAll(keepingCapacity: true) }
        return burst
    }
}
