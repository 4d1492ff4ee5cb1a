import CatalogueImport
import Custody
import Foundation
import Identifiers
import RunCatalogue
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
}
