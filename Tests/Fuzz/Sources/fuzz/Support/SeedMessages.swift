import DetectorWire

/// A short series of our own encoder with everything that a message can have.
enum SeedMessages {
    static func all(_ version: StreamVersion) throws -> [[[UInt8]]] {
        let encoder = StreamEncoder(version: version)
        var series = SeriesDescription(seriesID: 7, uniqueID: "01J0", headerDetail: .all)
        series.channels = version == .v2 ? ["threshold_1", "difference"] : []
        let channels: [String?] = version == .v2 ? ["threshold_1", "difference"] : [nil]
        series.settings.numberOfImages = 3
        for channel in channels {
            series.pixelMasks.append(array(channel, .uint32, 4, .raw, [UInt8](repeating: 0, count: 80)))
            series.flatFields.append(array(channel, .float32, 4, .raw, [UInt8](repeating: 63, count: 80)))
        }
        series.appendix = .text(#"{"name": "lysozyme", "n": [1, 2.5, null]}"#)
        var head = ImageHead(seriesID: 7, frame: 1)
        head.uniqueID = version == .v2 ? "01J0" : nil
        head.startTime = WireTime(numerator: 50_000_000, denominator: 50_000_000)
        let packings: [PayloadPacking] = version == .v2 ? [.raw, .bitshuffleLZ4, .zstd] : [.raw, .bitshuffleLZ4, .lz4Block]
        var messages = [try encoder.start(series)]
        for packing in packings {
            let payload = packing == .raw ? [UInt8](repeating: 1, count: 40) : chunk
            let arrays = channels.map { array($0, .uint16, 2, packing, payload) }
            messages.append(try encoder.image(head, arrays))
        }
        messages.append(encoder.end(seriesID: 7, uniqueID: version == .v2 ? "01J0" : nil))
        messages.append(encoder.other(type: "calibration", [WireEntry("x", .array([.integer(-1), .double(0.5), .bool(true)]))]))
        return messages
    }

    private static func array(
        _ channel: String?, _ element: ElementType, _ size: Int, _ packing: PayloadPacking, _ payload: [UInt8]
    ) -> EncodedArray {
        EncodedArray(channel: channel, shape: [4, 5], element: element, packing: packing, payload: payload)
    }

    /// uint16 0…19, bitshuffle-LZ4.
    private static let chunk: [UInt8] = [
        0, 0, 0, 0, 0, 0, 0, 0x28, 0, 0, 0x20, 0, 0, 0, 0, 0x12, 0x9e, 0xaa, 0xaa, 0xcc, 0xcc, 0xf0, 0xf0, 0, 0xff, 0, 1, 0, 0x50,
        0, 0, 0, 0, 0, 0x10, 0, 0x11, 0, 0x12, 0, 0x13, 0,
    ]
}
