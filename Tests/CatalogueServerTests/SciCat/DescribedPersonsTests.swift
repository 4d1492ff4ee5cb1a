import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What a client says of persons and groups is given back to those who may see it, gives nobody a right, and can be erased.
@Suite struct DescribedPersonsTests {
    private static var said: [String: Any] {
        [
            "owner": "zqOwner Zilia", "ownerEmail": "zqowner@example.com", "orcidOfOwner": "0000-0002-1825-0097",
            "contactEmail": "zqcontact@example.com;zqother@example.com",
            "principalInvestigators": ["zqLise Meitner", "Otto zqHahn"],
            "accessGroups": ["team-20260001"], "instrumentGroup": "PROXIMA-1", "license": "CC-BY-4.0", "sharedWith": [String](),
            "size": 1234, "numberOfFiles": 2, "packedSize": 0, "scientificMetadataValid": true,
            "techniques": [
                ["name": "SAXS", "pid": "http://purl.org/pan-science/PaNET/PaNET01188"],
                ["name": "a rheometer", "pid": "site:7"],
            ],
        ]
    }

    private static func text(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: [value], options: .sortedKeys), as: UTF8.self)
    }

    private struct Desk {
        let served: ServedCatalogue
        let host: String
        let pid: RunIdentifier
        var test: TestCustodian { served.test }
        var path: String { "/api/v4/datasets/" + "\(pid)".replacing("/", with: "%2F") }

        init(proposal: Bool = true, _ fields: [String: Any] = DescribedPersonsTests.said) async throws {
            let (test, _) = try await TestCustodian.embargoed()
            served = try await ServedCatalogue(test)
            host = try await served.token("host", [.ingestor], teams: ["team-20260001", "team-b"])
            let made = try await Self.post(fields, proposal: proposal, served, host)
            pid = try RunIdentifier(#require(try made.object()["pid"] as? String, "\(made.text)"))
        }

        static func post(
            _ fields: [String: Any], proposal: Bool = true, _ served: ServedCatalogue, _ token: String
        ) async throws -> PlainHTTP.Answer {
            var all: [String: Any] = [
                "type": "raw", "ownerGroup": proposal ? "team-20260001" : "team-b", "contactEmail": "zqcontact@example.com",
                "sourceFolder": proposal ? "/group/a" : "/group/b", "creationTime": "2026-05-08T12:00:00Z",
                "datasetName": "A droplet", "creationLocation": "PROXIMA-1",
            ]
            if proposal { all["proposalIds"] = ["20260001"] }
            all.merge(fields) { $1 }
            let body = try JSONSerialization.data(withJSONObject: all)
            return try await served.post("/api/v4/datasets", String(decoding: body, as: UTF8.self), token: token)
        }
    }

    @Test func whatIsSaidIsGivenBackToTheTeam() async throws {
        let desk = try await Desk()
        let told = try await desk.served.get(desk.path, token: desk.host).object()
        for (name, value) in Self.said where name != "orcidOfOwner" {
            #expect(try Self.text(told[name] ?? "") == Self.text(value), "\(name)")
        }
        #expect(told["orcidOfOwner"] as? String == "https://orcid.org/0000-0002-1825-0097")
        // In a list, in the third version's words, and by a question about it.
        let old = try await desk.served.get(desk.path.replacing("v4", with: "v3"), token: desk.host).object()
        #expect(old["principalInvestigator"] as? String == "zqLise Meitner" && old["owner"] as? String == "zqOwner Zilia")
        let filter = "%7B%22where%22:%7B%22contactEmail%22:%7B%22like%22:%22zqother%22%7D%7D%7D"
        #expect(try await desk.served.get("/api/v3/datasets?filter=\(filter)", token: desk.host).objects().count == 1)
        // Files come, and their numbers count.
        let block = #"{"size":30,"dataFileList":[{"path":"a.h5","size":30}]}"#
        #expect(try await desk.served.post(desk.path + "/origdatablocks", block, token: desk.host).status == 201)
        let listed = try await desk.served.get(desk.path, token: desk.host).object()
        #expect(listed["size"] as? Int == 30 && listed["numberOfFiles"] as? Int == 1)
        try await desk.test.store.verifyHistory(of: desk.pid, tenant: desk.test.custodian.rules.tenant)
    }

    @Test func whatIsSaidAgainIsNoChangeAndWhatDiffersIs() async throws {
        let desk = try await Desk()
        let tenant = desk.test.custodian.rules.tenant
        let body = try JSONSerialization.data(withJSONObject: Self.said)
        let again = try await desk.served.patch(desk.path, String(decoding: body, as: UTF8.self), token: desk.host)
        #expect(again.status == 200, "\(again.text)")
        let actions = { try await desk.test.store.history(of: desk.pid, scope: .everything(tenant: tenant)) }
        #expect(try await actions().map(\.action) == ["described"])
        let change = #"{"owner":"zqNew Owner","contactEmail":"zqnew@example.com","ownerEmail":" "}"#
        let changed = try await desk.served.patch(desk.path, change, token: desk.host)
        let told = try changed.object()
        #expect(told["owner"] as? String == "zqNew Owner" && told["contactEmail"] as? String == "zqnew@example.com")
        #expect(told["ownerEmail"] == nil, "\(changed.text)")
        let last = try #require(try await actions().last)
        #expect(last.action == "amended" && last.detail?.contains("contactEmail") == true)
        #expect(last.detail?.contains("zqnew") == false, "histories keep no address")
        try await desk.test.store.verifyHistory(of: desk.pid, tenant: tenant)
        try await desk.test.store.checkIntegrity()
    }

    @Test(arguments: [
        (#"{"accessGroups":["team-20260001","team-b"]}"#, "embargo share"), (#"{"instrumentGroup":"admins"}"#, "instrumentGroup"),
        (#"{"sharedWith":["a@example.com"]}"#, "embargo share"), (#"{"license":"CC0-1.0"}"#, "CC-BY-4.0"),
        (#"{"packedSize":7}"#, "packed"), (#"{"numberOfFilesArchived":1}"#, "packed"), (#"{"size":-1}"#, "size"),
        (#"{"size":"many"}"#, "size"), (#"{"orcidOfOwner":"0000-0002-1825-0098"}"#, "ORCID"),
        (#"{"scientificMetadataValid":"yes"}"#, "scientificMetadataValid"), (#"{"owner":["a"]}"#, "owner"),
        (#"{"principalInvestigators":"a"}"#, "principalInvestigators"), (#"{"owner":"a\u0007b"}"#, "control"),
    ])
    func whatWouldGiveARightIsRefusedInWords(change text: String, word: String) async throws {
        let desk = try await Desk()
        let change = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let posted = try await Desk.post(change, desk.served, desk.host)
        #expect(posted.status == 400 && posted.text.contains(word), "\(posted.status) \(posted.text)")
        let patched = try await desk.served.patch(desk.path, text, token: desk.host)
        #expect(patched.status == 400 && patched.text.contains(word), "\(patched.status) \(patched.text)")
    }

    @Test(arguments: ["version", "history", "createdAt", "createdBy", "updatedAt", "updatedBy", "_id"])
    func whatTheCatalogueSetsIsLeftOutOfWhatIsNewAndSentAgainInAChange(name: String) async throws {
        let desk = try await Desk()
        let posted = try await Desk.post([name: "x"], desk.served, desk.host)
        #expect(posted.status == 400 && posted.text.contains("\(name) is set by the catalogue"), "\(posted.text)")
        #expect(try await desk.served.patch(desk.path, "{\"\(name)\":\"x\"}", token: desk.host).status == 200)
    }

    /// Names of creators are public, addresses never: not in a record, a page, a list, a harvest, an answer to a question about them.
    @Test(arguments: [true, false])
    func noAddressIsToldToAnybodyElse(hasProposal: Bool) async throws {
        let desk = try await Desk(
            proposal: hasProposal,
            hasProposal
                ? Self.said : ["owner": "zqOwner Zilia zqowner@example.com", "principalInvestigators": ["zqLise Meitner"]])
        let outsider = try await desk.served.token("otto")
        let link = try await desk.test.custodian.shareByLink(
            .run(desk.pid), until: Timestamp(try Instant("2026-12-01T00:00:00Z")), by: .custodian
        ).text
        let page = desk.path.replacing("/api/v4", with: "")
        var texts = [try await desk.served.get(desk.path + "?share=\(link)").text]
        for isOpen in [false, true] {
            if isOpen { try desk.test.clock.set("2029-05-08T22:00:00Z") }
            let token = isOpen ? nil : outsider
            for path in [
                desk.path, desk.path.replacing("v4", with: "v3"), desk.path + "/history", page, page + "/datacite.json",
                page + "/ro-crate-metadata.json", page + "/schema.jsonld", "/api/v4/datasets", "/api/v3/datasets/fullquery",
                "/api/v4/datasets/fullfacet?facets=%5B%22ownerEmail%22,%22contactEmail%22%5D",
                "/oai?verb=ListRecords&metadataPrefix=oai_datacite",
            ] { texts.append(try await desk.served.get(path, token: token).text) }
            let filter = "%7B%22where%22:%7B%22contactEmail%22:%7B%22like%22:%22zqcontact%22%7D%7D%7D"
            #expect(try await desk.served.get("/api/v3/datasets?filter=\(filter)", token: token).text == "[]")
        }
        for text in texts {
            for word in ["zqcontact", "zqother@", "zqowner@", "instrumentGroup"] {
                #expect(!text.contains(word), "\(word): \(text.prefix(600))")
            }
        }
        let open = try await desk.served.get(desk.path).object()
        #expect(open["contactEmail"] as? String == desk.test.custodian.rules.contact && open["ownerEmail"] == nil)
        // The proposal's persons come first; without them those that were told.
        #expect(open["principalInvestigators"] as? [String] == [hasProposal ? "Irène Curie" : "zqLise Meitner"])
    }

    @Test func anErasedPersonIsTakenOutOfThem() async throws {
        let desk = try await Desk(
            Self.said.merging([
                "owner": "Madame C.", "ownerEmail": "Irene@Example.org", "contactEmail": "irene@example.org;zqother@example.com",
                "principalInvestigators": ["Irène Curie", "Otto zqHahn"], "orcidOfOwner": NSNull(),
            ]) { $1 }.filter { !($0.value is NSNull) })
        let tenant = desk.test.custodian.rules.tenant
        let persons = try await desk.test.store.persons(.email("irene@example.org"), tenant: tenant).map(\.number)
        try await desk.test.custodian.erase(persons: persons, by: .custodian)
        let told = try await desk.served.get(desk.path, token: desk.host)
        for word in ["Irène", "irene@", "Irene@", "Madame"] { #expect(!told.text.contains(word), "\(told.text)") }
        #expect(try told.object()["principalInvestigators"] as? [String] == ["Otto zqHahn"])
        try await desk.test.store.verifyHistory(of: desk.pid, tenant: tenant)
    }
}
