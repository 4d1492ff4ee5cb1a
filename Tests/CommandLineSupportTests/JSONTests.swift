import CommandLineSupport
import Diagnostics
import Foundation
import Testing

struct JSONTests {
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

    @Test func anEncodableIsTakenWithSortedKeys() throws {
        struct Counts: Encodable {
            let written = 300
            let expected: Int? = nil
            let shape = [4362, 4148]
            let rate = 97.5
            let isComplete = true
        }
        #expect(
            try JSONValue(encoding: Counts()).line == #"{"isComplete":true,"rate":97.5,"shape":[4362,4148],"written":300}"#)
    }

    @Test func anEncodableThatIsNotFiniteIsRefused() {
        #expect { try JSONValue(encoding: [Double.nan]) } throws: { ($0 as? CommandLineError)?.code == .valueNotEncodable }
    }
}
