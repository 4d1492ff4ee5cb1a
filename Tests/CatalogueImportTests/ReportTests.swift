import CatalogueImport
import Custody
import Foundation
import Identifiers
import RunCatalogue
import Synchronization
import TestSupport
import Testing

struct ReportTests {
    @Test func theReportIsWhatItsSchemaSaysAndItsOwnersAlone() async throws {
        let desk = try await TestDesk()
        let paths = try [
            desk.folder.write("[\(try Dump.dataset()),\(try Dump.dataset("bad/1", ["type": "custom"]))]", to: "1.json").path,
            desk.folder.write("[\(try Dump.block())]", to: "2.json").path,
        ]
        let path = desk.folder.file("report.json")
        let file = try ImportReportFile(path: path.path)
        let summary = try await SciCatImport(desk.custodian, by: .custodian, SciCatOptions()).run(paths) { try file.add($0) }
        #expect(!FileManager.default.fileExists(atPath: path.path))
        try file.finish(summary)
        let mode = try FileManager.default.attributesOfItem(atPath: path.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let refused = try SchemaJudge.judge(
            schema: "schemas/scicat-import.schema.json", documents: [path],
            refusing: [
                "d['records'][0]['outcome'] = 'perhaps'", "del d['records'][0]['theirs']", "d['records'][0]['opens'] = 'soon'",
                "d['summary']['files'] = -1", "d['schema'] = 'another'",
            ])
        #expect(refused == 5)
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any]
        let records = try #require(json?["records"] as? [[String: Any]])
        #expect(records.map { $0["outcome"] as? String } == ["new", "refused"])
        #expect(records[0]["opens"] as? String == "2028-02-27")
        #expect((records[0]["theirs"] as? [String: Any])?["opens"] as? String == "2028-02-03")
        #expect(records[0]["opens_otherwise"] as? Bool == true)
    }

    @Test func picturesGoToWhoStoresThemAndAreToldWhereNobodyDoes() async throws {
        let picture = try Dump.text([
            "aid": "a-1", "caption": "A drop", "thumbnail": "data:image/png;base64,iVBORw0KGgo=",
            "relationships": [["targetId": Dump.pid, "targetType": "dataset", "relationType": "is attached to"]],
        ])
        var files = try Dump.plain()
        files["attachments.json"] = "[\(picture)]"
        let desk = try await TestDesk()
        let (untaken, _) = try await desk.take(files)
        #expect(untaken.attachments == 0 && untaken.left["attachments"] == 1)
        let stored = Mutex<[ImportedPicture]>([])
        let (taken, _) = try await desk.take(files) { picture, _ in stored.withLock { $0.append(picture) } }
        #expect(taken.attachments == 1 && taken.left["attachments"] == nil)
        let one = try #require(stored.withLock { $0 }.first)
        #expect(one.name == "a-1" && one.mediaType == "image/png" && one.caption == "A drop")
        #expect(one.bytes == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        files["attachments.json"] = "[\(picture.replacing("base64", with: "base65"))]"
        let (_, refused) = try await TestDesk().take(files)
        #expect(refused.map { $0.error?.code } == ["badField"])
    }
}
