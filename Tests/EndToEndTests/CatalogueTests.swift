import Foundation
import TestSupport
import Testing

/// The catalogue as its users call it: from the user office's list to a citation that can be verified, on a run that was recorded from a stream.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct CatalogueTests {
    private static let facility = """
        facility: {name: Example Facility, timezone: Europe/Paris}
        clock: {trust: system}
        """

    /// A folder with a catalogue, and the program called on it.
    private struct Desk {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder("catalogue")
            try folder.write(CatalogueTests.facility, to: "facility.yaml")
            try folder.write(CatalogueDesk.proposals, to: "proposals.json")
        }

        func call(_ words: [String], input: String? = nil) throws -> (
            status: Int32, json: [String: Any], errors: String, text: String
        ) {
            let output = try FaisceauProgram.run(
                words + ["--json"],
                environment: [
                    "FAISCEAU_CATALOGUE": folder.file("catalogue.sqlite").path,
                    "FAISCEAU_FACILITY": folder.file("facility.yaml").path,
                ])
            let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
            return (output.status, object ?? [:], output.standardError, output.standardOutput)
        }

        /// One that must succeed.
        func done(_ words: [String]) throws -> [String: Any] {
            let answer = try call(words)
            #expect(answer.status == 0, "\(words): \(answer.errors)")
            return answer.json
        }
    }

    @Test func fromTheUserOfficesListToACitationThatCanBeVerified() throws {
        let desk = try Desk()
        let imported = try desk.done(["proposal", "import", desk.folder.file("proposals.json").path])
        let proposals = try #require(imported["proposals"] as? [[String: Any]])
        #expect(proposals.first?["outcome"] as? String == "new")
        let again = try desk.done(["proposal", "import", desk.folder.file("proposals.json").path])
        #expect((again["proposals"] as? [[String: Any]])?.first?["outcome"] as? String == "unchanged")
        let sessions = try desk.done(["session", "list"])["sessions"] as? [[String: Any]]
        let session = try #require(sessions?.first?["pid"] as? String)
        for (name, role, email) in [("irene", "member", "irene@example.org"), ("cleo", "curator", "cleo@example.org")] {
            _ = try desk.done(["user", "add", name, "--role", role, "--email", email])
        }

        let recorded = try Rehearsal.record(
            "synthetic:eiger2-1m:bragg", playing: ["--frames", "12"], beamline: CatalogueDesk.beamline, in: desk.folder)
        let sealed = try recorded.sealed()
        let added = try desk.done(["catalogue", "add", sealed.run])
        let receipt = try #require((added["runs"] as? [[String: Any]])?.first)
        let pid = try #require(receipt["pid"] as? String)
        #expect(pid.hasPrefix("10.5072/"))
        #expect(receipt["new"] as? Bool == true)
        #expect(receipt["state"] as? String == "collecting")
        #expect(receipt["notes"] as? [String] == [])
        let second = try desk.done(["catalogue", "add", sealed.run])
        #expect((second["runs"] as? [[String: Any]])?.first?["new"] as? Bool == false)

        // While the session collects, nobody else may know of the run: the answer is that for an identifier that nobody has.
        let hidden = try desk.call(["catalogue", "show", pid, "--as", "anonymous"])
        let absentPID = try #require(session.isEmpty ? nil : "10.5072/000000003rj076")
        let absent = try desk.call(["catalogue", "show", absentPID, "--as", "anonymous"])
        #expect(hidden.status == 2 && absent.status == 2)
        #expect(hidden.text.replacing(pid, with: "PID") == absent.text.replacing(absentPID, with: "PID"))
        #expect(try desk.done(["catalogue", "show", pid, "--as", "irene"])["name"] as? String == "lysozyme_1")

        _ = try desk.done(["session", "close", "20260001", "2026-05"])
        // Everyone may know of it now, and read no more than the public record.
        let short = try desk.done(["catalogue", "show", pid, "--as", "anonymous"])
        #expect(short["public_record"] as? Bool == true)
        #expect(short["title"] as? String == "Structure of a protein")
        #expect(short["name"] == nil && short["sample"] == nil)
        #expect(try desk.call(["catalogue", "files", pid, "--as", "anonymous"]).status == 4)
        #expect((try desk.done(["catalogue", "search", "--as", "anonymous"])["runs"] as? [Any])?.isEmpty == true)
        let found = try desk.done(["catalogue", "search", "sample:lysozyme energy:1..100keV state:embargoed", "--as", "irene"])
        #expect((found["runs"] as? [[String: Any]])?.map { $0["pid"] as? String } == [pid])
        for question in ["technique:SAXS temperature:-174..-173degC", "keyword:robot exposure:1us..1h", "SAXS scattering"] {
            let found = try desk.done(["catalogue", "search", question + " energy:1..100keV sample:lysozyme", "--as", "irene"])
            #expect((found["runs"] as? [[String: Any]])?.map { $0["pid"] as? String } == [pid], "\(question)")
        }
        #expect(try desk.call(["catalogue", "search", "enrgy:1..2keV"]).status == 2)

        // Asked by who may, decided by somebody else.
        #expect(try desk.call(["embargo", "request", pid, "--reason", "thesis", "--as", "cleo"]).status == 4)
        _ = try desk.done(["embargo", "request", pid, "--reason", "thesis", "--as", "irene"])
        #expect(try desk.call(["embargo", "decide", pid, "granted", "--as", "irene"]).status == 4)
        let before = try desk.done(["embargo", "status", pid])["opens"] as? String
        let granted = try desk.done(["embargo", "decide", pid, "granted", "--as", "cleo"])
        let (year, later) = (Int(before?.prefix(4) ?? ""), Int((granted["opens"] as? String)?.prefix(4) ?? ""))
        #expect(later == year.map { $0 + 1 })

        try citations(desk, pid, session, run: sealed.run, year: try #require(later))
        let folder = try desk.done(["catalogue", "path", pid, "--holder", "job-1"])
        #expect(folder["folder"] as? String == sealed.run)
        let history = try desk.done(["catalogue", "history", pid])["events"] as? [[String: Any]]
        #expect(
            history?.compactMap { $0["action"] as? String } == [
                "registered", "session-closed", "extension-asked", "extension-granted",
            ])
        #expect(try desk.done(["catalogue", "check"])["problems"] as? [String] == [])
        #expect((try desk.done(["embargo", "recompute"])["differences"] as? [Any])?.isEmpty == true)
        try histories(desk, pid, session)
        let copy = desk.folder.file("copy.sqlite").path
        _ = try desk.done(["catalogue", "backup", copy])
        let restored = try desk.done(["catalogue", "show", pid, "--catalogue", copy])
        #expect(restored["pid"] as? String == pid)
    }

    /// Who did what to the records beside the run, a link and its end, a signed day, completions.
    private func histories(_ desk: Desk, _ pid: String, _ session: String) throws {
        let actions = { (words: [String]) in
            (try desk.done(words)["events"] as? [[String: Any]] ?? []).compactMap { $0["action"] as? String }
        }
        #expect(try actions(["catalogue", "history", "--proposal", "20260001"]) == ["imported"])
        #expect(try actions(["user", "history", "irene", "--as", "irene"]) == ["added"])
        #expect(try desk.call(["user", "history", "irene", "--as", "anonymous"]).status == 2)
        #expect(try actions(["catalogue", "history", session, "--as", "irene"]) == ["entered"])
        #expect(try desk.call(["catalogue", "history", session, "--as", "anonymous"]).status == 4)
        let until = "\(Calendar(identifier: .iso8601).component(.year, from: Date()) + 1)-01-01T00:00:00Z"
        let link = try desk.done(["embargo", "share", pid, "--link", "--until", until, "--as", "irene"])["link"] as? String
        #expect(link?.hasPrefix("fsclink_") == true)
        _ = try desk.done(["embargo", "share", pid, "--end", "1", "--as", "irene"])
        let told = try desk.call(["catalogue", "history", "20260001/2026-05", "--as", "irene"]).text
        #expect(told.contains("revoked") && !told.contains("fsclink"))

        let (key, out) = (desk.folder.file("key").path, desk.folder.file("checkpoints").path)
        _ = try desk.done(["catalogue", "checkpoint", "--new-key", key])
        let signed = try desk.done(["catalogue", "checkpoint", "--key", key, "--out", out])
        #expect(signed["new"] as? Bool == true)
        let checked = try desk.done(["catalogue", "check", "--checkpoint", out, "--public-key", key + ".pub"])
        #expect(checked["problems"] as? [String] == [] && (checked["days"] as? [String])?.count == 1)
        _ = try desk.done(["catalogue", "checkpoint", "--new-key", key + "2"])
        #expect(try desk.call(["catalogue", "check", "--checkpoint", out, "--public-key", key + "2.pub"]).status == 5)

        let candidates = { (words: [String]) in
            (try desk.done(["catalogue", "search", "--complete"] + words)["candidates"] as? [[String: Any]] ?? [])
                .compactMap { $0["question"] as? String }
        }
        #expect(try candidates(["kind:raw sample:lys", "--as", "irene"]) == ["kind:raw sample:lysozyme"])
        #expect(try candidates(["kind:raw sample:lys", "--as", "anonymous"]) == [])
    }

    private func citations(_ desk: Desk, _ pid: String, _ session: String, run: String, year: Int) throws {
        for style in ["apa", "bibtex", "csl-json"] {
            let cited = try desk.done(["catalogue", "cite", pid, "--style", style])["citation"] as? String ?? ""
            #expect(cited.contains("\(year)"), "\(style): \(cited)")
            #expect(cited.contains("Curie"), "\(style): \(cited)")
            #expect(cited.contains(pid), "\(style): \(cited)")
        }
        let ofSession = try desk.done(["catalogue", "cite", session])["citation"] as? String ?? ""
        #expect(ofSession.contains("Structure of a protein"))
        let slice = try desk.done(["catalogue", "cite", pid, "--frames", "3-5"])
        let fragment = try #require(slice["fragment"] as? String)
        #expect((slice["citation"] as? String)?.contains("#frames=3-5&sha256=") == true)
        _ = try desk.done(["verify", run, "--slice", fragment])
        let other = fragment.replacing("frames=3-5", with: "frames=3-6")
        #expect(try desk.call(["verify", run, "--slice", other]).status == 5)
        #expect(try desk.call(["catalogue", "cite", pid, "--frames", "3-500"]).status == 2)
    }

    @Test func badInputIsNamedAndChangesNothing() throws {
        let desk = try Desk()
        try desk.folder.write(CatalogueDesk.proposals.replacing("\"title\"", with: "\"titel\""), to: "misspelt.json")
        let misspelt = try desk.call(["proposal", "import", desk.folder.file("misspelt.json").path])
        #expect(misspelt.status == 2)
        #expect(misspelt.errors.contains("titel"))
        #expect((try desk.done(["proposal", "list"])["proposals"] as? [Any])?.isEmpty == true)
        #expect(try desk.call(["catalogue", "add", desk.folder.url.path]).status == 2)
        #expect(try desk.call(["catalogue", "show", "10.5072/000000003rj077"]).status == 2)
        #expect(try desk.call(["session", "open", "nowhere", "s", "--ends", "2030-01-01T00:00:00Z"]).status == 2)
        #expect(try desk.call(["user", "add", "x", "--role", "member", "--group", "everyone"]).status == 2)
        try desk.folder.write("policy: {version: ''}", to: "facility.yaml")
        let unnamed = try desk.call(["session", "list"])
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("version"))
    }
}
