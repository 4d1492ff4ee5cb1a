import DetectorWire
import Testing

/// What the encoder writes, the decoder reads, in every variant.
struct RoundTripTests {
    private static let styles: [CBORStyle] = (0..<8).map { bits in
        var style = CBORStyle()
        style.isSelfDescribed = bits & 1 == 0
        style.usesIndefiniteLengths = bits & 2 != 0
        style.usesShortestFloats = bits & 4 == 0
        return style
    }

    private func check(_ start: StartMessage, _ series: SeriesDescription, _ parts: [[UInt8]]) {
        #expect(start.seriesID == series.seriesID)
        #expect(start.uniqueID == series.uniqueID)
        #expect(start.settings == series.settings)
        #expect(start.channels == series.channels)
        #expect(start.appendix == series.appendix)
        #expect(start.notes.isEmpty)
        let hasArrays = series.headerDetail == .all
        #expect(start.pixelMasks.map { $0.array.payload.bytes(in: parts) } == (hasArrays ? series.pixelMasks.map(\.payload) : []))
        #expect(start.pixelMasks.map(\.channel) == (hasArrays ? series.pixelMasks.map(\.channel) : []))
        #expect(
            start.pixelMasks.allSatisfy {
                $0.array.slow == 4 && $0.array.fast == 5 && $0.array.element == .uint32 && !$0.array.isCut
            })
        #expect(start.flatFields.map { $0.array.payload.bytes(in: parts) } == (hasArrays ? series.flatFields.map(\.payload) : []))
        #expect(start.countrateTable?.payload.bytes(in: parts) == (hasArrays ? series.countrateTable?.payload : nil))
        #expect(start.countrateTable?.element == (hasArrays ? series.countrateTable?.element : nil))
    }

    @Test(arguments: styles, HeaderDetail.allCases)
    func aStartOfVersionTwoComesBack(_ style: CBORStyle, _ detail: HeaderDetail) throws {
        let series = fullSeries(.v2, detail)
        let parts = try StreamEncoder(version: .v2, style: style).start(series)
        let start = try StreamDecoder(version: .v2).start(parts)
        check(start, series, parts)
        #expect(start.countrateTable.map { $0.elementCount } == (detail == .all ? 65_536 : nil))
        #expect(StreamDecoder.detect(parts) == .v2)
    }

    @Test(arguments: [HeaderDetail.basic, .all])
    func aStartOfVersionOneComesBack(_ detail: HeaderDetail) throws {
        let series = fullSeries(.v1, detail)
        let parts = try StreamEncoder(version: .v1).start(series)
        let start = try StreamDecoder(version: .v1).start(parts)
        check(start, series, parts)
        if detail == .all {
            #expect(start.countrateTable?.slow == 3 && start.countrateTable?.fast == 2)
        }
        #expect(StreamDecoder.detect(parts) == .v1)
    }

    @Test(arguments: [
        Appendix.text(""), .bytes([0, 255]), .value(.map([WireEntry("a", .array([.integer(-1), .double(0.1), .null]))])),
    ])
    func anAppendixOfAnyKindComesBackInVersionTwo(_ appendix: Appendix) throws {
        var series = SeriesDescription(seriesID: 1)
        series.appendix = appendix
        let start = try StreamDecoder(version: .v2).start(StreamEncoder(version: .v2).start(series))
        let expected: Appendix = if case .bytes(let bytes) = appendix { .value(.bytes(bytes)) } else { appendix }
        #expect(start.appendix == expected)
    }

    @Test(arguments: styles, PayloadPacking.allCases)
    func anImageOfVersionTwoComesBack(_ style: CBORStyle, _ packing: PayloadPacking) throws {
        let encoder = StreamEncoder(version: .v2, style: style)
        for element in ElementType.allCases {
            for order in [ByteOrder.littleEndian, .bigEndian] {
                let channels = (0..<2).map { index in
                    var array = EncodedArray(
                        channel: "threshold_\(index + 1)", shape: [4, 5], element: element, packing: packing,
                        payload: [UInt8](repeating: UInt8(index), count: 20 * element.byteCount))
                    array.byteOrder = order
                    return array
                }
                let head = fullHead(.v2, frame: 70_000)
                guard packing != .lz4Block else {
                    #expect(throws: WireError.self) { try encoder.image(head, channels) }
                    continue
                }
                let parts = try encoder.image(head, channels)
                let image = try StreamDecoder(version: .v2).image(parts)
                #expect(image.seriesID == head.seriesID && image.frame == head.frame)
                #expect(image.uniqueID?.text(in: parts) == head.uniqueID)
                #expect(image.seriesDate?.text(in: parts) == head.seriesDate)
                #expect(image.startTime == head.startTime && image.stopTime == head.stopTime && image.realTime == head.realTime)
                #expect(image.appendix?.bytes(in: parts) == text("{\"x\": 1}"))
                #expect(image.channelCount == 2 && image.skippedKeys == 0 && image.unreadableFields == 0)
                for (index, channel) in channels.enumerated() {
                    let read = image.channel(index)
                    #expect(read.name?.text(in: parts) == channel.channel)
                    #expect(read.array.slow == 4 && read.array.fast == 5)
                    #expect(read.array.element == element && read.array.packing == packing)
                    #expect(read.array.byteOrder == (element.byteCount == 1 ? .littleEndian : order))
                    #expect(read.array.payload.bytes(in: parts) == channel.payload)
                    #expect(!read.array.packingDisagrees && !read.array.isCut)
                }
            }
        }
    }

    @Test(arguments: PayloadPacking.allCases, [ByteOrder.littleEndian, .bigEndian])
    func anImageOfVersionOneComesBack(_ packing: PayloadPacking, _ order: ByteOrder) throws {
        let encoder = StreamEncoder(version: .v1)
        for element in ElementType.allCases where element != .float16 {
            var array = EncodedArray(
                shape: [4, 5], element: element, packing: packing, payload: [UInt8](repeating: 7, count: 20 * element.byteCount))
            array.byteOrder = order
            let head = fullHead(.v1)
            guard [.raw, .lz4Block, .bitshuffleLZ4].contains(packing) else {
                #expect(throws: WireError.self) { try encoder.image(head, [array]) }
                continue
            }
            let parts = try encoder.image(head, [array])
            let image = try StreamDecoder(version: .v1).image(parts)
            #expect(image.seriesID == head.seriesID && image.frame == head.frame)
            #expect(image.startTime == head.startTime && image.stopTime == head.stopTime && image.realTime == head.realTime)
            #expect(image.appendix?.text(in: parts) == "{\"x\": 1}")
            let read = image.channel(0).array
            #expect(
                read.slow == 4 && read.fast == 5 && read.element == element && read.packing == packing && read.byteOrder == order)
            #expect(read.payload.bytes(in: parts) == array.payload)
            #expect(read.declaredPayloadBytes == array.payload.count && !read.packingDisagrees && !read.isCut)
        }
    }

    @Test(arguments: StreamVersion.allCases) func anEndComesBack(_ version: StreamVersion) throws {
        let uniqueID: String? = version == .v2 ? "01J0" : nil
        let end = try StreamDecoder(version: version).end(
            StreamEncoder(version: version).end(seriesID: 70_000, uniqueID: uniqueID))
        #expect(end.seriesID == 70_000 && end.uniqueID == uniqueID && end.skippedKeys == 0)
    }

    @Test func twoChannelsAreBeyondVersionOne() {
        #expect(throws: WireError.self) {
            try StreamEncoder(version: .v1).image(fullHead(.v1), [goldenChannel("a"), goldenChannel("b")])
        }
    }

    @Test func aTimeIsRoundedTowardsZeroAndNeverOverflows() {
        #expect(WireTime(numerator: 1, denominator: 3)?.nanoseconds == 333_333_333)
        #expect(WireTime(numerator: -1, denominator: 3)?.nanoseconds == -333_333_333)
        #expect(WireTime(numerator: .max, denominator: 1)?.nanoseconds == nil)
        #expect(WireTime(numerator: .max, denominator: .max)?.nanoseconds == 1_000_000_000)
        #expect(WireTime(numerator: .min, denominator: 1)?.nanoseconds == nil)
        #expect(WireTime(numerator: 1, denominator: 0) == nil)
        #expect(WireTime(numerator: 215_873, denominator: 50_000_000)?.seconds == 0.00431746)
    }
}
