import Diagnostics
import Foundation
import JSON
import Testing

/// What RFC 8259 calls JSON, and what it does not.
struct GrammarTests {
    private func read(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(reading: Array(text.utf8)) }

    @Test(arguments: [
        ("null", "null"), (" \t\r\n true \n", "true"), ("false", "false"), ("\"\"", "\"\""), ("[]", "[]"), ("{}", "{}"),
        ("[ 1 , [ 2 ] , { } ]", "[1,[2],{}]"), (#"{ "a" : { "b" : [ ] } , "" : 0 }"#, #"{"a":{"b":[]},"":0}"#),
        ("\u{FEFF}[1]", "[1]"), (#""\/\"\\""#, #""/\"\\""#), (#""\b\f\n\r\t""#, #""\u0008\u000c\n\r\t""#),
        (#""\u0041\u00e9\u20AC""#, "\"Aé€\""), (#""\ud83d\ude00\uD834\uDD1E""#, "\"\u{1F600}\u{1D11E}\""),
        (#""\u0000""#, #""\u0000""#), ("\"é\u{1F600}\u{10FFFF}\"", "\"é\u{1F600}\u{10FFFF}\""),
        (#""\uFFFF\ufeff""#, "\"\u{FFFF}\u{FEFF}\""),
    ])
    func whatIsJSONIsRead(text: String, line: String) throws {
        #expect(try read(text).line == line)
    }

    @Test(arguments: [
        "0", "-0", "-0.0", "7", "-12", "1.10", "0.5e-3", "1E+2", "1e0", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "123456789012345678901234567890", "1e308", "4.9e-324", "1e-400",
    ])
    func aNumberKeepsItsDigits(digits: String) throws {
        #expect(try read("[\(digits)]").line == "[\(digits)]")
        #expect(JSONNumber(digits: digits)?.digits == digits)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("-12", -12), ("12.0", 12), ("1e3", 1000), ("1.5", nil), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1e19", nil), ("1e400", nil),
        ] as [(String, Int64?)])
    func aWholeNumberIsExactOrNone(digits: String, number: Int64?) throws {
        #expect(try #require(JSONNumber(digits: digits)).integer == number)
    }

    @Test func aNumberBeyondADoubleIsTakenOnlyWhereItIsAskedFor() throws {
        for digits in ["1e400", "-1e999", "1" + String(repeating: "0", count: 309)] {
            let limits = JSONLimits(numberBytes: 400)
            let error = #expect(throws: JSONError.self) { try JSONValue(reading: Array(digits.utf8), limits: limits) }
            #expect(error?.code == .badValue)
            let any = JSONLimits(numberBytes: 400, takesAnyNumber: true)
            #expect(try JSONValue(reading: Array(digits.utf8), limits: any).line == digits)
            #expect(JSONNumber(digits: digits)?.double == nil)
        }
        #expect(JSONNumber(Double.nan) == nil && JSONValue.number(-.infinity) == .null)
    }

    static let noNumbers = [
        "01", "-01", "00", "1.", ".5", "-", "-.5", "+1", "1e", "1e+", "1.e3", "1.5.2", "0x10", "1_000", "--1", "1-2", "1e5e5",
    ]

    @Test(arguments: noNumbers) func whatIsNoNumberIsRefused(digits: String) {
        #expect(JSONNumber(digits: digits) == nil)
        for text in [digits, "[\(digits)]", "{\"a\":\(digits)}"] {
            let error = #expect(throws: JSONError.self, "\(text)") { try read(text) }
            #expect(error?.code == .badValue || error?.code == .notJSON)
        }
    }

    @Test(arguments: [
        "", " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}",
        "{\"a\" 1}", "{,}", "nul", "tru", "True", "NaNs]", "'a'", "\"a", "\"a\nb\"", "\"\\", "[1]]", "1 2", "{}{}", "null,",
        "/**/1",
        "[1] x", "\u{0}", "\"a\"\u{0}", "<html>", "[}", "{]", "[\"a\",\n", "\u{FEFF}\u{FEFF}1",
    ])
    func whatHasNoEndIsNoJSON(text: String) {
        let error = #expect(throws: JSONError.self) { try read(text) }
        #expect(error?.code == .notJSON || error?.code == .badValue, "\(String(describing: error))")
        #expect(error?.place?.hasPrefix("byte ") == true)
    }

    static let spoilt: [(text: [UInt8], what: String)] = [
        (Array(#""\ud800""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\udc00""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\ud800\ud800""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\ud800\n""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\ud800x""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\udc00\ud800""#.utf8), "Half of a surrogate pair stands alone"),
        (Array(#""\u12g4""#.utf8), "\\u needs four hexadecimal digits"),
        (Array(#""\u12""#.utf8), "\\u needs four hexadecimal digits"),
        (Array(#""\u１２３４""#.utf8), "\\u needs four hexadecimal digits"),
        (Array(#""\x41""#.utf8), "A backslash before a sign that needs none"),
        (Array("\"a\u{0}b\"".utf8), "A text has a control character that is not escaped"),
        (Array("\"a\tb\"".utf8), "A text has a control character that is not escaped"),
        (Array("\"\u{1F}\"".utf8), "A text has a control character that is not escaped"),
        ([0x22, 0xFF, 0x22], "A text is not UTF-8"), ([0x22, 0xC0, 0x80, 0x22], "A text is not UTF-8"),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], "A text is not UTF-8"), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "A text is not UTF-8"),
        ([0x22, 0xE2, 0x82, 0x22], "A text is not UTF-8"), ([0x22, 0x80, 0x22], "A text is not UTF-8"),
        (Array(#"{"a":1,"b":2,"a":1}"#.utf8), "A name stands twice in an object"),
        (Array(#"{"a":1,"\u0061":1}"#.utf8), "A name stands twice in an object"),
        (Array("nope1".utf8), "This is not JSON"),
    ]

    /// As the value itself, as a member, and as a name; and the value behind it is read as ever.
    @Test(arguments: spoilt.indices) func whatIsSpoiltWithinIsNamed(number: Int) throws {
        let (text, what) = Self.spoilt[number]
        var places = [text, Array("[1,".utf8) + text + Array("]".utf8), Array("{\"x\":".utf8) + text + Array("}".utf8)]
        if text.first == 0x22 { places.append(Array("{".utf8) + text + Array(":1}".utf8)) }
        for place in places {
            let error = #expect(throws: JSONError.self) { try JSONValue(reading: place) }
            #expect(error?.what == what)
            guard error?.code == .badValue else { continue }
            var reader = JSONReader(JSONBytes(place + Array("\n[7]".utf8)))
            #expect(try reader.value().fault?.description == error?.description)
            let next = try reader.value()
            #expect(next.value == [7] && next.fault == nil)
        }
    }

    @Test func aNameThatStandsTwiceIsTakenOnlyWhereItIsAskedFor() throws {
        let text = #"{"a":1,"b":2,"a":3}"#
        let error = #expect(throws: JSONError.self) { try read(text) }
        #expect(error?.code == .badValue && error?.got == "'a'" && error?.place == "byte 19")
        var object = try #require(JSONValue(reading: Array(text.utf8), limits: JSONLimits(takesNamesTwice: true)).object)
        #expect(object["a"] == 3 && JSONValue.object(object).line == text)
        object["a"] = nil
        #expect(object == ["b": 2])
    }

    @Test func anErrorNamesTheByteAndBothSides() {
        let error = #expect(throws: JSONError.self) { try read(#"{"a": [1, 2}"#) }
        #expect(error?.description == "This is not JSON (byte 11): got '}', expected ',' or ']'")
    }
}
