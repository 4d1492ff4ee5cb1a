import Diagnostics
import Foundation
import JSON
import Testing

/// Bytes from a stranger: an answer each time, no trap, no stack that runs out, no memory without limit.
struct HostileBytesTests {
    private static let sample =
        #"{"pid": "20.500/\u00e9\ud83d\ude00", "n": [0, -1.5e+3, 1.10, true, false, null, "a\\b\"\n"], "o": {"": {}, "é€😀": []}} "#

    @Test func cutOffAtEveryByteItIsRefused() throws {
        let bytes = Array(Self.sample.utf8)
        _ = try JSONValue(reading: bytes)
        for count in 0..<(bytes.count - 1) {
            let error = #expect(throws: JSONError.self, "\(count)") { try JSONValue(reading: Array(bytes[..<count])) }
            #expect(error?.code == .notJSON, "\(count)")
        }
    }

    /// Another parser is asked: what this one takes, that one takes too, and it has the same content for it.
    @Test func spoiltAtRandomItIsRefusedOrReadAsAnotherParserReadsIt() throws {
        let bytes = Array(Self.sample.utf8)
        var generator = SeededBytes(state: 8259)
        var taken = 0
        for _ in 0..<20_000 {
            var text = bytes
            for _ in 0..<(1 + Int(generator.next() % 4)) {
                let place = Int(generator.next() % UInt64(text.count))
                switch generator.next() % 3 {
                case 0: text[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: text.remove(at: place)
                default: text.insert(text[Int(generator.next() % UInt64(text.count))], at: place)
                }
            }
            guard let value = try? JSONValue(reading: text) else { continue }
            taken += 1
            let (theirs, ours) = (try Self.another(text), try Self.another(Array(value.line.utf8)))
            #expect(ours != nil && ours == theirs, "\(String(decoding: text, as: UTF8.self))")
            #expect(try JSONValue(reading: Array(value.line.utf8)) == value)
        }
        #expect(taken > 500)
    }

    private static func another(_ text: [UInt8]) throws -> NSDictionary? {
        try JSONSerialization.jsonObject(with: Data("{\"value\":".utf8) + Data(text) + Data("}".utf8)) as? NSDictionary
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":[", "[[],"]) func depthIsNotPaidForWithTheStack(piece: String) {
        for count in [10_000, 1_000_000] {
            let open = Array(String(repeating: piece, count: count).utf8)
            let error = #expect(throws: JSONError.self) { try JSONValue(reading: open) }
            #expect(error?.code == .notJSON)
        }
    }

    @Test func asDeepAsTheLimitIsTakenAndOneMoreIsNot() throws {
        for most in [1, 32, 64, 10_000] {
            let limits = JSONLimits(depth: most)
            let deepest = min(most, JSONLimits.mostLevels)
            func nested(_ depth: Int) -> [UInt8] {
                Array((String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)).utf8)
            }
            #expect(try JSONValue(reading: nested(deepest), limits: limits).line.utf8.count == 2 * deepest + 1)
            for depth in [deepest + 1, 10_000] {
                let error = #expect(throws: JSONError.self) { try JSONValue(reading: nested(depth), limits: limits) }
                #expect(error?.code == .tooMuch)
                #expect(error?.expected == "at most \(deepest) levels")
            }
        }
    }

    @Test func whatIsTooLongIsRefusedAndTheNextValueIsRead() throws {
        let limits = JSONLimits(textBytes: 100, valueBytes: 1000, numberBytes: 10)
        let long = String(repeating: "a", count: 101)
        for (text, what) in [
            ("\"\(long)\"", "A text is too long"), ("{\"\(long)\":1}", "A text is too long"),
            ("12345678901", "This is no number"),
            ("[" + String(repeating: "1,", count: 20) + "1]", "The record is too long"),
            ("[" + String(repeating: "\"\(long.dropLast())\",", count: 6) + "1]", "The record is too long"),
        ] {
            var reader = JSONReader(JSONBytes(Array("\(text) \"next\"".utf8)), limits: limits, what: "The record")
            #expect(try reader.value().fault?.what == what, "\(text)")
            let next = try reader.value()
            #expect(next.value == "next" && next.fault == nil)
        }
        let least = "[\"\(long.dropLast())\",1234567890]"
        #expect(try JSONValue(reading: Array(least.utf8), limits: limits).line == least)
    }

    /// Many names in one object: looking for one that stands twice is no work of n².
    @Test func anObjectOfAHundredThousandNamesIsRead() throws {
        let names = (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(try JSONValue(reading: Array("{\(names)}".utf8)).object?.members.count == 100_000)
        let error = #expect(throws: JSONError.self) { try JSONValue(reading: Array("{\(names),\"77777\":0}".utf8)) }
        #expect(error?.got == "'77777'")
    }
}

/// Knuth's constants of MMIX.
private struct SeededBytes {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 24
    }
}
