import Diagnostics
import Foundation
import JSON
import Testing

struct LineTests {
    @Test func membersKeepTheOrderInWhichTheyWereAdded() {
        var object: JSONObject = ["event": "sealed", "run": "/data/a", "exit_code": 0]
        object["run"] = "/data/b"
        #expect(JSONValue.object(object).line == #"{"event":"sealed","run":"/data/b","exit_code":0}"#)
    }

    @Test func slashesAreNotEscapedAndControlCharactersAre() {
        #expect(JSONValue.string("/a/b \"c\" \\ \n\t\r\u{1}\u{2028}é").line == #""/a/b \"c\" \\ \n\t\r\u0001\u2028é""#)
    }

    @Test(arguments: [(1.0, "1"), (-0.5, "-0.5"), (1e300, "1e+300"), (0.1, "0.1"), (.infinity, "null"), (.nan, "null")])
    func aNumberIsItsShortestText(number: Double, text: String) {
        #expect(JSONValue.number(number).line == text)
    }

    @Test func theExtremesOfIntegersAreExact() {
        #expect(JSONValue.integer(.min).line == "-9223372036854775808")
        #expect(JSONValue.integer(.max).line == "9223372036854775807")
    }

    @Test func anotherParserReadsBackWhatWasWritten() throws {
        let value: JSONValue = ["a": [1, 2.5, nil, true, "\u{7}x\u{85}\u{2029}"], "b": ["c": "\u{1F600}/"], "d": [:], "e": []]
        let parsed = try JSONSerialization.jsonObject(with: Data(value.line.utf8)) as? NSDictionary
        let expected: NSDictionary = [
            "a": [1, 2.5, NSNull(), true, "\u{7}x\u{85}\u{2029}"], "b": ["c": "\u{1F600}/"], "d": [String: Any](), "e": [Any](),
        ]
        #expect(parsed == expected)
        #expect(!value.line.contains("\n"))
    }

    @Test func whatIsWrittenIsOneLineThatNoTerminalObeys() throws {
        let all = String(String.UnicodeScalarView((0...0x2100).compactMap { Unicode.Scalar($0) }))
        let line = JSONValue.object([all: .string(all)]).line
        #expect(line.unicodeScalars.allSatisfy { !$0.isControl && $0.value != 0x2028 && $0.value != 0x2029 })
        #expect(try JSONValue(reading: Array(line.utf8)) == [all: .string(all)])
    }

    @Test func sortedKeysGiveTheSameTextForTheSameContent() throws {
        let one = try JSONValue(reading: Array(#"{"b": [{"d": 1, "c": 2}], "a": {"z": null, "Y": ""}}"#.utf8))
        let other = try JSONValue(reading: Array(#"{"a": {"Y": "", "z": null}, "b": [{"c": 2, "d": 1}]}"#.utf8))
        #expect(one != other && one.sorted == other.sorted)
        #expect(one.sorted.line == #"{"a":{"Y":"","z":null},"b":[{"c":2,"d":1}]}"#)
    }

    @Test func anObjectHasEachKeyOnce() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.members.map(\.key) == ["a", "b"] && object["a"] == 3)
        object["b"] = nil
        object["c"] = nil
        object.merge(["d": 4, "a": 5])
        #expect(JSONValue.object(object).line == #"{"a":5,"d":4}"#)
        #expect(JSONValue.object(object.filter { $0.key != "a" }.compactMap { .string("\($0.value)") }).line == #"{"d":"4"}"#)
        #expect(object["x"] == nil && JSONValue.array([])["a"] == nil)
    }
}
