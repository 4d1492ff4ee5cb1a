import CatalogueImport
import Custody
import Foundation
import JSON
import RunCatalogue
import TestSupport
import Testing

/// A dump that is sent part by part is entered as one that is read where the catalogue is.
struct PieceTests {
    private static func dump() throws -> [String: String] {
        let (second, result) = ("20.500.12345/second", "20.500.12345/result")
        let sample = try Dump.text(["sampleId": "s-1", "sampleCharacteristics": ["chemical formula": "H2O"], "owner": "Irène"])
        let instrument = try Dump.text(["pid": "i-1", "uniqueName": "swing", "name": "SWING"])
        let picture = try Dump.text([
            "aid": "a-1", "caption": "Of both", "thumbnail": "data:image/png;base64,iVBORw0KGgo=",
            "relationships": [["targetId": Dump.pid, "targetType": "dataset"], ["targetId": second, "targetType": "dataset"]],
        ])
        return [
            "1-datasets.json":
                "[\(try Dump.dataset(result, ["type": "derived", "inputDatasets": [Dump.pid], "proposalIds": nil])),"
                + "\n \(try Dump.dataset()),\(try Dump.dataset(second)),\(try Dump.dataset("bad/1", ["type": "custom"]))]",
            "2-blocks.jsonl":
                "\(try Dump.block())\n{broken\n\(try Dump.block(second, ["_id": "b-2"]))\n\(try Dump.block("nobody/1"))\n",
            "3-beside.json": "[\(sample),\(instrument),\(picture),\(try Dump.published())]",
            "4-proposals.json": "[\(try Dump.text(["proposalId": "20250099", "title": "Unknown", "email": "x@example.org"]))]",
        ]
    }

    /// What is drawn anew each time.
    private static func steady(_ record: ImportedRecord) -> String {
        var record = record
        record.pid = nil
        return record.json.line
    }

    @Test(arguments: [1, 3000, 4 << 20])
    func aDumpInPiecesIsTheWhole(enoughBytes: Int) async throws {
        let (whole, parts) = (try await TestDesk(), try await TestDesk())
        let (summary, records) = try await whole.take(try Self.dump())
        #expect(summary.outcomes[.new] == 3 && summary.outcomes[.refused, default: 0] >= 3)
        let paths = try Self.dump().sorted { $0.key < $1.key }.map { try parts.folder.write($0.value, to: $0.key).path }
        var told: [ImportedRecord] = []
        var sum = ImportSummary()
        var pieces = try SciCatPieces(paths, enoughBytes: enoughBytes) { told.append($0) }
        sum.outcomes[.refused] = told.count
        sum.others = pieces.others
        var count = 0
        while let piece = try pieces.piece(refuse: { _ in Issue.record("none is too large") }) {
            let part = try await SciCatImport(parts.custodian, by: .custodian, SciCatOptions()).run(
                sent: piece.records, places: piece.places
            ) { record in
                // As it travels.
                told.append(try #require(ImportedRecord(try JSONValue(reading: Array(record.json.line.utf8)))))
            }
            sum.add(try #require(ImportSummary(try JSONValue(reading: Array(part.json.line.utf8)))))
            count += 1
        }
        #expect(enoughBytes == 1 ? count >= 4 : enoughBytes > 1 << 20 ? count == 1 : count > 1)
        func moved(_ text: String) -> String { text.replacing(parts.folder.url.path, with: whole.folder.url.path) }
        #expect(told.map { moved(Self.steady($0)) } == records.map(Self.steady))
        #expect(sum.json == summary.json)
        for name in [Dump.pid, "20.500.12345/second", "20.500.12345/result"] {
            let (here, there) = (try await parts.run(name), try await whole.run(name))
            #expect(here.origin == there.origin && here.fileCount == there.fileCount && here.name == there.name)
            #expect(try await parts.files(name) == whole.files(name))
        }
        // Again: nothing changes.
        var again = try SciCatPieces(paths, enoughBytes: enoughBytes) { _ in }
        while let piece = try again.piece(refuse: { _ in }) {
            _ = try await SciCatImport(parts.custodian, by: .custodian, SciCatOptions()).run(
                sent: piece.records, places: piece.places
            ) { #expect($0.outcome == .unchanged || $0.outcome == .refused, "\($0)") }
        }
    }

    @Test func whatIsSentIsReadAsFromAStranger() async throws {
        let desk = try await TestDesk()
        let importer = SciCatImport(desk.custodian, by: .custodian, SciCatOptions())
        for places in [["x datasets.json"], ["-1 datasets.json"], ["1"], [""]] {
            await #expect(throws: CatalogueImportError.self, "\(places)") {
                _ = try await importer.run(sent: "[]", places: places) { _ in }
            }
        }
        for text in ["", "{", "[1]", "[{}]", "nonsense", String(repeating: "[", count: 5000)] {
            var refused = 0
            do { refused = try await importer.run(sent: text, places: []) { _ in }.refused } catch is CatalogueImportError {}
            #expect(refused <= 1000)
        }
        #expect(try await desk.isEmpty())
    }

    @Test func aDumpThatChangesWhileItIsSentIsNotSent() async throws {
        let desk = try await TestDesk()
        let path = try desk.folder.write("[\(try Dump.dataset())]", to: "1.json").path
        var pieces = try SciCatPieces([path]) { _ in }
        try desk.folder.write("[\(try Dump.dataset(Dump.pid, ["owner": "Somebody else"]))]", to: "1.json")
        #expect(throws: CatalogueImportError.self) { _ = try pieces.piece(refuse: { _ in }) }
    }
}
