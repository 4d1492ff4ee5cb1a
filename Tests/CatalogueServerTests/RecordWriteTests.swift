import Custody
import Diagnostics
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Samples and proposals that are sent: by whom, and what is refused.
@Suite struct RecordWriteTests {
    private func desk() async throws -> (served: ServedCatalogue, host: String, other: String) {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        return (
            served, try await served.token("host", [.ingestor], teams: ["team-20260001"]),
            try await served.token("other", [.ingestor], teams: ["team-b"])
        )
    }

    @Test func samplesAreTheirGroups() async throws {
        let (served, host, other) = try await desk()
        let body = #"{"ownerGroup":"team-20260001","sampleName":"droplet","description":"a protein","isPublished":false}"#
        let made = try await served.post("/api/v3/samples", body, token: host)
        #expect(made.status == 201, "\(made.text)")
        #expect(try made.object()["sampleId"] as? String == "droplet")
        // The same again is the same; another of this name is not.
        let igsn = (try made.object()["sampleCharacteristics"] as? [String: Any])?["igsn"] as? String
        let again = try await served.post("/api/v3/Samples", body, token: host)
        let facts = try again.object()["sampleCharacteristics"] as? [String: Any]
        #expect(again.status == 201 && facts?["igsn"] as? String == igsn)
        let changed = #"{"ownerGroup":"team-20260001","sampleId":"droplet","description":"another"}"#
        #expect(try await served.post("/api/v3/samples", changed, token: host).status == 409)
        #expect(try await served.post("/api/v3/samples", body, token: other).status == 403)
        #expect(try await served.post("/api/v3/samples", body).status == 401)
        #expect(try await served.get("/api/v3/samples/droplet", token: other).status == 404)
        #expect(try await served.patch("/api/v3/samples/droplet", #"{"description":"x"}"#, token: other).status == 404)
        let patched = try await served.patch("/api/v3/Samples/droplet", #"{"description":"better"}"#, token: host)
        #expect(try patched.object()["description"] as? String == "better", "\(patched.text)")
        let unnamed = try await served.post("/api/v3/samples", #"{"ownerGroup":"team-20260001"}"#, token: host)
        #expect((try unnamed.object()["sampleId"] as? String)?.hasPrefix("10.5072/") == true)
        for (body, word) in [
            (#"{"sampleName":"x"}"#, "ownerGroup"), (#"{"ownerGroup":"team-20260001","colour":"red"}"#, "colour"),
            (#"{"ownerGroup":"team-20260001","sampleCharacteristics":[1]}"#, "sampleCharacteristics"),
            (#"{"ownerGroup":"team-20260001","sampleCharacteristics":{"igsn":"mine"}}"#, "igsn"),
            (#"{"ownerGroup":"team-20260001","sampleId":"a","sampleName":"b"}"#, "one"), ("[]", "object"),
        ] {
            let refused = try await served.post("/api/v3/samples", body, token: host)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
    }

    @Test func proposalsAreTheirGroupsAndChangedByTheFacilityAlone() async throws {
        let (served, host, other) = try await desk()
        let body = """
            {"proposalId":"20260777","title":"Water","abstract":"Of water","ownerGroup":"team-b","email":"a@example.org",
            "pi_firstname":"Marie","pi_lastname":"Curie","pi_email":"m@example.org","lastname":"Langevin"}
            """
        #expect(try await served.post("/api/v3/proposals", body, token: host).status == 403)
        let made = try await served.post("/api/v3/Proposals", body, token: other)
        let told = try made.object()
        #expect(made.status == 201 && told["pi_lastname"] as? String == "Curie" && told["lastname"] as? String == "Langevin")
        #expect(told["pi_email"] as? String == "m@example.org" && told["email"] as? String == "a@example.org")
        let curator = try await served.token("cleo", [.curator])
        let shown = try await served.get("/api/v3/proposals/20260777", token: curator)
        #expect(shown.status == 200 && !shown.text.contains("example.org"), "addresses are told to the team alone")
        #expect(try await served.get("/api/v3/proposals/20260777", token: host).status == 404)
        #expect(try await served.post("/api/v3/proposals", body, token: other).status == 201)
        for (word, change) in [("Water", "Ice"), ("Curie", "Meitner"), ("m@example.org", "c@example.org")] {
            let another = body.replacing(word, with: change)
            #expect(try await served.post("/api/v3/proposals", another, token: other).status == 409, "\(change)")
        }
        // One of another group is none of theirs to take over.
        let taken = body.replacing("20260777", with: "20260001")
        #expect(try await served.post("/api/v3/proposals", taken, token: other).status == 409)
        let stays = try await served.test.store.proposal("20260001", tenant: "facility")
        #expect(stays.team == "team-20260001" && stays.title == "Structure of a protein")
        for (change, word) in [
            ("\"type\":\"secret\",", "type"), ("\"MeasurementPeriodList\":[{}],", "instrument"), ("\"budget\":1,", "budget"),
            ("\"metadata\":[1],", "metadata"), ("\"startTime\":\"soon\",", "startTime"),
        ] {
            let refused = try await served.post("/api/v3/proposals", "{" + change + body.dropFirst(), token: other)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
        let paid = body.replacing("20260777", with: "20260778").replacing(
            "{\"proposalId", with: "{\"type\":\"proprietary\",\"proposalId")
        #expect(try await served.post("/api/v3/proposals", paid, token: other).status == 201)
        #expect(try await served.test.store.proposal("20260778", tenant: "facility").kind == .proprietary)
    }

    @Test func aProposalIsCalledOtherwiseByTheFacility() async throws {
        let (served, host, other) = try await desk()
        let curator = try await served.token("cleo", [.curator])
        let path = "/api/v3/Proposals/20260001"
        let known = try await served.get(path, token: curator).object()
        let changed = try await served.patch(
            path, #"{"title":"Better said","abstract":"Of a protein","ownerGroup":"team-20260001"}"#, token: curator)
        #expect(changed.status == 200, "\(changed.text)")
        #expect(
            try changed.object()["title"] as? String == "Better said" && changed.object()["abstract"] as? String == "Of a protein"
        )
        #expect(try changed.object()["pi_lastname"] as? String == known["pi_lastname"] as? String)
        for (body, word) in [
            (#"{"ownerGroup":"team-b"}"#, "ownerGroup"), (#"{"type":"proprietary"}"#, "type"),
            (#"{"proposalId":"x"}"#, "proposalId"),
            (#"{"title":7}"#, "title"), (#"{"email":7}"#, "email"), (#"{"budget":1}"#, "budget"),
            (#"{"MeasurementPeriodList":[{}]}"#, "MeasurementPeriodList"), (#"{"pi_lastname":"Meitner"}"#, "persons"),
            (#"{"pi_email":"x@example.org"}"#, "persons"),
        ] {
            let refused = try await served.patch(path, body, token: curator)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
        #expect(try await served.patch(path, #"{"title":"x"}"#, token: host).status == 403)
        // Of another group's nobody learns.
        let (there, absent) = (
            try await served.patch(path, #"{"title":"x"}"#, token: other),
            try await served.patch("/api/v3/Proposals/none", #"{"title":"x"}"#, token: other)
        )
        #expect(there.status == 404 && there.text == absent.text.replacing("none", with: "20260001"))
        #expect(try await served.patch(path, #"{"title":"x"}"#).status == 401)
        let stored = try await served.test.store.proposal("20260001", tenant: "facility")
        #expect(stored.title == "Better said" && stored.persons.count == 3)
    }

    @Test func instrumentsAreNamedByWhoIngestsAndChangedByTheFacility() async throws {
        let (served, host, other) = try await desk()
        let body = #"{"name":"SWING","customMetadata":{"techniques":["SAXS"],"title":"not this one"}}"#
        let made = try await served.post("/api/v3/Instruments", body, token: host)
        #expect(made.status == 201, "\(made.text)")
        let pid = try #require(try made.object()["pid"] as? String)
        #expect(pid.hasPrefix("10.5072/"))
        #expect(try made.object()["uniqueName"] as? String == "SWING")
        let facts = try #require(try made.object()["customMetadata"] as? [String: Any])
        #expect(facts["techniques"] as? [String] == ["SAXS"] && facts["title"] as? String == "SWING")
        // The same again is the same, whoever says it; another thing is not said of it.
        #expect(try await served.post("/api/v4/instruments", body, token: other).object()["pid"] as? String == pid)
        #expect(
            try await served.post("/api/v3/instruments", #"{"name":"SWING","customMetadata":{"a":1}}"#, token: other).status
                == 409)
        let path = "/api/v3/Instruments/" + pid.replacing("/", with: "%2F")
        #expect(try await served.patch(path, #"{"name":"Swing at beamline 7"}"#, token: host).status == 403)
        let curator = try await served.token("cleo", [.curator])
        let changed = try await served.patch(path, #"{"name":"Swing at beamline 7","customMetadata":{"a":1}}"#, token: curator)
        #expect(changed.status == 200, "\(changed.text)")
        #expect(try changed.object()["uniqueName"] as? String == "SWING")
        #expect((try changed.object()["customMetadata"] as? [String: Any])?["title"] as? String == "Swing at beamline 7")
        #expect(try await served.patch(path, #"{"uniqueName":"other"}"#, token: curator).status == 400)
        // Which identifier it has elsewhere the facility says: public records of every group's runs at it will name it.
        let registered = try await served.post(
            "/api/v3/instruments", #"{"pid":"10.1234/beamline-9","name":"B9"}"#, token: curator)
        #expect(try registered.object()["pid"] as? String == "10.1234/beamline-9", "\(registered.text)")
        for (pid, name) in [("10.1234/beamline-8", "B8"), ("i-17", "B17")] {
            let body = #"{"pid":"\#(pid)","name":"\#(name)"}"#
            let named = try await served.post("/api/v3/instruments", body, token: host)
            #expect((try named.object()["pid"] as? String)?.hasPrefix("10.5072/") == true, "\(named.text)")
            #expect(try await served.post("/api/v3/instruments", body, token: host).status == 201, "the same again")
            let record = try await served.test.store.instrument(name, tenant: "facility")
            #expect(record.alternates.map(\.identifier) == [pid])
        }
        let long = #"{"name":"x","customMetadata":{"a":""# + String(repeating: "a", count: 70_000) + "\"}}"
        #expect(try await served.post("/api/v3/instruments", long, token: host).status == 413)
        for (body, word) in [
            ("{}", "name"), (#"{"name":7}"#, "name"), (#"{"name":"x","customMetadata":[]}"#, "customMetadata"),
            (#"{"name":"x","place":1}"#, "place"),
        ] {
            let refused = try await served.post("/api/v3/instruments", body, token: host)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
        let member = try await served.token("irene")
        #expect(try await served.post("/api/v3/instruments", #"{"name":"x"}"#, token: member).status == 403)
        #expect(try await served.post("/api/v3/instruments", #"{"name":"x"}"#).status == 401)
        #expect(
            try await served.send("DELETE \(path) HTTP/1.1\r\n", headers: ["Authorization": "Bearer \(curator)"]).status == 403)
        // Without a year DataCite takes none; described by PIDINST it has one, and keeps its identifier.
        let record = try await served.test.store.instrument("SWING", tenant: "facility")
        let error = await refusal { try served.test.custodian.dataCiteRecord(of: record) }
        #expect(error?.code == .badRequest)
    }
}
