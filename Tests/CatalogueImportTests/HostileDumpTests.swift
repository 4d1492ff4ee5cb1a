import CatalogueImport
import Custody
import Diagnostics
import Foundation
import RunCatalogue
import TestSupport
import Testing

struct HostileDumpTests {
    /// Each spoils one record: the good one beside it goes in.
    static let spoilt: [(field: String, value: String, code: String)] = [
        ("datasetName", "7", "badField"), ("datasetName", "null", "badField"), ("endTime", "\"yesterday\"", "badField"),
        ("endTime", "\"2025-02-26T14:30:00\"", "badField"), ("endTime", "\"2025-01-01T00:00:00Z\"", "badField"),
        ("endTime", "\"2999-01-01T00:00:00Z\"", "badField"), ("endTime", "\"2199-01-01T00:00:00Z\"", "badRequest|clockRefuses"),
        ("type", "\"custom\"", "badField"),
        ("size", "\"30\"", "badField"), ("isPublished", "\"true\"", "badField"), ("keywords", "[1]", "badField"),
        ("techniques", "[\"SAXS\"]", "badField"), ("datasetlifecycle", "{\"dateOfPublishing\": true}", "badField"),
        ("description", "\"\\ud800\"", "badField"), ("pid", "\"a\\u0001b\"", "badField"),
        ("instrumentIds", "[\"a\",\"b\"]", "inconsistent"),
        ("scientificMetadata", String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000), "tooMuch"),
        ("scientificMetadata", String(repeating: "{\"a\":", count: 70) + "1" + String(repeating: "}", count: 70), "tooMuch"),
    ]

    @Test(arguments: spoilt.indices)
    func oneBadRecordKeepsNoGoodOneOut(number: Int) async throws {
        let (field, value, code) = Self.spoilt[number]
        let bad = try Dump.dataset("bad/1", [field: "@@"]).replacing("\"@@\"", with: value)
        let desk = try await TestDesk()
        let (summary, records) = try await desk.take([
            "1.json": "[\(bad),\n\(try Dump.dataset())]", "2.json": "[\(try Dump.block())]",
        ])
        let refused = records.filter { $0.outcome == .refused }
        #expect(records.count == 2 && refused.count == 1, "\(records)")
        #expect(refused.first?.index == 0)
        #expect(code.split(separator: "|").contains { $0 == refused.first?.error?.code ?? "" }, "\(refused)")
        #expect(refused.first?.error?.text.contains("1.json") == true || refused.first?.error?.text.contains("bad/1") == true)
        #expect(summary.refused == 1)
        #expect(try await desk.run(Dump.pid).fileCount == 2)
    }

    @Test(arguments: [
        (#"{"path": "../../etc/passwd", "size": 1}"#, "badRequest"), (#"{"path": "/etc/passwd", "size": 1}"#, "badRequest"),
        (#"{"path": "a", "size": -1}"#, "badField"), (#"{"path": "a"}"#, "badField"), (#"{"path": 7, "size": 1}"#, "badRequest"),
        (#"{"path": "a", "size": 1.5}"#, "badField"), (#"{"path": "drop7_master.h5", "size": 10}"#, "badRequest"),
        (#"{"path": "a", "size": 9223372036854775807}"#, "badField"), (#"[1]"#, "badField"),
        (#"{"path": "a\u0000b", "size": 1}"#, "badRequest"),
    ])
    func oneBadFileKeepsItsDatasetOut(file: String, code: String) async throws {
        let desk = try await TestDesk()
        let files = try Dump.block().replacing("\"dataFileList\":[", with: "\"dataFileList\":[\(file),")
        let (_, records) = try await desk.take(["1.json": "[\(try Dump.dataset())]", "2.json": "[\(files)]"])
        #expect(records.map(\.outcome) == [.refused])
        #expect(records.first?.error?.code == code, "\(records)")
        #expect(try await desk.isEmpty())
    }

    @Test func linesAreReadOnBehindABrokenOne() async throws {
        let desk = try await TestDesk()
        let text = [try Dump.dataset(), "{\"pid\": \"torn", try Dump.block(), "", "true"].joined(separator: "\n") + "\n"
        let (_, records) = try await desk.take(["dump.jsonl": text])
        // What begins in a text that is never closed ends with the line.
        #expect(records.filter { $0.outcome == .new }.map(\.name) == [Dump.pid])
        #expect(records.filter { $0.outcome == .refused }.compactMap { $0.error?.code }.sorted() == ["notJSON", "unknownRecord"])
    }

    @Test func aListThatIsCutShortGivesWhatStoodBeforeTheCut() async throws {
        let desk = try await TestDesk()
        let (_, records) = try await desk.take(["1.json": "[\(try Dump.dataset("whole/1")),{\"pid\": \"cut/1\", \"dataset"])
        #expect(records.filter { $0.outcome == .new }.map(\.name) == ["whole/1"])
        #expect(records.filter { $0.outcome == .refused }.map { $0.error?.code } == ["notJSON"])
    }

    @Test func aFileThatIsNoDumpIsRefused() async throws {
        for text in ["<html></html>", "42", "[[[", "{}", "\u{0}\u{1}", "[1,2"] {
            let desk = try await TestDesk()
            let (summary, _) = try await desk.take(["1.json": text])
            #expect(summary.refused > 0, "\(text)")
            #expect(try await desk.isEmpty())
        }
        let desk = try await TestDesk()
        let (summary, records) = try await desk.take(["1.json": "", "2.json": " [] "])
        #expect(records.isEmpty && summary.total == 0)
        await #expect(throws: CatalogueImportError.self) {
            _ = try await SciCatImport(desk.custodian, by: .custodian, SciCatOptions()).run(["/nowhere/dump.json"]) { _ in }
        }
    }

    @Test func whatStandsTwiceOrBelongsToNothingIsTold() async throws {
        let desk = try await TestDesk()
        let (_, records) = try await desk.take([
            "1.json": "[\(try Dump.dataset()),\(try Dump.dataset(Dump.pid, ["datasetName": "Other"]))]",
            "2.json": "[\(try Dump.block()),\(try Dump.block("orphan/1"))]",
        ])
        #expect(records.map { $0.error?.code } == ["inconsistent", "inconsistent", nil])
        #expect(try await desk.run(Dump.pid).name == "Drop 7")
    }

    /// Whatever is done to a dump's bytes, the import ends with an answer; and a catalogue that was entered is whole.
    @Test func randomBytesNeverTrap() async throws {
        let text = Array("[\(try Dump.dataset()),\(try Dump.block()),\(try Dump.published())]".utf8)
        var generator = SeededBytes(state: 42)
        let desk = try await TestDesk()
        for _ in 0..<300 {
            var bytes = text
            for _ in 0..<(1 + Int(generator.next() % 6)) {
                let place = Int(generator.next() % UInt64(bytes.count))
                switch generator.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int(generator.next() % UInt64(bytes.count))], at: place)
                }
            }
            let path = desk.folder.file("spoilt.json")
            try Data(bytes).write(to: path)
            var records: [ImportedRecord] = []
            _ = try await SciCatImport(desk.custodian, by: .custodian, SciCatOptions()).run([path.path]) { records.append($0) }
            #expect(records.allSatisfy { ($0.error == nil) == ($0.pid != nil && $0.outcome != .changed) })
        }
        #expect(try await desk.custodian.verifyAll().problems == [])
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
