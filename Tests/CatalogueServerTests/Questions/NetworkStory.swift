import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// People of a facility who do over the network all that can be done there.
actor NetworkStory {
    private(set) var asked: Set<QuestionName> = []
    private let served: ServedCatalogue
    private var tokens: [String: String] = [:]
    private var pid = ""

    init() async throws {
        let test = try UpkeepDesk.custodian()
        try await test.begin()
        served = try await ServedCatalogue(test, office: try UpkeepDesk.office(test))
        for (name, roles, teams, beamlines) in [
            ("irene", [Account.Role.member], [String](), [String]()), ("cleo", [.curator], [], []), ("dora", [.director], [], []),
            ("host", [.ingestor], ["team-20260001"], []), ("stan", [.staff], [], ["PROXIMA-1"]), ("gast", [.member], [], []),
            ("kurt", [.custodian], [], []),
        ] {
            let domain = name == "irene" ? "example.org" : "example.net"
            _ = try await test.account(
                name, email: "\(name)@\(domain)", Set(roles), teams: Set(teams), beamlines: Set(beamlines))
            tokens[name] = try await test.custodian.newToken(
                of: name, label: "test", scopes: Set(TokenScope.allCases), days: 30, by: .custodian
            ).0.text
        }
        try test.clock.set("2026-05-09T13:00:00Z")
    }

    private func ask(_ name: QuestionName, by who: String, of record: String? = nil, _ arguments: JSONObject = [:]) async throws
        -> JSONObject
    {
        asked.insert(name)
        return try await served.linked(tokens[who]).ask(CatalogueQuestion(name, of: record, arguments)).fields
    }

    func aRunIsHandedOver() async throws {
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let summary = try JSONValue(reading: Array(run.summary.json()))
        let arguments: JSONObject = [
            "folder": "/data/run_1", "run": summary,
            "manifest": .string(String(repeating: "a", count: 64) + "  run_master.h5\n"),
        ]
        let receipt = try await ask(.handOver, by: "host", arguments)
        #expect(receipt["new"] == true && receipt["state"] == "collecting")
        pid = try #require(receipt["pid"]?.text)
        #expect(try await ask(.handOver, by: "host", arguments)["new"] == false)
        let files = try await served.test.store.files(
            of: RunIdentifier(pid), scope: .everything(tenant: served.test.custodian.rules.tenant), from: 0, limit: 10)
        #expect(files.files.map(\.file.digest) == ["sha256:" + String(repeating: "a", count: 64)])
        #expect(try await ask(.reserve, by: "host", ["holder": "host"])["pid"]?.text?.hasPrefix("10.5072/") == true)
        #expect(try await ask(.lease, by: "irene", of: pid, ["holder": "job", "hours": 1])["folder"] == "/data/run_1")
        _ = try await ask(.releaseLease, by: "irene", of: pid, ["holder": "job"])
        #expect(try await ask(.closeSession, by: "cleo", ["proposal": "20260001", "session": "2026-05"])["state"] == "embargoed")
    }

    func thingsAreLaidBeside() async throws {
        let mark = try await ask(
            .mark, by: "irene", of: pid, ["word": "drop", "first_frame": 2, "last_frame": 4, "reason": "beam lost"])
        #expect(try await ask(.removeMark, by: "irene", of: pid, ["mark": mark["mark"] ?? .null])["mark"] == mark["mark"])
        let cited: JSONValue = "10.1107/s1600577521007749"
        let related = try await ask(.relate, by: "irene", of: pid, ["relation": "IsCitedBy", "target": cited])
        #expect(try await ask(.relations, by: "irene", of: pid)["relations"]?.list?.first?["target"] == cited)
        _ = try await ask(.removeRelation, by: "irene", of: pid, ["number": related["number"] ?? .null])
        let bytes = Data("notes of the night\n".utf8)
        let attached = try await ask(
            .attach, by: "irene", of: pid,
            ["name": "night notes.txt", "caption": "by hand", "content": .string(bytes.base64EncodedString())])
        #expect(attached["bytes"] == .integer(Int64(bytes.count)))
        let given = try await served.linked(tokens["irene"]).ask(
            CatalogueQuestion(.attachment, of: pid, ["name": "night notes.txt"]))
        #expect(given.fields["content"]?.text == bytes.base64EncodedString())
        _ = try await ask(.removeAttachment, by: "irene", of: pid, ["name": "night notes.txt"])
        #expect(
            try await ask(.addCopies, by: "cleo", of: pid, ["store": "tape", "path": "/tape/run_1", "state": "offline"])["files"]
                == 1)
        #expect(try await ask(.forgetCopies, by: "cleo", of: pid, ["store": "tape"])["files"] == 1)
        let made = try await ask(.collect, by: "irene", ["runs": [.string(pid)], "title": "Runs of our paper"])
        let collection = try #require(made["pid"]?.text)
        let second = try TestCustodian.run(2, ended: "2026-05-09T12:30:00Z")
        let other = try await ask(
            .handOver, by: "host", ["folder": "/data/run_2", "run": try JSONValue(reading: Array(second.summary.json()))])
        let changed = try await ask(
            .changeCollection, by: "irene", of: collection, ["add": [other["pid"] ?? .null], "remove": [.string(pid)]])
        #expect(changed["runs"]?.list == [try #require(other["pid"])])
        #expect(try await ask(.mint, by: "irene", of: pid)["new"] == true)
    }

    func theClocksAreMoved() async throws {
        _ = try await ask(.requestExtension, by: "irene", of: pid, ["reason": "thesis"])
        let granted = try await ask(.decide, by: "cleo", of: pid, ["answer": "granted"])
        #expect(granted["opens"] == "2030-05-10")
        _ = try await ask(
            .hold, by: "cleo", of: pid, ["kind": "legal", "reason": "a dispute", "review": "2027-01-01"])
        _ = try await ask(.lift, by: "cleo", of: pid, ["reason": "settled"])
        await #expect(throws: (any Error).self) {
            try await self.ask(.passRights, by: "irene", of: self.pid, ["to": "main-proposer", "reason": "on leave"])
        }
        for who in ["irene", "stan", "dora"] {
            await #expect(throws: (any Error).self) {
                try await self.ask(
                    .correctEnd, by: who, of: self.pid, ["ended": "2026-04-09T12:00:00Z", "reason": "a clock was ahead"])
            }
        }
        let corrected = try await ask(
            .correctEnd, by: "cleo", of: pid, ["ended": "2026-04-09T12:00:00Z", "reason": "a clock was ahead"])
        #expect(corrected["opens"] == "2030-04-10" && corrected["opens_before"] == "2030-05-10")
        _ = try await ask(.openEarly, by: "irene", of: pid, ["licence": "CC-BY-4.0"])
        _ = try await ask(.object, by: "irene", of: pid, ["reason": "a patent"])
        _ = try await ask(.decide, by: "cleo", of: pid, ["answer": "upheld", "reason": "the patent is pending"])
        let shared = try await ask(.share, by: "irene", of: pid, ["with": "gast", "until": "2026-12-01T00:00:00Z"])
        #expect(shared["with"] == "gast")
        #expect(try await ask(.endShare, by: "irene", of: pid, ["share": 1])["share"] == 1)
        await #expect(throws: (any Error).self) {
            try await self.ask(.purge, by: "cleo", of: self.pid, ["step": "propose", "reason": "space"])
        }
        // The team cannot decide any more: the facility does, and nobody gives it back.
        _ = try await ask(.passRights, by: "cleo", of: pid, ["to": "facility", "reason": "nobody answers"])
        #expect(try await ask(.embargo, by: "cleo", of: pid)["rights"] == "facility")
        await #expect(throws: (any Error).self) {
            try await self.ask(.passRights, by: "cleo", of: self.pid, ["to": "team", "reason": "somebody answers"])
        }
        // A second person is not named by the first: that person's own token is needed.
        await #expect(throws: (any Error).self) {
            try await self.ask(.withdraw, by: "cleo", of: self.pid, ["reason": "consent", "confirmed_by": "dora"])
        }
        await #expect(throws: (any Error).self) {
            try await self.ask(
                .withdraw, by: "cleo", of: self.pid,
                ["reason": "consent", "confirmed_by": "dora", "confirmed_by_token": JSONValue(self.tokens["cleo"])])
        }
        let withdrawn = try await ask(
            .withdraw, by: "cleo", of: pid,
            ["reason": "consent", "confirmed_by": "dora", "confirmed_by_token": JSONValue(tokens["dora"])])
        #expect(withdrawn["state"] == "withdrawn")
    }

    func theWholeIsLookedAfter() async throws {
        _ = try await ask(.addCopies, by: "cleo", of: pid, ["store": "tape", "path": "/tape/run_1", "state": "offline"])
        for name in QuestionRoute.upkeep.map(\.name) {
            for who in ["irene", "cleo", "stan", "dora", "host", "gast"] {
                await #expect(throws: (any Error).self, "\(who): \(name)") {
                    try await self.ask(name, by: who, of: self.pid, UpkeepDesk.arguments(name, at: "2026-05-09T13:00:00Z"))
                }
            }
            let answer = try await served.linked(tokens["kurt"]).ask(
                CatalogueQuestion(name, of: pid, UpkeepDesk.arguments(name, at: "2026-05-09T13:00:00Z")))
            #expect(answer.status == .done, "\(name): \(answer.told)")
            asked.insert(name)
        }
    }

    func proposalsComeIn() async throws {
        let proposals = """
            {"schema": "faisceau.proposals.1", "proposals": [
              {"id": "20260002", "kind": "public", "title": "Another", "persons": [
                {"role": "principal investigator", "family_name": "Meitner", "email": "lise@example.org"}]}]}
            """
        let imported = try await ask(.importProposals, by: "cleo", ["document": .string(proposals)])
        #expect(imported["proposals"]?.list?.first?["outcome"] == "new")
        let opened = try await ask(
            .openSession, by: "stan",
            ["proposal": "20260002", "session": "2026-06", "beamline": "PROXIMA-1", "ends": "2026-06-10T06:00:00Z"])
        #expect(opened["pid"]?.text?.hasPrefix("10.5072/") == true)
        let samples = """
            {"schema": "faisceau.samples.1", "samples": [{"name": "thaumatin", "proposal": "20260001", "description": "sweet"}]}
            """
        #expect(try await ask(.importSamples, by: "irene", ["document": .string(samples)])["samples"]?.list?.count == 1)
        let instrument = """
            SchemaVersion: "1.0"
            Name: PROXIMA 1
            Owner: [{ownerName: Example Facility}]
            Manufacturer: [{manufacturerName: Example Facility}]
            Date: [{date: 2008-03-01, dateType: Commissioned}]
            """
        let told = try await ask(.importInstrument, by: "cleo", ["document": .string(instrument), "name": "PROXIMA-1"])
        #expect(told["name"] == "PROXIMA-1")
        await #expect(throws: (any Error).self) {
            try await self.ask(.importPlan, by: "cleo", ["document": "{}", "proposal": "20260001"])
        }
    }
}
