import DetectorWire
import Testing

/// Messages written down by hand or by another program, with the values that they were made from.
struct GoldenVectorTests {
    private let decoder = StreamDecoder(version: .v2)

    @Test func theGoldenImageIsReadWhole() throws {
        let parts = [Golden.image]
        #expect(Golden.image.count == 239)
        let image = try decoder.image(parts)
        #expect(image.seriesID == 7)
        #expect(image.frame == 0)
        #expect(image.uniqueID?.text(in: parts) == "01J0")
        #expect(image.seriesDate?.text(in: parts) == "2026-01-02T03:04:05.678+01:00")
        #expect(image.realTime == WireTime(numerator: 50_000, denominator: 50_000_000))
        #expect(image.realTime?.nanoseconds == 1_000_000)
        #expect(image.startTime == WireTime(numerator: 0, denominator: 50_000_000))
        #expect(image.stopTime == WireTime(numerator: 50_000, denominator: 50_000_000))
        #expect(image.appendix == nil)
        #expect(image.skippedKeys == 0 && image.unreadableFields == 0)
        #expect(image.channelCount == 1)
        let channel = image.channel(0)
        #expect(channel.name?.text(in: parts) == "threshold_1")
        #expect(channel.array.rank == 2)
        #expect(channel.array.slow == 4 && channel.array.fast == 5 && channel.array.planes == 1)
        #expect(channel.array.element == .uint16 && channel.array.byteOrder == .littleEndian)
        #expect(channel.array.packing == .bitshuffleLZ4 && channel.array.elementBytesOfPacking == 2)
        #expect(channel.array.uncompressedBytes == 40)
        #expect(channel.array.payload.bytes(in: parts) == Golden.chunk)
    }

    @Test func theGoldenEndIsReadWhole() throws {
        let end = try decoder.end([Golden.end])
        #expect(end == (try StreamDecoder(version: .v2).end([Golden.end])))
        #expect(end.seriesID == 7)
        #expect(end.uniqueID == "01J0")
    }

    @Test func theGoldenArrayIsRowsByColumnsAndNotPacked() throws {
        let parts = [imageV2(array: Golden.array)]
        let array = try decoder.image(parts).channel(0).array
        #expect(array.slow == 2 && array.fast == 3)
        #expect(array.packing == .raw && array.element == .uint16 && !array.isCut)
        #expect(array.payload.bytes(in: parts) == [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
    }

    @Test func ourEncoderWritesTheGoldenEndByteForByte() {
        #expect(StreamEncoder(version: .v2).end(seriesID: 7, uniqueID: "01J0") == [Golden.end])
    }

    @Test func ourEncoderWritesTheGoldenImageByteForByte() throws {
        var head = ImageHead(seriesID: 7, frame: 0, uniqueID: "01J0")
        head.realTime = WireTime(numerator: 50_000, denominator: 50_000_000)
        head.startTime = WireTime(numerator: 0, denominator: 50_000_000)
        head.stopTime = WireTime(numerator: 50_000, denominator: 50_000_000)
        head.seriesDate = "2026-01-02T03:04:05.678+01:00"
        #expect(try StreamEncoder(version: .v2).image(head, [goldenChannel("threshold_1")]) == [Golden.image])
    }

    /// RFC 8949, appendix A, as values of unknown keys in a start message.
    @Test(arguments: [
        ("f90000", WireValue.double(0)), ("f98000", .double(-0.0)), ("f93c00", .double(1)), ("f93e00", .double(1.5)),
        ("f97bff", .double(65504)), ("f90001", .double(5.960464477539063e-8)), ("f90400", .double(0.00006103515625)),
        ("f9c400", .double(-4)), ("f97c00", .double(.infinity)), ("f9fc00", .double(-.infinity)),
        ("fa47c35000", .double(100_000)),
        ("fb3ff199999999999a", .double(1.1)), ("f97000", .double(8192)), ("f96fd0", .double(8000)),
        ("1bffffffffffffffff", .unsigned(.max)),
        ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("3903e7", .integer(-1000)), ("20", .integer(-1)),
        ("3b7fffffffffffffff", .integer(.min)), ("3bffffffffffffffff", .tagged(3, .bytes(hex("ffffffffffffffff")))),
        ("f4", .bool(false)), ("f6", .null), ("f7", .undefined), ("f0", .simple(16)), ("f8ff", .simple(255)), ("40", .bytes([])),
        ("4401020304", .bytes([1, 2, 3, 4])), ("62c3bc", .text("ü")),
        ("c074323031332d30332d32315432303a30343a30305a", .tagged(0, .text("2013-03-21T20:04:00Z"))),
        ("5f42010243030405ff", .bytes([1, 2, 3, 4, 5])), ("7f657374726561646d696e67ff", .text("streaming")),
        (
            "9f018202039f0405ffff",
            .array([.integer(1), .array([.integer(2), .integer(3)]), .array([.integer(4), .integer(5)])])
        ),
        ("bf61610161629f0203ffff", .map([WireEntry("a", .integer(1)), WireEntry("b", .array([.integer(2), .integer(3)]))])),
    ]) func everyKindOfItemIsKept(_ encoded: String, _ value: WireValue) throws {
        let start = try decoder.start([messageV2("start", [("series_id", [1]), ("x", hex(encoded))])])
        #expect(start.original["x"] == value)
    }

    @Test func aHalfThatIsNoNumberStaysNone() throws {
        let start = try decoder.start([messageV2("start", [("series_id", [1]), ("x", hex("f97e00"))])])
        #expect(start.original["x"]?.doubleValue?.isNaN == true)
    }
}
