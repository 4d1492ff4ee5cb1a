import DetectorWire
import Diagnostics

/// Recorded messages as values that can be changed and encoded again: for the other stream version, and for faults.
///
/// Keys that the decoder does not know are lost; where a message shall stay as it was, ``MessageTemplate`` and ``PayloadSplice`` are used.
enum MessageTranscoder {
    /// What a start message says, ready to be sent in either version.
    static func description(of parts: [[UInt8]], version: StreamVersion) throws(SimulationError) -> SeriesDescription {
        do throws(WireError) {
            guard case .start(let start) = try StreamDecoder(version: version).decode(parts) else { throw notA("start message") }
            var series = SeriesDescription(seriesID: start.seriesID, uniqueID: start.uniqueID)
            series.settings = start.settings
            series.channels = start.channels
            series.appendix = start.appendix
            series.headerDetail = start.headerDetail.flatMap { HeaderDetail(rawValue: $0) } ?? .basic
            withMessageParts(parts) { buffers in
                series.pixelMasks = start.pixelMasks.filter { !$0.array.isCut }.map { encoded($0.array, $0.channel, buffers) }
                series.flatFields = start.flatFields.filter { !$0.array.isCut }.map { encoded($0.array, $0.channel, buffers) }
                series.countrateTable = start.countrateTable.flatMap { $0.isCut ? nil : encoded($0, nil, buffers) }
            }
            if !series.pixelMasks.isEmpty || !series.flatFields.isEmpty { series.headerDetail = .all }
            return series
        } catch {
            throw unreadable("start message", error)
        }
    }

    /// What an image message says, and its channels, packed as they are.
    static func image(
        of parts: [[UInt8]], version: StreamVersion
    ) throws(SimulationError) -> (head: ImageHead, channels: [EncodedArray]) {
        do throws(WireError) {
            guard case .image(let image) = try StreamDecoder(version: version).decode(parts) else { throw notA("image message") }
            return withMessageParts(parts) { buffers in
                var head = ImageHead(
                    seriesID: image.seriesID, frame: image.frame, uniqueID: image.uniqueID.flatMap { $0.text(in: buffers) })
                head.seriesDate = image.seriesDate.flatMap { $0.text(in: buffers) }
                head.startTime = image.startTime
                head.stopTime = image.stopTime
                head.realTime = image.realTime
                let channels = (0..<image.channelCount).map { index in
                    let channel = image.channel(index)
                    return encoded(channel.array, channel.name.flatMap { $0.text(in: buffers) }, buffers)
                }
                return (head, channels)
            }
        } catch {
            throw unreadable("image message", error)
        }
    }

    /// The same frame as another version has it: V1 without a channel name, V2 with one.
    ///
    /// - Throws: `SimulationError` `.settingInvalid` for several channels on V1, and for packings that the version has no name for.
    static func image(
        of parts: [[UInt8]], from version: StreamVersion, to other: StreamVersion
    ) throws(SimulationError) -> MessageTemplate {
        let (head, channels) = try image(of: parts, version: version)
        let renamed = channels.enumerated().map { index, array in
            var array = array
            array.channel = other == .v1 ? nil : array.channel ?? "threshold_\(index + 1)"
            return array
        }
        do throws(WireError) {
            return try MessageTemplate(try StreamEncoder(version: other).image(head, renamed), version: other)
        } catch {
            throw SimulationError(
                .settingInvalid, "a recorded frame cannot be sent in this stream version", at: "frame \(head.frame)",
                got: other.rawValue,
                remedy: "Play it as \(version.rawValue)", cause: error)
        }
    }

    private static func encoded(_ array: ArrayDescription, _ channel: String?, _ parts: MessageParts) -> EncodedArray {
        let shape =
            array.rank == 1 ? [array.fast] : array.rank == 2 ? [array.slow, array.fast] : [array.planes, array.slow, array.fast]
        var encoded = EncodedArray(
            channel: channel, shape: shape, element: array.element, packing: array.packing,
            payload: [UInt8](array.payload.bytes(in: parts)))
        encoded.byteOrder = array.byteOrder
        return encoded
    }

    private static func notA(_ kind: String) -> WireError { WireError(.unknownMessage, "this is no \(kind)") }

    private static func unreadable(_ kind: String, _ error: WireError) -> SimulationError {
        SimulationError(.fileInvalid, "a recorded \(kind) cannot be read", cause: error)
    }
}
