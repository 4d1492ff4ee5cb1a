import DetectorWire
import Testing

/// Recorded messages that are sent again under other numbers.
struct MessageTemplateTests {
    /// Values whose CBOR integers have one, two, three, five and nine bytes.
    private static let numbers: [Int64] = [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, .max]

    @Test(arguments: StreamVersion.allCases, numbers)
    func anImageGetsItsNumbersAndKeepsTheRest(_ version: StreamVersion, _ number: Int64) throws {
        let message = try fullMessages(version)[1].parts
        let template = try MessageTemplate(message, version: version)
        let original = try StreamDecoder(version: version).image(message)
        var stamp = MessageStamp(seriesID: number, frame: number)
        stamp.startTime = WireTime(numerator: 5, denominator: 10)
        let stamped = template.stamped(stamp)
        let image = try StreamDecoder(version: version).image(stamped)
        #expect(image.seriesID == number && image.frame == number)
        #expect(image.startTime?.seconds == 0.5)
        #expect(image.stopTime == original.stopTime && image.realTime == original.realTime)
        #expect(image.uniqueID?.text(in: stamped) == original.uniqueID?.text(in: message))
        #expect(image.appendix?.bytes(in: stamped) == original.appendix?.bytes(in: message))
        for index in 0..<original.channelCount {
            let payload = original.channel(index).array.payload
            #expect(template.moved(payload, by: stamp) == image.channel(index).array.payload)
            #expect(image.channel(index).array.payload.bytes(in: stamped) == payload.bytes(in: message))
        }
    }

    @Test(arguments: StreamVersion.allCases, numbers)
    func writingInPlaceIsTheSameAsStamping(_ version: StreamVersion, _ number: Int64) throws {
        let template = try MessageTemplate(try fullMessages(version)[1].parts, version: version)
        let stamp = MessageStamp(seriesID: 3, frame: number)
        let stamped = template.stamped(stamp)
        #expect(template.partSizes(stamp) == stamped.map(\.count))
        for (part, size) in template.partSizes(stamp).enumerated() {
            var target = [UInt8](repeating: 0xaa, count: size)
            target.withUnsafeMutableBytes { template.write(part: part, stamp, into: $0) }
            #expect(target == stamped[part])
        }
    }

    @Test(arguments: StreamVersion.allCases)
    func anEmptyStampChangesNothing(_ version: StreamVersion) throws {
        for (_, parts) in try fullMessages(version) {
            #expect(try MessageTemplate(parts, version: version).stamped(MessageStamp()) == parts)
        }
    }

    @Test(arguments: StreamVersion.allCases)
    func aStartGetsItsNumberOfImages(_ version: StreamVersion) throws {
        let parts = try StreamEncoder(version: version).start(fullSeries(version))
        let stamp = MessageStamp(seriesID: 9, uniqueID: "01J0", numberOfImages: 100_000)
        let start = try StreamDecoder(version: version).start(MessageTemplate(parts, version: version).stamped(stamp))
        #expect(start.seriesID == 9)
        #expect(start.settings.expectedFrames(version)?.count == 100_000)
        #expect(start.uniqueID == (version == .v2 ? "01J0" : nil))
        #expect(start.flatFields.count == (version == .v2 ? 2 : 1) && start.notes.isEmpty)
    }

    @Test(arguments: StreamVersion.allCases)
    func anEndGetsItsSeries(_ version: StreamVersion) throws {
        let encoder = StreamEncoder(version: version)
        let end = try encoder.restamp(encoder.end(seriesID: 1, uniqueID: "a"), seriesID: 100_000)
        #expect(try StreamDecoder(version: version).end(end).seriesID == 100_000)
    }

    @Test func aMessageThatCannotBeReadIsNoTemplate() {
        #expect(throws: WireError.self) { try MessageTemplate([Array(Golden.image.dropLast())], version: .v2) }
    }
}
