/// A message of either stream version.
public enum StreamMessage: Sendable {
    /// The detector was armed: the series begins.
    indirect case start(StartMessage)
    /// One exposure.
    case image(ImageMessage)
    /// The series ended, was cancelled or aborted: the wire does not say which.
    case end(EndMessage)
    /// A well-formed message of a kind that carries no frames: `calibration` and `metadata` of Jungfraujoch, or a kind still to be invented.
    case other(type: String)
}

/// The end of a series. It has no count and no reason, and may be read before the last images when several pullers share a stream.
public struct EndMessage: Sendable, Equatable {
    public let seriesID: Int64
    /// V2 `series_unique_id`; nil in V1.
    public let uniqueID: String?
    /// Keys that we do not know.
    public let skippedKeys: Int
}
