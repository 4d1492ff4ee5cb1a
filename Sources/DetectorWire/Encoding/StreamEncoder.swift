/// Makes the messages of a series, as a detector sends them: for the simulator and the tests. The counterpart of ``StreamDecoder``.
///
/// Each message is a list of parts; V2 messages have one.
public struct StreamEncoder: Sendable {
    public let version: StreamVersion
    /// V2 only.
    public let style: CBORStyle

    public init(version: StreamVersion, style: CBORStyle = CBORStyle()) {
        self.version = version
        self.style = style
    }

    /// - Throws: `notExpressible` for what this version has no words for (a packing, a big-endian blob in a V1 header).
    public func start(_ series: SeriesDescription) throws(WireError) -> [[UInt8]] {
        switch version {
        case .v1: try StreamV1Encoder().start(series)
        case .v2: [try StreamV2Encoder(style: style).start(series)]
        }
    }

    /// - Parameter channels: one array per channel; V1 takes one.
    /// - Throws: `notExpressible` for what this version has no words for.
    public func image(_ head: ImageHead, _ channels: [EncodedArray]) throws(WireError) -> [[UInt8]] {
        switch version {
        case .v1: try StreamV1Encoder().image(head, channels)
        case .v2: [try StreamV2Encoder(style: style).image(head, channels)]
        }
    }

    /// - Parameter uniqueID: V2 only.
    public func end(seriesID: Int64, uniqueID: String? = nil) -> [[UInt8]] {
        switch version {
        case .v1: [StreamV1Encoder().end(seriesID: seriesID)]
        case .v2: [StreamV2Encoder(style: style).end(seriesID: seriesID, uniqueID: uniqueID)]
        }
    }

    /// V2: a message of another kind, such as Jungfraujoch's `calibration` and `metadata`.
    public func other(type: String, _ fields: [WireEntry]) -> [[UInt8]] {
        let message = [WireEntry("type", .text(type))] + fields
        switch version {
        case .v1: return [Array(WireValue.map([WireEntry("htype", .text(type))] + fields).json().utf8)]
        case .v2:
            var writer = CBORWriter(style: style)
            if style.isSelfDescribed { writer.tag(CBORTag.selfDescribed) }
            writer.value(.map(message))
            return [writer.bytes]
        }
    }
}
