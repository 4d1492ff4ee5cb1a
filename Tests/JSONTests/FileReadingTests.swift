import Diagnostics
import Foundation
import JSON
import TestSupport
import Testing

/// Values of a file, through a window of any length.
struct FileReadingTests {
    private static let records = [
        #"{"a": "é😀\ud83d\ude00", "list": [{"size": 1}, {"size": 2.50}], "b": true}"#, #"["\ud800"]"#, "null", #"{"list": [[]]}"#,
    ]

    @Test(arguments: [1, 2, 3, 7, 64, 1 << 18]) func theWindowChangesNothing(window: Int) throws {
        let folder = try TemporaryFolder()
        let text = Array(Self.records.joined(separator: "\n").utf8)
        let path = folder.file("records.json").path
        try folder.write(text, to: "records.json")
        var file = JSONReader(try JSONBytes(path: path, largestWindow: window))
        var memory = JSONReader(JSONBytes(text))
        var places: [UInt64] = []
        for _ in Self.records {
            #expect(try file.look() == memory.look())
            places.append(file.bytes.offset)
            #expect(file.bytes.offset == memory.bytes.offset)
            let (ours, theirs) = (try file.value(), try memory.value())
            #expect(ours.value == theirs.value)
            #expect(ours.fault?.what == theirs.fault?.what)
            #expect(ours.fault?.place == theirs.fault?.place.map { "\(path), \($0)" })
        }
        #expect(try file.look() == nil && memory.look() == nil)
        file.bytes.seek(to: places[3])
        memory.bytes.seek(to: places[3])
        #expect(try file.value().value == ["list": [[]]])
        #expect(try memory.value().value == ["list": [[]]])
        file.bytes.seek(to: .max)
        memory.bytes.seek(to: .max)
        #expect(throws: JSONError.self) { try file.value() }
        #expect(throws: JSONError.self) { try memory.value() }
    }

    /// A list that is too long for the tree is read element by element, each with limits and faults of its own.
    @Test func aMemberCanBeReadByWhoeverAsksForIt() throws {
        let text = #"{"list": [{"list": [1]}, "\ud800", "\#(String(repeating: "a", count: 200))", 4], "b": 1, "in": {"list": 7}}"#
        var reader = JSONReader(JSONBytes(Array(text.utf8)), limits: JSONLimits(depth: 4, textBytes: 400, valueBytes: 600))
        var seen: [(JSONValue, String?)] = []
        reader.member = { (key, reader) throws(JSONError) in
            guard key == "list", try reader.look() == UInt8(ascii: "[") else { return nil }
            try reader.each { (reader) throws(JSONError) in
                let (value, fault) = try reader.part("An element", atMost: 260)
                seen.append((value, fault?.what))
            }
            return .array([])
        }
        let (value, fault) = try reader.value()
        #expect(fault == nil)
        #expect(value == ["list": [], "b": 1, "in": ["list": 7]])
        #expect(seen.map(\.1) == [nil, "Half of a surrogate pair stands alone", "An element is too long", nil])
        #expect(seen.first?.0 == ["list": [1]] && seen.last?.0 == 4)
    }

    @Test func whoeverWantsNoMoreStopsTheReading() throws {
        var reader = JSONReader(JSONBytes(Array("{\"a\": 1}".utf8)))
        reader.member = { (_, _) throws(JSONError) in throw JSONError(.stopped, "Enough", cause: CocoaError(.userCancelled)) }
        let error = #expect(throws: JSONError.self) { try reader.value() }
        #expect(error?.code == .stopped && error?.cause is CocoaError)
        reader.member = nil
        reader.bytes.seek(to: 0)
        #expect(try reader.value().value == ["a": 1])
    }

    @Test func behindATornLineTheNextOneIsRead() throws {
        var reader = JSONReader(JSONBytes(Array("{\"pid\": \"torn\n\"a\\\n[1]\n2".utf8)))
        var read: [JSONValue] = []
        for _ in 0..<4 {
            do throws(JSONError) { read.append(try reader.value().value) } catch { try reader.skipLine() }
        }
        #expect(read == [[1], 2])
    }

    @Test func whatIsNoFileIsUnreadable() throws {
        let folder = try TemporaryFolder()
        for path in [folder.file("none.json").path, folder.path, "/dev/null"] {
            let error = #expect(throws: JSONError.self) { try JSONBytes(path: path) }
            #expect(error?.code == .unreadable && error?.place == path)
        }
    }

    @Test func aFileThatWasWrittenSinceHasAnotherStamp() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("[1]".utf8), to: "a.json")
        let bytes = try JSONBytes(path: folder.file("a.json").path)
        let before = try bytes.stamp()
        #expect(try bytes.stamp() == before)
        try folder.write(Array("[1] ".utf8), to: "a.json")
        #expect(try JSONBytes(path: folder.file("a.json").path).stamp() != before)
    }
}
