import Foundation
import TestSupport
import Testing

/// What stands beside runs, as its users call it: marks, attachments, copies, collections, on a run that was recorded from a stream.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct HoldingsCommandTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 7]

    /// A desk with accounts and a run of twelve frames.
    private func desk() throws -> (CatalogueDesk, pid: String, folder: String) {
        let desk = try CatalogueDesk("holdings")
        try desk.addAccounts()
        let (pid, folder) = try desk.recordRun()
        return (desk, pid, folder)
    }

    @Test func framesAreMarkedAndMarksTakenBack() throws {
        let (desk, pid, _) = try desk()
        try desk.hides(pid) { ["catalogue", "mark", "list", $0, "--as", "otto"] }
        try desk.hides(pid) {
            ["catalogue", "mark", $0, "--drop", "--frames", "0-1", "--reason", "x", "--as", "otto"]
        }
        let drop = try desk.done(
            ["catalogue", "mark", pid, "--drop", "--frames", "3-5", "--reason", "zqbeam lost", "--as", "irene"])
        let number = try #require(drop.json["mark"] as? Int)
        #expect(drop.json["word"] as? String == "drop" && drop.json["last_frame"] as? Int == 5)
        try desk.done(["catalogue", "mark", "add", pid, "--keep", "--frames", "8-11", "--reason", "the reaction"])
        try desk.refused(
            ["catalogue", "mark", pid, "--keep", "--frames", "5-6", "--reason", "x"], 2, "contrary", "mark \(number)")
        try desk.refused(["catalogue", "mark", pid, "--drop", "--frames", "3-12", "--reason", "x"], 2, "0 to 11")
        try desk.refused(["catalogue", "mark", pid, "--drop", "--frames", "5-3", "--reason", "x"], 1, "5-3")
        try desk.refused(["catalogue", "mark", pid, "--drop", "--frames", "0-1", "--reason", " "], 2, "reason")
        let listed = try desk.done(["catalogue", "mark", "list", pid, "--as", "irene"]).list("marks")
        #expect(listed.map { $0["first_frame"] as? Int } == [3, 8])
        #expect(listed.map { $0["reason"] as? String } == ["zqbeam lost", "the reaction"])
        let shown = try desk.plain(["catalogue", "mark", "list", pid])
        #expect(shown.standardOutput.contains("3-5") && shown.standardOutput.contains("zqbeam lost"))

        try desk.closeSession()
        // Everyone may know of the run now, and nobody else reads its marks.
        let outside = try desk.call(["catalogue", "mark", "list", pid, "--as", "anonymous"])
        #expect(outside.status == 4 && !(outside.text + outside.errors).contains("zqbeam"))
        try desk.refused(["catalogue", "mark", "remove", pid, "999"], 2, "no such mark")
        try desk.done(["catalogue", "mark", "remove", pid, "\(number)", "--as", "irene"])
        let left = try desk.done(["catalogue", "mark", "list", pid]).list("marks")
        #expect(left.map { $0["first_frame"] as? Int } == [8])
        let events = try desk.done(["catalogue", "history", pid]).list("events").compactMap { $0["action"] as? String }
        #expect(events.filter { $0.contains("mark") } == ["marked", "marked", "mark-removed"])
        #expect(try desk.done(["catalogue", "check"]).json["problems"] as? [String] == [])
    }

    @Test func relationsAreStatedAndTakenBack() throws {
        let (desk, pid, _) = try desk()
        try desk.hides(pid) { ["catalogue", "relation", "list", $0, "--as", "otto"] }
        try desk.hides(pid) { ["catalogue", "relation", $0, "IsCitedBy", "10.1107/zqarticle", "--as", "otto"] }
        let cited = try desk.done(["catalogue", "relation", pid, "IsCitedBy", "10.1107/zqarticle", "--as", "irene"])
        let number = try #require(cited.json["number"] as? Int)
        try desk.done(["catalogue", "relation", "add", pid, "IsIdenticalTo", "10.5281/zenodo.7632"])
        try desk.refused(["catalogue", "relation", pid, "Obsoletes", pid], 2, "does not replace itself")
        try desk.refused(["catalogue", "relation", pid, "IsObsoletedBy", pid], 2, "Obsoletes")
        try desk.refused(["catalogue", "relation", pid, "IsKinOf", "10.1107/x"], 2, "IsIdenticalTo")
        let listed = try desk.done(["catalogue", "relation", "list", pid, "--as", "irene"]).list("relations")
        #expect(listed.map { $0["relation"] as? String } == ["IsCitedBy", "IsIdenticalTo"])
        let samples = #"""
            {"schema": "faisceau.samples.1", "samples": [
              {"name": "lysozyme", "proposal": "20260001"}, {"name": "silver behenate", "proposal": "20260001"}]}
            """#
        try desk.folder.write(samples, to: "samples.json")
        let made = try desk.done(["sample", "import", desk.folder.file("samples.json").path, "--as", "irene"]).list("samples")
        try desk.refused(["catalogue", "relation", pid, "References", "lysozyme"], 2, "own sample")
        try desk.refused(["catalogue", "relation", pid, "References", "10.1107/zqarticle"], 2, "no such sample", "igsn:")
        let looked = try desk.done(["catalogue", "relation", pid, "References", "silver behenate", "--as", "irene"]).json
        let igsn = try #require(made.last?["igsn"] as? String)
        #expect(looked["target"] as? String == igsn)
        let looking = try #require(looked["number"] as? Int)
        try desk.done(["catalogue", "relation", "remove", pid, "\(looking)", "--as", "irene"])
        #expect(try desk.plain(["catalogue", "show", pid]).standardOutput.contains("IsCitedBy 10.1107/zqarticle"))
        try desk.refused(["catalogue", "relation", "remove", pid, "999"], 2, "no such relation")
        try desk.done(["catalogue", "relation", "remove", pid, "\(number)", "--as", "irene"])
        let left = try desk.done(["catalogue", "relation", "list", pid]).list("relations")
        #expect(left.map { $0["target"] as? String } == ["10.5281/zenodo.7632"])
        #expect(try desk.done(["catalogue", "check"]).json["problems"] as? [String] == [])
    }

    @Test func aDocumentIsAttachedFetchedAndRemoved() throws {
        let (desk, pid, _) = try desk()
        let loop = desk.folder.file("loop.png")
        try Data(Self.png).write(to: loop)
        try desk.hides(pid) { ["catalogue", "attach", $0, loop.path, "--as", "otto"] }
        let first = try desk.done(
            ["catalogue", "attach", pid, loop.path, "--caption", "zqcrystal in its loop", "--as", "irene"])
        #expect(first.json["type"] as? String == "image/png" && first.json["bytes"] as? Int == Self.png.count)
        let again = try desk.done(["catalogue", "attach", pid, loop.path, "--caption", "zqcrystal in its loop"])
        #expect(again.json["sha256"] as? String == first.json["sha256"] as? String)
        // Another document of that name, a type that is none, bytes of another type, nothing, no such file.
        try Data(Self.png + [1]).write(to: loop)
        try desk.refused(["catalogue", "attach", pid, loop.path], 2, "another attachment", "loop.png")
        for (name, bytes, saying) in [
            ("page.html", Array("<p>".utf8), "No attachment is of this type"), ("lie.pdf", Self.png, "not of the type"),
            ("empty.txt", [], "empty"),
        ] {
            let file = desk.folder.file(name)
            try Data(bytes).write(to: file)
            try desk.refused(["catalogue", "attach", pid, file.path], 2, saying)
        }
        try desk.refused(["catalogue", "attach", pid, desk.folder.file("absent.png").path], 2, "cannot be opened")

        let list = try desk.done(["catalogue", "attachment", "list", pid, "--as", "irene"]).list("attachments")
        #expect(list.map { $0["name"] as? String } == ["loop.png"])
        let copy = desk.folder.file("copy.png")
        try desk.done(["catalogue", "attachment", "get", pid, "loop.png", "--to", copy.path, "--as", "irene"])
        #expect(try Data(contentsOf: copy) == Data(Self.png))
        try desk.refused(["catalogue", "attachment", "get", pid, "loop.png", "--to", copy.path], 1, "none is overwritten")
        try desk.refused(["catalogue", "attachment", "get", pid, "other.png"], 2, "no such attachment")

        try desk.closeSession()
        for words in [["list", pid], ["get", pid, "loop.png"], ["remove", pid, "loop.png"]] {
            let outside = try desk.call(["catalogue", "attachment"] + words + ["--as", "otto"])
            #expect(outside.status == 4 && !(outside.text + outside.errors).contains("zqcrystal"), "\(outside.errors)")
        }
        try desk.done(["catalogue", "attachment", "remove", pid, "loop.png", "--as", "irene"])
        try desk.refused(["catalogue", "attachment", "remove", pid, "loop.png"], 2, "no such attachment")
        #expect(try desk.done(["catalogue", "attachment", "list", pid]).list("attachments").isEmpty)
        let events = try desk.done(["catalogue", "history", pid]).list("events").compactMap { $0["action"] as? String }
        #expect(events.filter { $0.hasPrefix("attach") } == ["attached", "attachment-removed"])
    }

    @Test func copiesAreRegisteredReadAndForgotten() throws {
        let (desk, pid, folder) = try desk()
        let copy = desk.folder.file("second-room")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: folder), to: copy)
        let (add, verify) = (["catalogue", "replica", "add", pid], ["catalogue", "replica", "verify", pid])
        try desk.refused(verify + ["--store", "second-room"], 2, "no such copies")
        try desk.refused(add + ["--store", "second-room", "--path", copy.path, "--as", "irene"], 4, "facility's")
        try desk.refused(add + ["--store", "x", "--path", copy.path, "--file", "absent.h5"], 2, "absent.h5")
        try desk.refused(add + ["--store", "x", "--path", copy.path, "--state", "away"], 1, "away")
        let added = try desk.done(add + ["--store", "second-room", "--path", copy.path])
        let files = try #require(added.json["files"] as? Int)
        #expect(files > 1 && added.json["state"] as? String == "online")
        try desk.done(add + ["--store", "tape", "--path", "/tape/zqrun", "--state", "offline"])

        let whole = try desk.done(verify + ["--store", "second-room"]).json
        #expect(whole["verified"] as? Int == files && whole["damaged"] as? Int == 0 && whole["lost"] as? Int == 0)
        let tape = try desk.done(verify + ["--store", "tape"]).json
        #expect(tape["skipped"] as? Int == files)
        let shares = try desk.done(["catalogue", "replica", "list", pid, "--as", "irene"]).list("copies")
        #expect(shares.map { $0["store"] as? String } == ["second-room", "tape"])
        #expect(shares.first?["all_verified_since"] as? String != nil)
        let page = try desk.done(["catalogue", "replica", "list", pid, "--files", "--store", "second-room", "--limit", "1"])
        #expect(page.list("copies").count == 1 && page.json["next"] as? Int != nil)

        // One byte of one copy is another, and one copy is gone: each is named for what it is.
        let master = try #require(
            FileManager.default.contentsOfDirectory(atPath: copy.path).first {
                $0.hasSuffix("_master.h5") || $0.hasSuffix(".nxs")
            })
        var bytes = try Data(contentsOf: copy.appendingPathComponent(master))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: copy.appendingPathComponent(master))
        let other = try #require(
            FileManager.default.contentsOfDirectory(atPath: copy.path).first { $0.hasSuffix(".h5") && $0 != master })
        try FileManager.default.removeItem(at: copy.appendingPathComponent(other))
        let spoilt = try desk.call(verify + ["--store", "second-room"])
        #expect(spoilt.status == 5 && spoilt.json["damaged"] as? Int == 1 && spoilt.json["lost"] as? Int == 1, "\(spoilt.text)")
        let states = try desk.done(["catalogue", "replica", "list", pid, "--files", "--store", "second-room"]).list("copies")
        #expect(Set(states.compactMap { $0["state"] as? String }).isSuperset(of: ["damaged", "lost"]))

        try desk.closeSession()
        let outside = try desk.call(["catalogue", "replica", "list", pid, "--files", "--as", "otto"])
        #expect(outside.status == 4 && !outside.text.contains("zqrun") && !outside.errors.contains("zqrun"))
        // What a job reads is not taken away under it.
        try desk.done(["catalogue", "path", pid, "--holder", "job-1"])
        try desk.refused(["catalogue", "replica", "forget", pid, "--store", "tape"], 4, "Jobs hold the run")
        try desk.done(["catalogue", "release", pid, "--holder", "job-1"])
        #expect(try desk.done(["catalogue", "replica", "forget", pid, "--store", "tape"]).json["files"] as? Int == files)
        let left = try desk.done(["catalogue", "replica", "list", pid]).list("copies")
        #expect(Set(left.compactMap { $0["store"] as? String }) == ["second-room"])
        try desk.refused(["catalogue", "replica", "forget", pid, "--store", "tape"], 2, "tape")
    }

    @Test func runsAreSelectedForAPaper() throws {
        let (desk, pid, _) = try desk()
        let create = { (run: String) in
            [
                "catalogue", "collection", "create", "--title", "Runs of the zqpaper", "--article", "10.1107/S2059798325000010",
                run,
            ]
        }
        // Nobody may know of the run yet: it can be no part of what everyone may know of.
        try desk.refused(create(pid) + ["--as", "irene"], 2, "Close its session")
        try desk.hides(pid) { create($0) + ["--as", "otto"] }
        try desk.closeSession()
        try desk.refused(create(pid) + ["--as", "otto"], 4)
        try desk.refused(create("10.5072/000000003rj077"), 2)
        try desk.refused(
            ["catalogue", "collection", "create", "--title", "x", "--article", "no doi", pid], 2, "no doi")
        try desk.refused(create(pid) + [pid], 2)
        let made = try desk.done(create(pid) + ["--as", "irene"])
        let collection = try #require(made.json["pid"] as? String)
        #expect(made.json["runs"] as? [String] == [pid])
        let inside = try desk.done(["catalogue", "collection", "show", collection, "--as", "irene"]).json
        #expect(inside["title"] as? String == "Runs of the zqpaper")
        for words in [["list"], ["show", collection], ["show", collection, "--datacite"]] {
            let outside = try desk.done(["catalogue", "collection"] + words + ["--as", "anonymous"]).text
            #expect(outside.contains(collection) && outside.contains(pid) && !outside.contains("zqpaper"), "\(outside)")
        }
        try desk.refused(["catalogue", "collection", "show", CatalogueDesk.absent], 2, "no such collection")
        let record = try desk.done(["catalogue", "collection", "show", collection, "--datacite"]).json["datacite"] as? String
        #expect(record?.contains("HasPart") == true && record?.contains("zqpaper") == false)

        // A DOI for it, asked by who may.
        let mint = ["catalogue", "pid", "mint", collection]
        try desk.refused(mint + ["--as", "otto"], 4, "team")
        #expect(try desk.done(mint + ["--as", "irene"]).json["new"] as? Bool == true)
        #expect(try desk.done(mint + ["--as", "cleo"]).json["new"] as? Bool == false)
        let known = try desk.done(["catalogue", "pid", "show", collection, "--as", "anonymous"])
        #expect(known.json["asked"] as? String != nil && known.json["pid"] as? String == collection)
        let waiting = try desk.done(["catalogue", "outbox"])
        #expect(waiting.text.contains(collection) && !waiting.text.contains("zqpaper"))
        // The built-in registry keeps nothing: there is nothing to tell.
        try desk.done(["catalogue", "deliver"])
        let change = ["catalogue", "collection", "change", collection]
        try desk.refused(change, 1, "--add")
        try desk.refused(change + ["--remove", pid, "--as", "irene"], 2, "1 to 1000")
        try desk.refused(change + ["--remove", CatalogueDesk.absent], 2, "no such run")
        try desk.refused(change + ["--add", pid], 2, "already")
        try desk.refused(change + ["--remove", pid, "--as", "otto"], 4)
        let other = try importedRun(in: desk)
        let grown = try desk.done(change + ["--add", other, "--as", "irene"])
        #expect(grown.json["runs"] as? [String] == [pid, other])
        #expect(try desk.done(change + ["--remove", pid]).json["runs"] as? [String] == [other])
        #expect(try desk.done(["catalogue", "check"]).json["problems"] as? [String] == [])
    }

    /// A run of the same proposal that comes from elsewhere, with a clock of its own.
    private func importedRun(in desk: CatalogueDesk) throws -> String {
        let end = Date(timeIntervalSinceNow: -86_400).ISO8601Format()
        let dataset = """
            [{"pid": "20.500.12345/drop-7", "type": "raw", "datasetName": "Drop 7", "owner": "Irène Curie", "ownerGroup": "p42",
              "contactEmail": "contact@example.org", "sourceFolder": "/data/drop7", "creationTime": "\(end)", "endTime": "\(end)",
              "proposalIds": ["20260001"], "size": 0, "numberOfFiles": 0}]
            """
        let file = try desk.folder.write(dataset, to: "datasets.json").path
        try desk.done(["catalogue", "import", "scicat", file])
        let found = try desk.done(["catalogue", "show", "20.500.12345/drop-7"])
        return try #require(found.json["pid"] as? String)
    }
}
