import Foundation
import TestSupport
import Testing

/// Every command of the catalogue and of the embargo against a server, as scientists, staff and curators call them after `faisceau login`.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServedCommandTests {
    private static func readings(_ pid: String) -> [[String]] {
        [
            ["catalogue", "search"], ["catalogue", "search", "sample:lysozyme state:embargoed"],
            ["catalogue", "search", "--facets"],
            ["catalogue", "search", "--complete", "kind:raw sample:lys"], ["catalogue", "search", "enrgy:1..2keV"],
            ["catalogue", "show", pid], ["catalogue", "show", "20260001/2026-05"], ["catalogue", "files", pid, "--limit", "2"],
            ["catalogue", "cite", pid], ["catalogue", "cite", pid, "--style", "bibtex"], ["catalogue", "history", pid],
            ["catalogue", "history", "20260001/2026-05"], ["catalogue", "history", "--proposal", "20260001"],
            ["catalogue", "pid", "show", pid], ["catalogue", "mark", "list", pid], ["catalogue", "attachment", "list", pid],
            ["catalogue", "replica", "list", pid], ["catalogue", "replica", "list", pid, "--files"],
            ["catalogue", "collection", "list"], ["catalogue", "reserve", "--list"], ["embargo", "status", pid],
            ["embargo", "calendar"], ["retention", "review"], ["session", "list"], ["proposal", "list"], ["sample", "list"],
            ["instrument", "list"], ["dmp", "list"], ["user", "history", "irene"], ["catalogue", "show", CatalogueDesk.absent],
            ["catalogue", "show", "no identifier"],
        ]
    }

    private static func forAccounts(_ words: [String]) -> Bool {
        ["user", "retention", "session"].contains(words[0]) || ["--list", "calendar"].contains(words.last)
    }

    @Test func whatIsReadIsReadAlike() throws {
        let desk = try CatalogueDesk("served")
        try desk.addAccounts()
        let (pid, folder) = try desk.recordRun()
        let served = try ServedDesk(desk)
        for name in ["irene", "otto", "cleo"] { try served.logIn(name) }
        #expect(try served.call(["catalogue", "show", pid, "--as", "otto"]).status == 2)
        try desk.closeSession()
        for name in ["irene", "otto", "cleo", "anonymous"] {
            for words in Self.readings(pid) where name != "anonymous" || !Self.forAccounts(words) {
                try served.isAlike(words, as: name)
            }
        }
        // Frames are cited where they lie, by whoever reads them there; the lease ends with it.
        try served.isAlike(["catalogue", "cite", pid, "--frames", "3-5"], as: "irene")
        let path = try served.done(["catalogue", "path", pid, "--holder", "job-1", "--as", "irene"])
        #expect(path.json["folder"] as? String == folder)
        try served.done(["catalogue", "release", pid, "--holder", "job-1", "--as", "irene"])
        #expect(try served.done(["embargo", "clock"]).json["trusted"] as? Bool == true)
        // No token is in the server's log.
        #expect(!served.log.contains("fsctoken"))
    }

    @Test func whatIsDoneIsDone() throws {
        let desk = try CatalogueDesk("served")
        try desk.addAccounts()
        try desk.done(["user", "add", "dora", "--role", "director"])
        try desk.done(["user", "add", "host", "--role", "ingestor", "--group", "20260001"])
        try desk.done(["user", "add", "stan", "--role", "staff", "--group", "PROXIMA-1"])
        let (_, folder) = try desk.recordRun()
        let served = try ServedDesk(desk)
        for name in ["irene", "cleo", "dora", "stan"] { try served.logIn(name) }
        let added = try served.done(["catalogue", "add", folder, "--as", "stan"]).list("runs")
        #expect(added.first?["new"] as? Bool == false)
        let pid = try #require(added.first?["pid"] as? String)
        let later = ["--ends", "2040-06-10T06:00:00Z", "--beamline", "PROXIMA-1"]
        try served.done(["session", "open", "20260001", "2026-06", "--as", "stan"] + later)
        try served.done(["session", "close", "20260001", "2026-05", "--as", "cleo"])
        #expect(try served.done(["catalogue", "reserve", "--holder", "host", "--as", "stan"]).json["pid"] as? String != nil)

        try served.done(["catalogue", "mark", pid, "--drop", "--frames", "3-4", "--reason", "beam lost", "--as", "irene"])
        try desk.folder.write("notes of the night", to: "notes.txt")
        try served.done(["catalogue", "attach", pid, desk.folder.file("notes.txt").path, "--as", "irene"])
        let copy = desk.folder.file("copy.txt").path
        try served.done(["catalogue", "attachment", "get", pid, "notes.txt", "--to", copy, "--as", "irene"])
        #expect(try String(contentsOfFile: copy, encoding: .utf8) == "notes of the night")
        try served.done(["catalogue", "attachment", "remove", pid, "notes.txt", "--as", "irene"])
        try served.done([
            "catalogue", "replica", "add", pid, "--store", "tape", "--path", "/tape/1", "--state", "offline", "--as", "cleo",
        ])
        try served.done(["catalogue", "replica", "forget", pid, "--store", "tape", "--as", "cleo"])
        let made = try served.done(["catalogue", "collection", "create", "--title", "Paper", pid, "--as", "irene"])
        let collection = try #require(made.json["pid"] as? String)
        try served.isAlike(["catalogue", "collection", "show", collection], as: "irene")
        try served.done(["catalogue", "pid", "mint", pid, "--as", "irene"])
        try desk.folder.write(
            #"{"schema": "faisceau.samples.1", "samples": [{"name": "thaumatin", "proposal": "20260001"}]}"#, to: "samples.json")
        try served.done(["sample", "import", desk.folder.file("samples.json").path, "--as", "irene"])
        try served.isAlike(["sample", "show", "thaumatin"], as: "irene")
        try served.done(["proposal", "import", desk.folder.file("proposals.json").path, "--as", "cleo"])

        try served.done(["embargo", "request", pid, "--reason", "thesis", "--as", "irene"])
        #expect(try served.call(["embargo", "decide", pid, "granted", "--as", "irene"]).status == 4)
        try served.done(["embargo", "decide", pid, "granted", "--as", "cleo"])
        try served.done(["embargo", "hold", pid, "--reason", "a dispute", "--review", "2039-01-01", "--as", "cleo"])
        try served.done(["embargo", "lift", pid, "--reason", "settled", "--as", "cleo"])
        try served.done(["embargo", "open-early", pid, "--accept-licence", "CC-BY-4.0", "--as", "irene"])
        try served.done(["embargo", "object", pid, "--reason", "a patent", "--as", "irene"])
        try served.done(["embargo", "decide", pid, "upheld", "--reason", "the patent", "--as", "cleo"])
        let until = "\(Calendar(identifier: .iso8601).component(.year, from: Date()) + 1)-01-01T00:00:00Z"
        let link =
            try served.done(["embargo", "share", pid, "--link", "--until", until, "--as", "irene"]).json["link"] as? String
        #expect(link?.hasPrefix("fsclink_") == true)
        try served.done(["embargo", "share", pid, "--end", "1", "--as", "irene"])
        #expect(
            try served.done(["embargo", "status", pid, "--as", "irene"]).json["rights"] as? String == "principal-investigator")
        let asking = ["embargo", "request", pid, "--reason", "for them", "--as", "cleo"]
        #expect(try served.call(asking).status == 4)
        let passing = ["embargo", "pass", pid, "facility", "--reason", "nobody answers", "--as"]
        #expect(try served.call(passing + ["irene"]).status == 4)
        try served.done(passing + ["cleo"])
        #expect(try served.done(["embargo", "status", pid, "--as", "irene"]).json["rights"] as? String == "facility")
        try served.done(asking)
        #expect(try served.call(["retention", "purge", pid, "propose", "--reason", "space", "--as", "cleo"]).status == 4)
        // Two persons, and two tokens.
        let confirmed = ["embargo", "withdraw", pid, "--reason", "consent", "--as", "cleo", "--confirmed-by"]
        #expect(try served.call(confirmed + ["otto"]).status == 1)
        #expect(try served.done(confirmed + ["dora"]).json["state"] as? String == "withdrawn")
        #expect(try desk.done(["catalogue", "check"]).json["problems"] as? [String] == [])
    }

    /// Accounts, and serving itself.
    @Test func whatOnlyTheCustodianDoesIsDoneWhereTheFileIs() throws {
        let desk = try CatalogueDesk("served")
        try desk.addAccounts()
        let served = try ServedDesk(desk)
        try served.logIn("cleo")
        for words in [["user", "list"], ["serve"]] {
            let answer = try served.call(words)
            #expect(answer.status == 1, "\(words)")
            #expect(answer.errors.contains("where the catalogue's file is"), "\(words): \(answer.errors)")
        }
    }

    @Test func whoSignsInIsKnownUntilTheySignOut() throws {
        let desk = try CatalogueDesk("served")
        let served = try ServedDesk(desk)
        for name in ["irene", "otto"] {
            let added = try served.call(
                ["user", "add", name, "--role", "member", "--email", "\(name)@example.org", "--password-stdin"],
                input: "geheim \(name) 1",
                environment: desk.environment)
            #expect(added.status == 0, "\(added.standardError)")
        }
        #expect(try served.call(["user", "history", "irene"]).status == 1)
        let wrong = try served.call(["login", served.address, "--account", "irene", "--password-stdin"], input: "wrong")
        #expect(wrong.status == 1 && wrong.standardError.contains("Name or password is wrong"))
        for name in ["irene", "otto"] {
            let output = try served.call(
                ["login", served.address, "--account", name, "--password-stdin", "--json"], input: "geheim \(name) 1")
            #expect(
                output.status == 0 && !(output.standardOutput + output.standardError).contains("fsctoken"),
                "\(output.standardError)")
        }
        let kept = served.config + "/faisceau/logins.json"
        let attributes = try FileManager.default.attributesOfItem(atPath: kept)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        // The last one counts; --as names another; the environment comes before all.
        #expect(try served.call(["user", "history", "otto"]).status == 0)
        #expect(try served.call(["user", "history", "irene"]).status == 2)
        #expect(try served.call(["user", "history", "irene", "--as", "irene"]).status == 0)
        let token = try served.token("irene", ["read"])
        #expect(try served.call(["user", "history", "irene"], environment: ["FAISCEAU_TOKEN": token]).status == 0)
        // For reading it is, and for nothing else.
        let scope = try served.call(["catalogue", "reserve"], environment: ["FAISCEAU_TOKEN": token])
        #expect(scope.status == 1 && scope.errors.contains("scope"))
        try desk.done(["user", "disable", "irene"])
        let closed = try served.call(["user", "history", "irene", "--as", "irene"])
        #expect(closed.status == 1 && closed.errors.contains("faisceau login"))
        // Not to another machine without encryption, and not by somebody who has not signed in.
        let plain = try served.call(["login", "http://catalogue.example.org", "--token-stdin"], input: token)
        #expect(plain.status == 1 && plain.standardError.contains("unencrypted"))
        #expect(try served.call(["user", "history", "cleo", "--as", "cleo"]).status == 1)
        let before = try String(contentsOfFile: kept, encoding: .utf8)
        try served.done(["logout", served.address])
        #expect(try served.call(["user", "history", "otto"]).status == 1)
        #expect(try served.call(["logout", served.address]).status == 1)
        // The token of the log-in has ended, wherever a copy of it is.
        try before.write(toFile: kept, atomically: false, encoding: .utf8)
        #expect(try served.call(["user", "history", "otto", "--as", "otto"]).status == 1)
    }
}
