import Foundation
import TestSupport
import Testing

/// Instruments, samples and plans, as their users call it.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct DescriptionCommandTests {
    private static let instrument = """
        SchemaVersion: "1.0"
        Name: PROXIMA 1
        Owner: [{ownerName: Example, ownerContact: zqcontact@example.org}]
        Manufacturer: [{manufacturerName: Maker}]
        Model: {modelName: M1}
        Date: [{date: 2008-03-01, dateType: Commissioned}]

        """
    private static let samples = """
        {"schema": "faisceau.samples.1", "samples": [
          {"name": "lysozyme", "proposal": "20260001", "description": "zqhen egg white", "keywords": ["tetragonal"]}]}
        """
    private static let plan = """
        {"dmp": {"title": "Our zqplan", "created": "2026-01-02T10:00:00Z", "modified": "2026-03-04T10:00:00Z", "language": "eng",
          "dmp_id": {"identifier": "https://doi.org/10.5072/plan", "type": "doi"}, "ethical_issues_exist": "no",
          "contact": {"name": "Irène Curie", "mbox": "irene@example.org",
                      "contact_id": {"identifier": "https://orcid.org/0000-0002-1825-0097", "type": "orcid"}},
          "dataset": [{"title": "Diffraction", "dataset_id": {"identifier": "d1", "type": "other"}, "personal_data": "no",
                       "sensitive_data": "unknown"}]}}
        """

    @Test func anInstrumentKeepsItsIdentifier() throws {
        let desk = try CatalogueDesk("descriptions")
        try desk.addAccounts()
        let file = try desk.folder.write(Self.instrument, to: "i.yaml").path
        let words = ["instrument", "import", file, "--name", "PROXIMA-1"]
        try desk.refused(words + ["--as", "irene"], 4)
        let first = try desk.done(words)
        let pid = try #require(first.json["pid"] as? String)
        #expect(first.json["outcome"] as? String == "new")
        #expect(try desk.done(words).json["outcome"] as? String == "unchanged")
        try desk.folder.write(Self.instrument.replacing("M1", with: "M2"), to: "i.yaml")
        let changed = try desk.done(words + ["--as", "cleo"])
        #expect(changed.json["outcome"] as? String == "changed" && changed.json["pid"] as? String == pid)
        for name in ["PROXIMA-1", pid] {
            let shown = try desk.done(["instrument", "show", name, "--as", "anonymous"])
            #expect(shown.json["model"] as? String == "M2" && shown.json["commissioned"] as? String == "2008-03-01")
            // Whom to write to is told to whoever signs in, if at all.
            #expect(!shown.text.contains("zqcontact"))
        }
        let record = try desk.done(["instrument", "show", pid, "--datacite"]).json["datacite"] as? String
        #expect(record?.contains("\"Instrument\"") == true)
        let list = try desk.done(["instrument", "list"]).list("instruments")
        #expect(list.map { $0["name"] as? String } == ["PROXIMA-1"])
        try desk.refused(["instrument", "show", "SWING"], 2, "SWING")
        try desk.folder.write(Self.instrument.replacing("Manufacturer", with: "Manufakturer"), to: "bad.yaml")
        try desk.refused(["instrument", "import", desk.folder.file("bad.yaml").path], 2, "Manufakturer")
        try desk.refused(["instrument", "import", desk.folder.file("absent.yaml").path], 2, "absent.yaml")
    }

    @Test func aSampleGetsAnIGSNAndIsItsTeams() throws {
        let desk = try CatalogueDesk("descriptions")
        try desk.addAccounts()
        let file = try desk.folder.write(Self.samples, to: "samples.json").path
        try desk.refused(["sample", "import", file, "--as", "otto"], 2)
        let first = try desk.done(["sample", "import", file, "--as", "irene"]).list("samples").first
        let igsn = try #require(first?["igsn"] as? String)
        #expect(first?["outcome"] as? String == "new")
        #expect(try desk.done(["sample", "import", file]).list("samples").first?["outcome"] as? String == "unchanged")
        let (pid, _) = try desk.recordRun()
        for name in ["lysozyme", igsn] {
            let shown = try desk.done(["sample", "show", name, "--as", "irene"]).json
            #expect(shown["description"] as? String == "zqhen egg white" && shown["igsn"] as? String == igsn)
        }
        // While its session collects nobody else knows of the sample; then that it exists, and not what it is.
        try desk.refused(["sample", "show", igsn, "--as", "otto"], 2)
        try desk.closeSession()
        let outside = try desk.done(["sample", "show", igsn, "--as", "anonymous"])
        #expect(outside.json["public_record"] as? Bool == true && !outside.text.contains("zqhen"))
        let record = try desk.done(["sample", "show", igsn, "--datacite", "--as", "anonymous"]).text
        #expect(record.contains("PhysicalObject") && !record.contains("zqhen") && !record.contains("lysozyme"))
        try desk.refused(["sample", "show", "lysozyme", "--as", "anonymous"], 2)
        #expect(try desk.done(["sample", "list", "--as", "otto"]).list("samples").isEmpty)
        #expect(try desk.done(["sample", "list"]).list("samples").count == 1)
        #expect(try desk.done(["catalogue", "show", pid, "--as", "anonymous"]).text.contains("zqhen") == false)
        try desk.folder.write(Self.samples.replacing("20260001", with: "20269999"), to: "other.json")
        try desk.refused(["sample", "import", desk.folder.file("other.json").path], 2, "20269999")
        try desk.folder.write("{", to: "broken.json")
        try desk.refused(["sample", "import", desk.folder.file("broken.json").path], 2)
    }

    @Test func aPlanIsItsTeamsAndTheFacilitys() throws {
        let desk = try CatalogueDesk("descriptions")
        try desk.addAccounts()
        let identifier = "https://doi.org/10.5072/plan"
        let file = try desk.folder.write(Self.plan, to: "plan.json").path
        let words = ["dmp", "import", file, "--proposal", "20260001"]
        try desk.refused(words + ["--as", "otto"], 2)
        #expect(try desk.done(words + ["--as", "irene"]).json["outcome"] as? String == "new")
        #expect(try desk.done(words).json["outcome"] as? String == "unchanged")
        try desk.folder.write(
            Self.plan.replacing("2026-03-04", with: "2026-02-04").replacing("Our", with: "Old"), to: "plan.json")
        try desk.refused(words, 2, "2026-03-04")
        let shown = try desk.done(["dmp", "show", identifier, "--as", "irene"])
        #expect(shown.json["document"] as? String == Self.plan)
        #expect(try desk.plain(["dmp", "show", identifier]).standardOutput.contains("Our zqplan"))
        for reader in ["otto", "anonymous"] {
            let hidden = try desk.call(["dmp", "show", identifier, "--as", reader])
            let absent = try desk.call(["dmp", "show", "absent", "--as", reader])
            #expect(hidden.status == 2 && !hidden.errors.contains("zqplan"))
            #expect(hidden.errors.replacing(identifier, with: "X") == absent.errors.replacing("absent", with: "X"))
            #expect(try desk.done(["dmp", "list", "--as", reader]).list("plans").isEmpty)
        }
        let plans = try desk.done(["dmp", "list", "--proposal", "20260001", "--as", "irene"]).list("plans")
        #expect(plans.map { $0["dmp_id"] as? String } == [identifier])
        try desk.folder.write(Self.plan.replacing(#""mbox": "irene@example.org","#, with: ""), to: "bad.json")
        try desk.refused(
            ["dmp", "import", desk.folder.file("bad.json").path, "--proposal", "20260001"], 2, "/dmp/contact/mbox")
        try desk.refused(["dmp", "import", file, "--proposal", "20269999"], 2, "20269999")
    }
}
