// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// What a player has sent.
public struct SimulationReport: Sendable, Equatable, Codable {
    /// Messages that were handed to ZeroMQ, of every kind.
    public internal(set) var messages = 0
    /// Image messages among them; damaged, repeated and foreign ones too.
    public internal(set) var frames = 0
    /// Bytes of all their parts.
    public internal(set) var bytes = 0
    /// Messages that nobody was there to take, or that the high-water mark left no room for.
    public internal(set) var dropped = 0
    /// Numbers of the images among them, as ranges `[first, last]`; of all series.
    public internal(set) var droppedFrames: [[Int]] = []
    /// From before the first message until after the last.
    public internal(set) var seconds = 0.0
    /// Whether the player was stopped before the end of its series.
    public internal(set) var isStopped = false

    /// Frames a second; 0 before the first.
    public var rate_Hz: Double { seconds > 0 ? Double(frames) / seconds : 0 }

    public init() {}

    mutating func dropFrame(_ frame: Int) {
        if let last = droppedFrames.last, last[1] + 1 == frame {
            droppedFrames[droppedFrames.count - 1][1] = frame
        } else {
            droppedFrames.append([frame, frame])
        }
    }
}

/// How far a player is; for a progress line.
public struct SimulationProgress: Sendable, Equatable {
    public let report: SimulationReport
    /// Frames of the whole series, faults included.
    public let totalFrames: Int
    /// Pullers that are connected.
    public let pullers: Int
}
