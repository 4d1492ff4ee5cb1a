import DetectorWire
import Foundation
import Testing

/// Values, and what is made of them.
struct WireValueTests {
    @Test func jsonSaysWhatAHeaderSays() {
        let value = WireValue.map([
            WireEntry("text", .text("a\"\\\n\u{1}µ")),
            WireEntry("numbers", .array([.integer(-1), .unsigned(.max), .double(1e-7), .double(8041)])),
            WireEntry(
                "odd",
                .array([.double(.nan), .double(.infinity), .double(-.infinity), .null, .undefined, .bool(true), .simple(7)])),
            WireEntry("date", .tagged(0, .text("2026-01-02"))), WireEntry("tag", .tagged(30, .array([]))),
            WireEntry("bytes", .bytes(Array("any carnal pleas".utf8))), WireEntry("none", .bytes([])),
            WireEntry(.integer(5), .map([])),
        ])
        let expected =
            #"{"text":"a\"\\\n\u0001µ","numbers":[-1,18446744073709551615,1e-07,8041.0],"odd":["NaN","Infinity","-Infinity",null,null,true,"#
            + #"{"simple":7}],"date":"2026-01-02","tag":{"tag":30,"value":[]},"bytes":{"base64":"YW55IGNhcm5hbCBwbGVhcw=="},"#
            + #""none":{"base64":""},"5":{}}"#
        #expect(value.json() == expected)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64IsAsTheStandardHasIt(_ text: String, _ encoded: String) {
        #expect(WireValue.bytes(Array(text.utf8)).json() == "{\"base64\":\"\(encoded)\"}")
    }

    @Test func anotherParserReadsTheHeaderOfARealSizedSeries() throws {
        for version in StreamVersion.allCases {
            let start = try StreamDecoder(version: version).start(StreamEncoder(version: version).start(fullSeries(version)))
            let object = try JSONSerialization.jsonObject(with: Data(start.original.json().utf8)) as? [String: Any]
            #expect(object != nil)
        }
    }

    @Test func arraysInAHeaderAreDescribed() throws {
        let start = try StreamDecoder(version: .v2).start(StreamEncoder(version: .v2).start(fullSeries(.v2)))
        #expect(start.original["pixel_mask"]?["threshold_1"]?.json() == #"{"shape":[4,5],"type":"uint32","bytes":80}"#)
        #expect(
            start.original["countrate_correction_lookup_table"]?.json() == #"{"shape":[65536],"type":"uint32","bytes":262144}"#)
    }

    /// Escapes of RFC 8259 in a V1 configuration.
    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9""#, "é"), (#""\ud83d\ude00""#, "😀"), (#""é""#, "é"),
        (#""\u0041b""#, "Ab"),
        (#""""#, ""),
    ]) func escapesAreResolved(_ json: String, _ text: String) throws {
        #expect(try configuration(json) == .text(text))
    }

    @Test(arguments: [
        #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\ude00""#, #""\uzzzz""#, "\"\u{1}\"", "+1",
        ".5", "1.", "1e",
        "-", "tru", "nul", "[1 2]", "{1:2}", "{\"a\" 1}", "1e999", "NaN",
    ]) func whatIsNotJSONIsRefused(_ json: String) {
        #expect(throws: WireError.self) { try configuration(json) }
    }

    @Test(arguments: [
        ("0", WireValue.integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)),
        ("18446744073709551616", .double(18_446_744_073_709_551_616)),
        ("1e-7", .double(1e-7)), ("-1.5E+2", .double(-150)), ("1.0", .double(1)), ("true", .bool(true)), ("[]", .array([])),
        (" { } ", .map([])),
    ]) func numbersAndWordsAreRead(_ json: String, _ value: WireValue) throws {
        #expect(try configuration(json) == value)
    }

    private func configuration(_ json: String) throws -> WireValue? {
        let header = Array(#"{"header_detail":"basic","htype":"dheader-1.0","series":6}"#.utf8)
        let start = try StreamDecoder(version: .v1).start([header, Array("{\"x\":\(json)}".utf8)])
        return start.original["configuration"]?["x"]
    }
}
