/// How much of itself a detector sends in a start message.
public enum HeaderDetail: String, Sendable, CaseIterable {
    /// V1: the identity only. V2: the same as basic.
    case none
    /// Without flat field, pixel mask and countrate table.
    case basic
    case all
}

/// What a start message is made of, in either version.
public struct SeriesDescription: Sendable {
    public var seriesID: Int64
    /// V2 only; 26 characters in the vendor's messages.
    public var uniqueID: String?
    public var headerDetail = HeaderDetail.basic
    public var settings = DetectorSettings()
    /// V2: names of the channels in their order. V1 knows none.
    public var channels: [String] = []
    /// uint32, (slow, fast); written with `headerDetail` all only, as the two after it.
    public var pixelMasks: [EncodedArray] = []
    /// float32, (slow, fast).
    public var flatFields: [EncodedArray] = []
    /// V1: float32 (N, 2). V2: uint32, rank 1.
    public var countrateTable: EncodedArray?
    public var appendix: Appendix?
    /// Keys beyond the vendor's, written as they are after the others: dialects, and tests of unknown keys.
    public var extraFields: [WireEntry] = []

    public init(seriesID: Int64, uniqueID: String? = nil, headerDetail: HeaderDetail = .basic) {
        self.seriesID = seriesID
        self.uniqueID = uniqueID
        self.headerDetail = headerDetail
    }
}

/// An array to be sent: its bytes are packed already.
public struct EncodedArray: Sendable, Equatable {
    /// V2: the channel it belongs to. V1: nil.
    public var channel: String?
    /// 1…3 axes, slowest first, whatever the order on the wire.
    public var shape: [Int]
    public var element: ElementType
    public var byteOrder = ByteOrder.littleEndian
    public var packing: PayloadPacking
    public var payload: [UInt8]

    public init(channel: String? = nil, shape: [Int], element: ElementType, packing: PayloadPacking, payload: [UInt8]) {
        self.channel = channel
        self.shape = shape
        self.element = element
        self.packing = packing
        self.payload = payload
    }
}

/// What an image message says beside its pixels.
public struct ImageHead: Sendable {
    public var seriesID: Int64
    /// V2 only.
    public var uniqueID: String?
    public var frame: Int64
    /// V2 only: RFC 3339 text.
    public var seriesDate: String?
    public var startTime: WireTime?
    public var stopTime: WireTime?
    public var realTime: WireTime?
    public var appendix: Appendix?
    /// Keys beyond the vendor's (V1: in part 1), written as they are after the others.
    public var extraFields: [WireEntry] = []

    public init(seriesID: Int64, frame: Int64, uniqueID: String? = nil) {
        self.seriesID = seriesID
        self.frame = frame
        self.uniqueID = uniqueID
    }
}
