import Foundation
import TestSupport
import Testing

/// Pictures of another catalogue's dump, as who moves house calls it: they stand beside their runs, as closed as these.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct PictureImportTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 7]
    private static let dataset = "20.500.12345/drop-7"

    private func dump(in desk: CatalogueDesk) throws -> [String] {
        // Measured yesterday: embargoed, whenever this runs.
        let end = Date(timeIntervalSinceNow: -86_400).ISO8601Format()
        let url = { (type: String, bytes: [UInt8]) in "data:\(type);base64,\(Data(bytes).base64EncodedString())" }
        let dataset = """
            [{"pid": "\(Self.dataset)", "type": "raw", "datasetName": "Drop 7", "owner": "Irène Curie", "ownerGroup": "p42",
              "contactEmail": "contact@example.org", "sourceFolder": "/data/drop7", "creationTime": "\(end)", "endTime": "\(end)",
              "proposalIds": ["20260001"], "size": 0, "numberOfFiles": 0}]
            """
        let pictures = """
            [{"aid": "zqloop", "caption": "zqcaption", "datasetId": "\(Self.dataset)", "thumbnail": "\(url("image/png", Self.png))"},
             {"aid": "script", "datasetId": "\(Self.dataset)", "thumbnail": "\(url("image/svg+xml", Array("<svg/>".utf8)))"}]
            """
        return [
            try desk.folder.write(dataset, to: "datasets.json").path,
            try desk.folder.write(pictures, to: "attachments.json").path,
        ]
    }

    @Test func picturesComeWithTheirRunsAndStayAsClosed() throws {
        let desk = try CatalogueDesk("pictures")
        try desk.addAccounts()
        let dump = try dump(in: desk)
        let report = desk.folder.file("report.json")
        let looked = try desk.done(["catalogue", "import", "scicat"] + dump + ["--dry-run"])
        #expect(looked.json["attachments"] as? Int == 1)
        let taken = try desk.done(["catalogue", "import", "scicat"] + dump + ["--report", report.path])
        #expect(taken.json["attachments"] as? Int == 1)
        #expect((taken.json["not_taken"] as? [String: Any])?["attachments"] as? Int == 1)
        #expect(taken.errors.contains("'script' is not taken") && taken.errors.contains("image/svg+xml"))
        #expect(try String(contentsOf: report, encoding: .utf8).contains("'script' is not taken"))
        let again = try desk.done(["catalogue", "import", "scicat"] + dump)
        #expect(again.json["attachments"] as? Int == 0)
        #expect((again.json["outcomes"] as? [String: Any])?["unchanged"] as? Int == 1)

        let listed = try desk.done(["catalogue", "attachment", "list", Self.dataset, "--as", "irene"]).list("attachments")
        #expect(listed.map { $0["name"] as? String } == ["zqloop.png"])
        #expect(listed.first?["caption"] as? String == "zqcaption")
        let copy = desk.folder.file("copy.png")
        try desk.done(
            ["catalogue", "attachment", "get", Self.dataset, "zqloop.png", "--to", copy.path, "--as", "irene"])
        #expect(try Data(contentsOf: copy) == Data(Self.png))
        for reader in ["anonymous", "otto"] {
            for words in [["list", Self.dataset], ["get", Self.dataset, "zqloop.png"], ["get", Self.dataset, "absent.png"]] {
                let answer = try desk.call(["catalogue", "attachment"] + words + ["--as", reader])
                #expect(answer.status != 0, "\(reader) \(words)")
                let told = answer.text + answer.errors
                // A whole word with an o in it: no suffix drawn for a PID can spell it.
                #expect(!told.contains("zqcaption"), "\(reader) \(words): \(told)")
                #expect(words.contains("zqloop.png") || !told.contains("zqloop"), "\(reader) \(words): \(told)")
            }
        }
    }
}
