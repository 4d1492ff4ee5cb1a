/// The beginning of a series: what the detector says of itself and of what it is going to do.
public struct StartMessage: Sendable {
    public internal(set) var version: StreamVersion
    public internal(set) var seriesID: Int64
    /// V2 `series_unique_id`; nil in V1.
    public internal(set) var uniqueID: String?
    /// V1 `header_detail`: none, basic or all; nil in V2, which does not say.
    public internal(set) var headerDetail: String?
    /// What we know the meaning of, with units; nil = the stream did not say.
    public internal(set) var settings = DetectorSettings()
    /// Names of the channels in their order; empty in V1.
    public internal(set) var channels: [String] = []
    /// uint32, NeXus bits, (slow, fast); one per channel that has one. May be cut: see ``ArrayDescription/isCut``.
    public internal(set) var pixelMasks: [ChannelArray] = []
    /// float32, (slow, fast); one per channel that has one. May be cut.
    public internal(set) var flatFields: [ChannelArray] = []
    /// V1: float32 (N, 2), pairs of measured and corrected rate. V2: corrected counts by measured count, rank 1.
    public internal(set) var countrateTable: ArrayDescription?
    /// V1 `header_appendix`, V2 `user_data`.
    public internal(set) var appendix: Appendix?
    /// What is odd about this message but did not stop it, as sentences for the log and the run's record.
    public internal(set) var notes: [String] = []
    /// The whole header, unknown keys too, in its order; arrays and long byte strings as places in the message.
    public internal(set) var original: WireValue = .null

    init(version: StreamVersion, seriesID: Int64) {
        self.version = version
        self.seriesID = seriesID
    }
}

/// An array that belongs to one channel.
public struct ChannelArray: Sendable, Equatable {
    /// nil in V1, which has one channel without a name.
    public let channel: String?
    public let array: ArrayDescription

    public init(channel: String?, array: ArrayDescription) {
        self.channel = channel
        self.array = array
    }
}

/// What the user gave the detector to send along.
public enum Appendix: Sendable, Equatable {
    case text(String)
    /// V1, when it is not UTF-8.
    case bytes([UInt8])
    /// V2, when it is not a text.
    case value(WireValue)

    /// The text, or a value as JSON text; nil for bytes.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .bytes: nil
        case .value(let value): value.json()
        }
    }
}
