/// What a message may cost us, whatever it says of itself. A message beyond a limit is refused before anything is allocated for it.
///
/// The standard limits leave room for ten times the largest message seen; they are there against damaged and hostile bytes.
public struct WireLimits: Sendable, Equatable {
    /// All parts of one message together. 16 Mpixel of 32 bits in four channels, uncompressed, are 0.3 GiB.
    public var maximumMessageBytes = 1 << 30
    /// Parts of one message; a V1 header with everything has 9.
    public var maximumParts = 32
    /// Channels of one image, 1…``channelCapacity``.
    public var maximumChannels = WireLimits.channelCapacity {
        didSet { maximumChannels = min(max(maximumChannels, 1), WireLimits.channelCapacity) }
    }
    /// Nesting of arrays, maps and tags. Values are compared and destroyed by recursion: 32 levels are a few KiB of stack.
    public var maximumDepth = 32 {
        didSet { maximumDepth = min(max(maximumDepth, 1), WireLimits.depthCapacity) }
    }
    /// Values in one start message (every number of a list counts).
    public var maximumItems = 200_000
    /// Bytes of all values made from one start message: texts, byte strings, slots of lists and maps.
    ///
    /// Growing arrays may hold up to twice their content for a time: the heap used stays below three times this figure.
    public var maximumValueBytes = 32 << 20
    /// One text or key, and one JSON part.
    public var maximumTextBytes = 8 << 20
    /// A byte string up to this length becomes a value; a longer one stays in the message and is described by its place.
    public var maximumInlineBytes = 4096
    /// Pixels along one axis of an image; the same as a frame's shape may have.
    public var maximumSide = 65_536
    /// Pixels × bytes of one array when it is unpacked: a few hundred bytes may claim it, and pictures and masked frames then take as much.
    /// Eight times a detector of 16 Mpixel of 32 bits.
    public var maximumArrayBytes = 512 << 20
    /// Messages in one recording.
    public var maximumRecordedMessages = 1_000_000
    /// Bytes of one recording.
    public var maximumRecordingBytes = 1 << 32

    /// Channels an image message has room for without an allocation.
    public static let channelCapacity = 8
    /// Levels of nesting that no setting can exceed.
    public static let depthCapacity = 128

    public init() {}

    public static let standard = WireLimits()
}
