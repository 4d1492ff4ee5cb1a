import Foundation
import TestSupport
import Testing

/// What its custodian does with the catalogue as a whole, against a server after `faisceau login`: an account with the role custodian
/// does it, and nobody else.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServedUpkeepTests {
    private struct Desk {
        let desk: CatalogueDesk
        let served: ServedDesk
        let pid: String
        let folder: String

        init() throws {
            desk = try CatalogueDesk("upkeep")
            let (key, signed) = (desk.folder.file("key").path, desk.folder.file("signed").path)
            _ = try desk.done(["catalogue", "checkpoint", "--new-key", key])
            let copies = desk.folder.file("backups")
            try FileManager.default.createDirectory(at: copies, withIntermediateDirectories: true)
            try desk.folder.write(
                CatalogueDesk.facility + """
                    checkpoint: {key: \(key), folder: \(signed)}
                    backup: {folder: \(copies.path)}

                    """, to: "facility.yaml")
            try desk.addAccounts()
            try desk.done(["user", "add", "kurt", "--role", "custodian"])
            (pid, folder) = try desk.recordRun()
            served = try ServedDesk(desk, delivers: true)
            for name in ["irene", "cleo", "kurt"] { try served.logIn(name) }
        }

        func asKurt(_ words: [String]) throws -> CatalogueDesk.Answer { try served.done(words + ["--as", "kurt"]) }
    }

    @Test func aCustodianLooksAfterTheCatalogue() throws {
        let desk = try Desk()
        let key = desk.desk.folder.file("key.pub").path
        #expect(try desk.asKurt(["catalogue", "check"]).json["runs"] as? Int == 1)
        let out = desk.desk.folder.file("elsewhere")
        let signed = try desk.asKurt(["catalogue", "checkpoint", "--out", out.path])
        let day = try #require(signed.json["day"] as? String)
        #expect(signed.json["content"] == nil && signed.json["laid"] as? String == out.path + "/checkpoint-\(day).txt")
        let name = "checkpoint-\(day).txt"
        #expect(
            try Data(contentsOf: out.appendingPathComponent(name))
                == Data(contentsOf: desk.desk.folder.file("signed/" + name)))
        let checked = try desk.asKurt(["catalogue", "check", "--checkpoint", out.path, "--public-key", key])
        #expect(checked.json["days"] as? [String] == [day] && checked.json["problems"] as? [String] == [])
        // The key stays where it is.
        let refused = try desk.served.call(["catalogue", "checkpoint", "--key", key, "--as", "kurt"])
        #expect(refused.status == 1 && refused.errors.contains("signs with the key of its facility's file"), "\(refused.errors)")

        let copied = try desk.asKurt(["catalogue", "backup", "copy.sqlite"])
        let copy = desk.desk.folder.file("backups/copy.sqlite").path
        #expect(copied.json["file"] as? String == copy)
        // One file, which is moved with plain tools.
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.desk.folder.file("backups").path) == ["copy.sqlite"])
        #expect(try desk.desk.done(["catalogue", "check", "--catalogue", copy]).json["runs"] as? Int == 1)
        let elsewhere = try desk.served.call(["catalogue", "backup", desk.desk.folder.file("x.sqlite").path, "--as", "kurt"])
        #expect(elsewhere.status == 2 && elsewhere.errors.contains("has the name of a file"), "\(elsewhere.errors)")

        #expect(try desk.asKurt(["embargo", "sweep"]).json["trusted"] as? Bool == true)
        #expect(try desk.asKurt(["embargo", "recompute"]).json["records"] as? Int == 1)
        #expect(try desk.asKurt(["embargo", "recompute", "--mend"]).json["records"] as? Int == 1)
        let applied = try desk.asKurt(["embargo", "recompute", "--apply-policy", "nothing has changed"]).json
        #expect((applied["behind"] as? [Any])?.isEmpty == true && applied["policy"] as? String == "built-in")
        #expect(try desk.asKurt(["embargo", "clock", "--accept"]).json["trusted"] as? Bool == true)
        #expect(try desk.asKurt(["catalogue", "deliver"]).json["stuck"] as? Int == 0)
        #expect(try desk.asKurt(["catalogue", "outbox"]).json["stuck"] as? Int == 0)
        #expect(try desk.asKurt(["catalogue", "outbox", "--retry"]).json["released"] as? Int == 0)
        #expect(try desk.asKurt(["catalogue", "drift"]).json["compared"] as? Int != nil)
        #expect(try desk.asKurt(["catalogue", "drift", "--mend"]).json["told_again"] as? Int == 0)
        // Who asked for it stands in the server's log.
        #expect(desk.served.log.contains("\"question\":\"recompute\""), "\(desk.served.log)")
    }

    /// A copy is read by the server, where it lies.
    @Test func copiesAreVerifiedThere() throws {
        let desk = try Desk()
        let copies = desk.desk.folder.file("second")
        try FileManager.default.copyItem(atPath: desk.folder, toPath: copies.path)
        _ = try desk.asKurt(["catalogue", "replica", "add", desk.pid, "--store", "second", "--path", copies.path])
        let words = ["catalogue", "replica", "verify", desk.pid, "--store", "second"]
        let whole = try desk.asKurt(words)
        #expect(whole.json["verified"] as? Int ?? 0 > 0 && whole.json["damaged"] as? Int == 0)
        try desk.served.isAlike(words, as: "kurt")
        let victim = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: copies.path).first { $0.hasSuffix("_master.h5") })
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copies.path)
        try FileManager.default.removeItem(at: copies.appendingPathComponent(victim))
        let lost = try desk.served.call(words + ["--as", "kurt"])
        #expect(lost.status == 5 && lost.json["lost"] as? Int == 1, "\(lost.errors)")
    }

    @Test func aDumpIsImportedOverTheNetwork() throws {
        let desk = try Desk()
        let dataset = """
            {"pid": "20.500.12345/one", "type": "raw", "datasetName": "Drop 7", "owner": "Irène Curie",
             "contactEmail": "c@example.org", "sourceFolder": "/data/2025/drop7", "creationTime": "2025-02-26T15:00:00.000Z",
             "endTime": "2025-02-26T14:30:00.000Z", "ownerGroup": "p42", "proposalIds": ["20260001"], "size": 10}
            """
        let block = """
            {"_id": "b-1", "datasetId": "20.500.12345/one", "size": 10,
             "dataFileList": [{"path": "a_master.h5", "size": 10, "time": "2025-02-26T14:30:00.000Z"}]}
            """
        let files = [
            try desk.desk.folder.write("[\(dataset), {\"pid\": \"20.500.12345/two\", \"sourceFolder\": \"/x\"}]", to: "1.json")
                .path,
            try desk.desk.folder.write("[\(block)]", to: "2.json").path,
        ]
        let words = ["catalogue", "import", "scicat"] + files
        // One of the two is no whole dataset.
        let report = desk.desk.folder.file("report.json").path
        let looked = try desk.served.call(words + ["--dry-run", "--report", report, "--as", "kurt"])
        #expect(looked.status == 3 && (looked.json["outcomes"] as? [String: Int])?["new"] == 1, "\(looked.errors)")
        #expect((looked.json["outcomes"] as? [String: Int])?["refused"] == 1)
        let told = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: report))) as? [String: Any]
        #expect((told?["records"] as? [[String: Any]])?.map { $0["file"] as? String } == [files[0], files[0]])
        let there = try desk.served.call(words + ["--as", "kurt"])
        #expect(there.status == 3 && there.json["files"] as? Int == 1, "\(there.errors)")
        let shown = try desk.asKurt(["catalogue", "show", "20.500.12345/one"])
        #expect(shown.json["name"] as? String != nil)
        // Where the file is, the same dump changes nothing, and says so in the same words.
        let again = try desk.served.plain(words + ["--as", "kurt"])
        #expect(try desk.desk.plain(words).standardOutput == again.standardOutput)
        #expect(again.standardOutput.contains("1 unchanged, 1 refused"), "\(again.standardOutput)")
        #expect(try desk.served.call(words + ["--as", "irene"]).status == 4)
    }

    @Test func nobodyElseDoes() throws {
        let desk = try Desk()
        let key = desk.desk.folder.file("key.pub").path
        let out = desk.desk.folder.file("elsewhere").path
        for words in [
            ["catalogue", "check"], ["catalogue", "checkpoint", "--out", out], ["catalogue", "backup", "copy.sqlite"],
            ["catalogue", "deliver"], ["catalogue", "outbox"], ["catalogue", "outbox", "--retry"], ["catalogue", "drift"],
            ["catalogue", "replica", "verify", desk.pid, "--store", "second"], ["embargo", "sweep"], ["embargo", "recompute"],
            ["embargo", "clock", "--accept"],
        ] {
            for name in ["irene", "cleo"] {
                let answer = try desk.served.call(words + ["--as", name])
                #expect(
                    answer.status == 4 && answer.errors.contains("is the custodian's"),
                    "\(words): \(answer.status) \(answer.errors)")
            }
            // Who has not signed in is told to.
            #expect(try desk.served.call(words, environment: ["XDG_CONFIG_HOME": "/nonexistent"]).status == 1, "\(words)")
        }
        #expect(!FileManager.default.fileExists(atPath: out) && FileManager.default.fileExists(atPath: key))
    }
}
