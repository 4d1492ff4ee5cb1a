import DetectorWire
import Diagnostics
import Testing

/// What Stream V2 may send, and what we refuse of it.
struct StreamV2Tests {
    private let decoder = StreamDecoder(version: .v2)

    /// RFC 8746: tag, element, byte order; 12 raw bytes each.
    @Test(arguments: [
        (64, ElementType.uint8, ByteOrder.littleEndian), (68, .uint8, .littleEndian), (65, .uint16, .bigEndian),
        (66, .uint32, .bigEndian),
        (67, .uint64, .bigEndian), (69, .uint16, .littleEndian), (70, .uint32, .littleEndian), (71, .uint64, .littleEndian),
        (72, .int8, .littleEndian), (73, .int16, .bigEndian), (74, .int32, .bigEndian), (75, .int64, .bigEndian),
        (77, .int16, .littleEndian), (78, .int32, .littleEndian), (79, .int64, .littleEndian), (80, .float16, .bigEndian),
        (81, .float32, .bigEndian), (82, .float64, .bigEndian), (84, .float16, .littleEndian), (85, .float32, .littleEndian),
        (86, .float64, .littleEndian),
    ]) func everyTypedArrayTagIsRead(_ tag: Int, _ element: ElementType, _ order: ByteOrder) throws {
        let payload = [UInt8](repeating: 1, count: 2 * element.byteCount)
        let item = [0xd8, 0x28, 0x82, 0x82, 1, 2, 0xd8, UInt8(tag), 0x40 | UInt8(payload.count)] + payload
        let array = try decoder.image([imageV2(array: item)]).channel(0).array
        #expect(array.element == element && array.byteOrder == order && !array.isCut && array.fast == 2)
    }

    @Test(arguments: [76, 83, 87]) func aTypeThatCannotBeStoredIsRefusedByItsTag(_ tag: Int) {
        let item = [0xd8, 0x28, 0x82, 0x82, 1, 1, 0xd8, UInt8(tag), 0x50] + [UInt8](repeating: 0, count: 16)
        #expect(decoder.refusal([imageV2(array: item)]) == .unsupportedArray)
    }

    @Test func anArrayStoredByColumnsIsRefused() {
        #expect(decoder.refusal([imageV2(array: hex("d9041082820203d8454c000001000200030004000500"))]) == .unsupportedArray)
    }

    @Test(arguments: [
        ("bslz4", 2, PayloadPacking.bitshuffleLZ4, 2), ("bslz4", 4, .bitshuffleLZ4, 4), ("lz4", 0, .lz4Chunk, 0),
        ("bszstd", 2, .bitshuffleZstd, 2), ("zstd", 0, .zstd, 0),
    ]) func everyNamedPackingIsRead(_ name: String, _ modifier: Int, _ packing: PayloadPacking, _ elementBytes: Int) throws {
        let item = hex("d82882820203d845d9dcb483") + text(name) + [UInt8(modifier), 0x43, 1, 2, 3]
        let parts = [imageV2(array: item)]
        let array = try decoder.image(parts).channel(0).array
        #expect(array.packing == packing && array.elementBytesOfPacking == elementBytes)
        #expect(array.packingDisagrees == (elementBytes == 4))
        #expect(array.payload.bytes(in: parts) == [1, 2, 3])
    }

    @Test func anUnknownPackingIsRefusedByItsName() throws {
        let item = hex("d82882820203d845d9dcb483") + text("blosc2") + [0, 0x43, 1, 2, 3]
        let error = #expect(throws: WireError.self) { try decoder.decode([imageV2(array: item)]) }
        #expect(error?.code == .unsupportedEncoding)
        #expect(error?.got == "\"blosc2\"")
    }

    @Test(arguments: [0, 3, 16]) func anImpossibleElementSizeOfAPackingIsRefused(_ modifier: Int) {
        let item = hex("d82882820203d845d9dcb483") + text("bslz4") + [UInt8(modifier), 0x43, 1, 2, 3]
        #expect(decoder.refusal([imageV2(array: item)]) == .unsupportedEncoding)
    }

    @Test func threeAxesAreSlowestFirst() throws {
        let item = hex("d8288283020304d84058") + [24] + [UInt8](repeating: 0, count: 24)
        let array = try decoder.image([imageV2(array: item)]).channel(0).array
        #expect(array.rank == 3 && array.planes == 2 && array.slow == 3 && array.fast == 4)
    }

    @Test func fourAxesOrNoneOrAnEmptyAxisAreRefused() {
        #expect(decoder.refusal([imageV2(array: hex("d828828401010101d8404100"))]) == .unsupportedArray)
        #expect(decoder.refusal([imageV2(array: hex("d8288280d8404100"))]) == .unsupportedArray)
        #expect(decoder.refusal([imageV2(array: hex("d828828200 01d8404100"))]) == .outOfRange)
        #expect(decoder.refusal([imageV2(array: hex("d82882822001d8404100"))]) == .outOfRange)
    }

    @Test func aShapeBeyondTheLimitsIsRefusedWhateverItsProduct() {
        // 2⁶³ − 1 rows: the product would overflow.
        #expect(
            decoder.refusal([imageV2(array: hex("d8288282 1b7fffffffffffffff 1b7fffffffffffffff d8404100"))]) == .limitExceeded)
        #expect(decoder.refusal([imageV2(array: hex("d8288282 1a00010001 01 d8404100"))]) == .limitExceeded)
        #expect(decoder.refusal([imageV2(array: hex("d8288282 1bffffffffffffffff 01 d8404100"))]) == .outOfRange)
    }

    @Test func plainNumbersInPlaceOfATypedArrayAreRefused() {
        #expect(decoder.refusal([imageV2(array: hex("d82882820102820102"))]) == .unsupportedArray)
        #expect(decoder.refusal([imageV2(array: [0x41, 0])]) == .wrongType)
        #expect(decoder.refusal([imageV2(array: [0x01])]) == .wrongType)
    }

    @Test func unknownTagsAroundKnownValuesArePassed() throws {
        let array = hex("d9c350d82882d9c35082d9c3500203d9c350d845d9c3504c000001000200030004000500")
        let parts = [
            messageV2(
                "image",
                [("series_id", hex("d9c35007")), ("image_id", hex("d9c35003")), ("data", hex("d9c350a1") + text("a") + array)])
        ]
        let image = try decoder.image(parts)
        #expect(image.seriesID == 7 && image.frame == 3 && image.channel(0).array.fast == 3)
    }

    @Test func aMessageWithoutTheSelfDescribedTagIsRead() throws {
        #expect(try decoder.image([Array(Golden.image.dropFirst(3))]).frame == 0)
        #expect(StreamDecoder.detect([Array(Golden.image.dropFirst(3))]) == .v2)
    }

    @Test func theKindMayStandAnywhereInTheMap() throws {
        let end = [UInt8(0xa2)] + text("series_id") + [9] + text("type") + text("end")
        #expect(try decoder.end([end]).seriesID == 9)
        #expect(StreamDecoder.detect([end]) == .v2)
    }

    @Test func unknownKeysOfAnImageAreCountedAndPassed() throws {
        let spots = hex("9f") + [UInt8](repeating: 1, count: 300) + hex("ff")
        let parts = [
            messageV2(
                "image",
                [
                    ("spots", spots), ("series_id", [7]), ("indexing_result", [0xf5]), ("image_id", [3]),
                    ("bkg_estimate", hex("fa3f800000")), ("data", [0xa1] + text("default") + Golden.array),
                ])
        ]
        let image = try decoder.image(parts)
        #expect(image.skippedKeys == 3)
        #expect(image.channel(0).name?.text(in: parts) == "default")
    }

    @Test func aKeyThatIsNoTextIsPassed() throws {
        let end = [UInt8(0xa3)] + text("type") + text("end") + [0x05, 0x06] + text("series_id") + [9]
        let message = try decoder.end([end])
        #expect(message.seriesID == 9 && message.skippedKeys == 1)
    }

    @Test func aTimeThatIsNoFractionIsCountedAndTheFrameIsKept() throws {
        let fields: [(String, [UInt8])] = [
            ("series_id", [7]), ("image_id", [3]), ("real_time", hex("f93c00")), ("start_time", [0x82, 1, 0]),
            ("stop_time", [0x83, 1, 2, 3]), ("series_date", [0x01]), ("data", [0xa1] + text("a") + Golden.array),
        ]
        let image = try decoder.image([messageV2("image", fields)])
        #expect(image.realTime == nil && image.startTime == nil && image.stopTime == nil && image.seriesDate == nil)
        #expect(image.unreadableFields == 4)
    }

    @Test func aFieldThatComesTwiceIsRefused() {
        let data = [0xa1] + text("a") + Golden.array
        let twice = messageV2("image", [("series_id", [7]), ("image_id", [3]), ("image_id", [4]), ("data", data)])
        #expect(decoder.refusal([twice]) == .duplicateField)
        #expect(decoder.refusal([imageV2(data: [0xa2] + text("a") + Golden.array + text("a") + Golden.array)]) == .duplicateField)
        #expect(decoder.refusal([messageV2("start", [("series_id", [7]), ("series_id", [7])])]) == .duplicateField)
        #expect(decoder.refusal([messageV2("end", [("series_id", [7]), ("series_id", [7])])]) == .duplicateField)
    }

    @Test func whatAnImageMustHaveIsAskedFor() {
        let data = [0xa1] + text("a") + Golden.array
        #expect(decoder.refusal([messageV2("image", [("image_id", [3]), ("data", data)])]) == .missingField)
        #expect(decoder.refusal([messageV2("image", [("series_id", [3]), ("data", data)])]) == .missingField)
        #expect(decoder.refusal([messageV2("image", [("series_id", [3]), ("image_id", [3])])]) == .missingField)
        #expect(decoder.refusal([imageV2(data: [0xa0])]) == .missingField)
        #expect(decoder.refusal([messageV2("end", [])]) == .missingField)
        #expect(decoder.refusal([messageV2("start", [])]) == .missingField)
        #expect(decoder.refusal([messageV2("image", [("series_id", [3]), ("image_id", [0x20]), ("data", data)])]) == .outOfRange)
        #expect(
            decoder.refusal([messageV2("image", [("series_id", [3]), ("image_id", text("3")), ("data", data)])]) == .wrongType)
    }

    @Test func eightChannelsAreReadAndANinthIsRefused() throws {
        let channels = (0..<9).map { text("c\($0)") + Golden.array }
        let parts = [imageV2(data: [0xa8] + channels.prefix(8).flatMap { $0 })]
        let image = try decoder.image(parts)
        #expect(image.channelCount == 8)
        #expect((0..<8).map { image.channel($0).name?.text(in: parts) } == (0..<8).map { "c\($0)" })
        #expect(decoder.refusal([imageV2(data: [0xa9] + channels.flatMap { $0 })]) == .limitExceeded)
    }

    @Test func aPayloadOfIndefiniteLengthIsReadInOnePieceAndRefusedInTwo() throws {
        let one = hex("d82882820203d8455f4c000001000200030004000500ff")
        let parts = [imageV2(array: one)]
        #expect(try decoder.image(parts).channel(0).array.payload.bytes(in: parts).count == 12)
        let two = hex("d82882820203d8455f46000001000200 46030004000500ff")
        #expect(decoder.refusal([imageV2(array: two)]) == .unsupportedArray)
    }

    @Test func aSecondPartIsRefused() {
        #expect(decoder.refusal([Golden.end, Golden.end]) == .partCount)
        #expect(decoder.refusal([]) == .partCount)
    }

    @Test func messagesWithoutFramesAreNamed() throws {
        for kind in ["calibration", "metadata"] {
            let parts = StreamEncoder(version: .v2).other(type: kind, [WireEntry("pedestal", .array([.double(1), .null]))])
            guard case .other(let type) = try decoder.decode(parts) else { throw StreamDecoder.Unexpected() }
            #expect(type == kind)
        }
    }

    @Test func theJungfraujochStartIsReadWithWhatItAdds() throws {
        var series = fullSeries(.v2, .basic)
        series.channels = ["default"]
        series.extraFields = [
            WireEntry("error_value", .integer(-32768)), WireEntry("file_prefix", .text("lyso_1")),
            WireEntry("magic_number", .integer(0x5232_0000)),
            WireEntry("az_int_bin_to_q", .array([.double(0.5), .double(1)])),
            WireEntry("unit_cell", .map([WireEntry("a", .double(79))])),
        ]
        let start = try decoder.start(StreamEncoder(version: .v2).start(series))
        #expect(start.channels == ["default"])
        #expect(start.settings.detectorDistance_m == 0.2)
        #expect(start.original["error_value"] == .integer(-32768))
        #expect(start.original["file_prefix"]?.textValue == "lyso_1")
        #expect(start.original["unit_cell"]?["a"] == .double(79))
        #expect(start.notes.isEmpty)
    }

    @Test func moreChannelsThanAnImageHasRoomForAreRefused() throws {
        var series = fullSeries(.v2, .basic)
        series.channels = (0..<WireLimits.channelCapacity).map { "c\($0)" }
        #expect(try decoder.start(StreamEncoder(version: .v2).start(series)).channels == series.channels)
        series.channels.append("one more")
        #expect(decoder.refusal(try StreamEncoder(version: .v2).start(series)) == .limitExceeded)
    }

    @Test func signedFramesOfJungfraujochAreRead() throws {
        let array = EncodedArray(
            channel: "default", shape: [4, 5], element: .int16, packing: .bitshuffleZstd, payload: Golden.chunk)
        let image = try decoder.image(StreamEncoder(version: .v2).image(fullHead(.v2), [array]))
        #expect(image.channel(0).array.element == .int16)
        #expect(image.channel(0).array.packing == .bitshuffleZstd)
    }

    @Test func aKeyOfAnotherTypeIsNotedAndTheSeriesIsKept() throws {
        let start = try decoder.start([
            messageV2(
                "start",
                [
                    ("series_id", [7]), ("count_time", text("long")), ("image_size_x", [0x20]), ("channels", [0x81, 1]),
                    ("goniometer", [1]), ("image_dtype", text("uint12")), ("threshold_energy", [0xa1] + text("a") + text("b")),
                    ("flatfield", [0x44, 0, 0, 0, 0]), ("frame_time", [0xf6]),
                ])
        ])
        #expect(start.settings == DetectorSettings())
        #expect(start.channels.isEmpty && start.flatFields.isEmpty)
        #expect(start.notes.count == 7)
        #expect(start.notes.contains("flatfield: 4 bytes where a map of channels should be: ignored"))
    }

    @Test func aFlatFieldOfFourZeroBytesIsNoted() throws {
        let start = try decoder.start([
            messageV2("start", [("series_id", [7]), ("flatfield", [0xa1] + text("threshold_1") + [0x44, 0, 0, 0, 0])])
        ])
        #expect(start.flatFields.isEmpty)
        #expect(start.notes == ["flatfield.threshold_1: 4 bytes where an array should be: ignored"])
    }

    @Test func aPackedTableWithoutShapeTakesItsLengthFromItsHeader() throws {
        let table = hex("d846d9dcb483") + text("bslz4") + [4, 0x50] + hex("0000000000040000 00002000 00000000")
        let start = try decoder.start([
            messageV2("start", [("series_id", [7]), ("countrate_correction_lookup_table", table)])
        ])
        // 0x40000 bytes of four each; nothing of that size is allocated for the word of a header.
        #expect(start.countrateTable?.rank == 1)
        #expect(start.countrateTable?.elementCount == 65_536)
        #expect(start.countrateTable?.payload.count == 16)
    }
}
