/// One exposure: who it is, when it was, and where the bytes of each channel are. Fixed in size: decoding one allocates nothing.
///
/// All places are valid with the message that it was decoded from.
public struct ImageMessage: Sendable {
    /// One channel of an image.
    public struct Channel: Sendable, Equatable {
        /// `threshold_1`, `threshold_2`, `difference`, …; nil in V1, which has one channel without a name.
        public internal(set) var name: PayloadRange?
        public internal(set) var array: ArrayDescription
    }

    public internal(set) var seriesID: Int64
    /// Number of the frame in its series, from 0.
    public internal(set) var frame: Int64
    /// V2 `series_unique_id`, to compare with the start message; nil in V1.
    public internal(set) var uniqueID: PayloadRange?
    /// V2 `series_date`, RFC 3339 text that the times are relative to; nil when absent.
    public internal(set) var seriesDate: PayloadRange?
    /// Begin of the exposure; nil when absent or unreadable.
    public internal(set) var startTime: WireTime?
    public internal(set) var stopTime: WireTime?
    /// Length of the exposure.
    public internal(set) var realTime: WireTime?
    /// V1: the fifth part as it came. V2: `user_data`, one CBOR item as it came.
    public internal(set) var appendix: PayloadRange?
    /// Keys that we do not know and skipped (derived results of Jungfraujoch, say).
    public internal(set) var skippedKeys = 0
    /// Optional keys that we know, with a value of another type than documented: taken as absent.
    public internal(set) var unreadableFields = 0

    private var channels: InlineArray<8, Channel>
    /// Channels of this image, 1…8.
    public private(set) var channelCount = 0

    init(seriesID: Int64, frame: Int64) {
        self.seriesID = seriesID
        self.frame = frame
        channels = InlineArray(repeating: Channel(name: nil, array: .unused))
    }

    /// Channel `index` in the order of the message.
    ///
    /// - Precondition: `index` is below ``channelCount``.
    public func channel(_ index: Int) -> Channel {
        precondition(index >= 0 && index < channelCount, "no such channel")
        return channels[index]
    }

    /// Appends a channel; `false` when there is no room for it.
    mutating func append(_ channel: Channel) -> Bool {
        guard channelCount < WireLimits.channelCapacity else { return false }
        channels[channelCount] = channel
        channelCount += 1
        return true
    }
}
