import DetectorWire
import Diagnostics
import Testing

/// What Stream V1 may send, and what we refuse of it.
struct StreamV1Tests {
    private let decoder = StreamDecoder(version: .v1)

    /// A message whose JSON parts are texts.
    private func message(
        identity: String = #"{"frame":3,"hash":"59bb3a04cd9d59d54e283c465036085c","htype":"dimage-1.0","series":6}"#,
        description: String = #"{"encoding":"bs16-lz4<","htype":"dimage_d-1.0","shape":[5,4],"size":4,"type":"uint16"}"#,
        times: String? = #"{"htype":"dconfig-1.0","real_time":9999900,"start_time":103597359252740,"stop_time":103597369252640}"#,
        appendix: String? = nil
    ) -> [[UInt8]] {
        var parts = [Array(identity.utf8), Array(description.utf8), [1, 2, 3, 4]]
        if let times { parts.append(Array(times.utf8)) }
        if let appendix { parts.append(Array(appendix.utf8)) }
        return parts
    }

    @Test func anImageIsReadWholeAndItsShapeIsTurned() throws {
        let parts = message(appendix: "{}")
        let image = try decoder.image(parts)
        #expect(image.seriesID == 6 && image.frame == 3 && image.uniqueID == nil)
        #expect(image.realTime == WireTime(numerator: 9_999_900, denominator: 1_000_000_000))
        #expect(image.startTime?.nanoseconds == 103_597_359_252_740)
        #expect(image.stopTime?.nanoseconds == 103_597_369_252_640)
        #expect(image.appendix == PayloadRange(part: 4, offset: 0, count: 2))
        #expect(image.skippedKeys == 0 && image.channelCount == 1)
        let channel = image.channel(0)
        #expect(channel.name == nil)
        #expect(channel.array.fast == 5 && channel.array.slow == 4 && channel.array.rank == 2)
        #expect(channel.array.payload == PayloadRange(part: 2, offset: 0, count: 4))
        #expect(channel.array.declaredPayloadBytes == 4 && !channel.array.isCut)
    }

    @Test(arguments: [
        ("<", PayloadPacking.raw, 0, ByteOrder.littleEndian), (">", .raw, 0, .bigEndian), ("lz4<", .lz4Block, 0, .littleEndian),
        ("lz4>", .lz4Block, 0, .bigEndian), ("bs8-lz4<", .bitshuffleLZ4, 1, .littleEndian),
        ("bs16-lz4<", .bitshuffleLZ4, 2, .littleEndian),
        ("bs32-lz4<", .bitshuffleLZ4, 4, .littleEndian), ("bs64-lz4<", .bitshuffleLZ4, 8, .littleEndian),
        ("bs16lz4<", .bitshuffleLZ4, 2, .littleEndian), ("bs16-lz4>", .bitshuffleLZ4, 2, .bigEndian),
    ]) func everyEncodingIsRead(_ encoding: String, _ packing: PayloadPacking, _ elementBytes: Int, _ order: ByteOrder) throws {
        let description = #"{"encoding":"\#(encoding)","htype":"dimage_d-1.0","shape":[5,4],"size":4,"type":"uint16"}"#
        let array = try decoder.image(message(description: description)).channel(0).array
        #expect(array.packing == packing && array.elementBytesOfPacking == elementBytes && array.byteOrder == order)
        #expect(array.packingDisagrees == (elementBytes != 0 && elementBytes != 2))
    }

    @Test(arguments: [
        "", "bs16<", "bs16", "lz4", "bs-lz4<", "bs12-lz4<", "bs99999999999999999999-lz4<", "lz5<", "<<", "bslz4", "zstd<", " <",
    ])
    func anUnknownEncodingIsRefusedByItsName(_ encoding: String) throws {
        let description = #"{"encoding":"\#(encoding)","htype":"dimage_d-1.0","shape":[5,4],"size":4,"type":"uint16"}"#
        let error = #expect(throws: WireError.self) { try decoder.decode(message(description: description)) }
        #expect(error?.code == .unsupportedEncoding)
        #expect(error?.got == "\"\(encoding)\"")
    }

    @Test(arguments: ["uint8", "uint16", "uint32", "int8", "int16", "int32", "uint64", "int64", "float32", "float64"])
    func everyElementTypeIsRead(_ name: String) throws {
        let description = #"{"type":"\#(name)","encoding":"<","htype":"dimage_d-1.0","shape":[5,4]}"#
        let array = try decoder.image(message(description: description)).channel(0).array
        #expect(array.element.name == name)
        #expect(array.isCut, "four bytes came for twenty pixels")
    }

    @Test func keysMayStandInAnyOrderWithSpacesAndANewline() throws {
        let image = try decoder.image(
            message(
                identity: " {\"series\" : 6 ,\n \"htype\":\"dimage-1.0\", \"frame\": 3 }\n", times: "{\"stop_time\": 5}\n"))
        #expect(image.seriesID == 6 && image.frame == 3 && image.stopTime?.numerator == 5 && image.startTime == nil)
    }

    @Test func threeAxesAreTurnedToo() throws {
        let description = #"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,4,2],"size":80,"type":"uint16"}"#
        let array = try decoder.image(message(description: description)).channel(0).array
        #expect(array.planes == 2 && array.slow == 4 && array.fast == 5)
    }

    @Test func aDeclaredSizeThatDidNotComeIsACut() throws {
        let description = #"{"encoding":"bs16-lz4<","htype":"dimage_d-1.0","shape":[5,4],"size":5,"type":"uint16"}"#
        #expect(try decoder.image(message(description: description)).channel(0).array.isCut)
    }

    @Test func unknownKeysAreCountedAndTimesOfAnotherTypeToo() throws {
        let image = try decoder.image(
            message(
                identity: #"{"frame":3,"htype":"dimage-1.0","series":6,"extra":{"a":[1,{"b":null}]},"more":"\u00e9"}"#,
                times:
                    #"{"htype":"dconfig-1.0","real_time":"long","start_time":1.5,"stop_time":99999999999999999999,"zone":true}"#))
        #expect(image.skippedKeys == 3 && image.unreadableFields == 3)
        #expect(image.realTime == nil && image.startTime == nil && image.stopTime == nil)
    }

    @Test func anImageMayComeWithoutTimes() throws {
        #expect(try decoder.image(message(times: nil)).startTime == nil)
        #expect(decoder.refusal(Array(message().prefix(2))) == .partCount)
        #expect(decoder.refusal(message(appendix: "") + [[0]]) == .partCount)
    }

    @Test(arguments: [
        (#"{"htype":"dimage-1.0","series":6}"#, WireErrorCode.missingField),
        (#"{"htype":"dimage-1.0","frame":6}"#, .missingField),
        (#"{"htype":"dimage-1.0","series":6,"frame":-1}"#, .outOfRange),
        (#"{"htype":"dimage-1.0","series":6,"frame":1.0}"#, .wrongType),
        (#"{"htype":"dimage-1.0","series":6,"frame":"1"}"#, .wrongType),
        (#"{"htype":"dimage-1.0","series":6,"frame":1,"frame":2}"#, .duplicateField),
        (#"{"htype":"dimage-1.0","series":6,"frame":9223372036854775808}"#, .outOfRange),
        (#"{"series":6,"frame":1}"#, .unknownMessage),
        (#"{"htype":7,"series":6,"frame":1}"#, .unknownMessage), (#"{"htype":"dimage-1.0","series":6,"frame":01}"#, .malformed),
        (#"{"htype":"dimage-1.0","series":6,"frame":1,}"#, .malformed),
        (#"{"htype":"dimage-1.0","series":6,"frame":1} {}"#, .trailingBytes),
        ("[1]", .unknownMessage), ("", .truncated), ("   ", .truncated),
    ]) func aBrokenIdentityIsRefused(_ identity: String, _ code: WireErrorCode) {
        #expect(decoder.refusal(message(identity: identity)) == code)
    }

    @Test(arguments: [
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5],"type":"uint16"}"#, WireErrorCode.unsupportedArray),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,4,3,2],"type":"uint16"}"#, .unsupportedArray),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[],"type":"uint16"}"#, .unsupportedArray),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,0],"type":"uint16"}"#, .outOfRange),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,-4],"type":"uint16"}"#, .outOfRange),
        (
            #"{"encoding":"<","htype":"dimage_d-1.0","shape":[9223372036854775807,9223372036854775807],"type":"uint16"}"#,
            .limitExceeded
        ),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,4],"type":"uint12"}"#, .unsupportedArray),
        (#"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,4]}"#, .missingField),
        (#"{"encoding":"<","htype":"dimage_d-1.0","type":"uint16"}"#, .missingField),
        (#"{"htype":"dimage_d-1.0","shape":[5,4],"type":"uint16"}"#, .missingField),
        (#"{"encoding":"<","shape":[5,4],"type":"uint16"}"#, .missingField),
        (#"{"encoding":"<","htype":"dflatfield-1.0","shape":[5,4],"type":"uint16"}"#, .unknownMessage),
        (#"{"encoding":"<","encoding":"<","htype":"dimage_d-1.0","shape":[5,4],"type":"uint16"}"#, .duplicateField),
        (#"{"encoding":3,"htype":"dimage_d-1.0","shape":[5,4],"type":"uint16"}"#, .malformed),
    ]) func aBrokenDescriptionIsRefused(_ description: String, _ code: WireErrorCode) {
        #expect(decoder.refusal(message(description: description)) == code)
    }

    @Test func theHeaderDetailDecidesWhatComes() throws {
        let encoder = StreamEncoder(version: .v1)
        for (detail, parts) in [(HeaderDetail.none, 2), (.basic, 3), (.all, 9)] {
            let message = try encoder.start(fullSeries(.v1, detail))
            #expect(message.count == parts, "\(detail), with an appendix")
            let start = try decoder.start(message)
            #expect(start.seriesID == 15614 && start.headerDetail == detail.rawValue && start.version == .v1)
            #expect(start.appendix == .text("{\"sample\": \"lysozyme µ\"}"))
            #expect(start.settings.description == (detail == .none ? nil : "Dectris EIGER2 Si 500K"))
            #expect(start.pixelMasks.count == (detail == .all ? 1 : 0))
            #expect(start.notes.isEmpty)
        }
    }

    @Test func partsOfAHeaderThatDidNotComeAreNoted() throws {
        let header = Array(#"{"header_detail":"all","htype":"dheader-1.0","series":6}"#.utf8)
        let start = try decoder.start([header])
        #expect(start.notes.count == 4)
        #expect(start.settings == DetectorSettings())
    }

    @Test func partsOfAHeaderThatComeAsMessagesAreNamed() throws {
        let part = Array(#"{"htype":"dflatfield-1.0","shape":[5,4],"type":"float32"}"#.utf8)
        guard case .other(let type) = try decoder.decode([part]) else { throw StreamDecoder.Unexpected() }
        #expect(type == "dflatfield-1.0")
    }

    @Test func anAppendixThatIsNotUTF8IsKeptAsBytes() throws {
        var parts = try StreamEncoder(version: .v1).start(fullSeries(.v1, .basic))
        parts[2] = [0xff, 0xfe]
        #expect(try decoder.start(parts).appendix == .bytes([0xff, 0xfe]))
        parts[2] = Array("{not JSON".utf8)
        #expect(try decoder.start(parts).appendix == .text("{not JSON"))
    }

    @Test func unknownConfigurationIsKept() throws {
        var series = fullSeries(.v1, .basic)
        series.extraFields = [WireEntry("zz_new", .array([.integer(1), .null, .text("é\n\"")]))]
        let start = try decoder.start(StreamEncoder(version: .v1).start(series))
        #expect(start.original["configuration"]?["zz_new"] == .array([.integer(1), .null, .text("é\n\"")]))
    }

    @Test func oldFirmwareWritesFlagsAsNumbers() throws {
        let header = Array(#"{"header_detail":"basic","htype":"dheader-1.0","series":6}"#.utf8)
        let configuration =
            Array(#"{"auto_summation":1,"pixel_mask_applied":0,"nimages":3,"ntrigger":2,"trigger_mode":"inte"}"#.utf8) + [0x0a]
        let settings = try decoder.start([header, configuration]).settings
        #expect(settings.autoSummation == true && settings.pixelMaskApplied == false)
    }

    @Test(arguments: [
        ("ints", 6, false), ("exts", 6, false), ("inte", 2, false), ("exte", 2, false), ("extg", 6, true), ("eies", 6, true),
    ]) func expectedFramesFollowTheTriggerMode(_ mode: String, _ count: Int, _ isUpperBound: Bool) {
        var settings = DetectorSettings()
        settings.numberOfImages = 3
        settings.numberOfTriggers = 2
        settings.triggerMode = mode
        #expect(settings.expectedFrames(.v1)?.count == count)
        #expect(settings.expectedFrames(.v1)?.isUpperBound == isUpperBound)
        #expect(settings.expectedFrames(.v2)?.count == 3)
    }

    @Test func expectedFramesBeyondAnIntegerAreUnknown() {
        var settings = DetectorSettings()
        #expect(settings.expectedFrames(.v2) == nil)
        settings.numberOfImages = .max
        settings.numberOfTriggers = 2
        #expect(settings.expectedFrames(.v1) == nil)
    }

    @Test func theHashIsTheDigestOfTheSecondPart() throws {
        let array = EncodedArray(shape: [4, 5], element: .uint16, packing: .raw, payload: [UInt8](repeating: 0, count: 40))
        let parts = try StreamEncoder(version: .v1).image(ImageHead(seriesID: 1, frame: 0), [array])
        #expect(
            String(decoding: parts[1], as: UTF8.self)
                == #"{"encoding":"<","htype":"dimage_d-1.0","shape":[5,4],"size":40,"type":"uint16"}"#)
        // md5sum of that text.
        #expect(String(decoding: parts[0], as: UTF8.self).contains(#""hash":"a09c72c652a5491c2102e44ea8935b76""#))
    }

    @Test func detectionTellsTheVersionsApart() throws {
        #expect(StreamDecoder.detect(message()) == .v1)
        #expect(StreamDecoder.detect([Golden.image]) == .v2)
        #expect(StreamDecoder.detect([Array(#"{"type":"start"}"#.utf8)]) == nil)
        #expect(StreamDecoder.detect([[0xa1] + text("kind") + text("end")]) == nil)
        #expect(StreamDecoder.detect([]) == nil)
        #expect(StreamDecoder.detect([[]]) == nil)
        #expect(StreamDecoder.detect([Golden.chunk]) == nil)
    }
}
