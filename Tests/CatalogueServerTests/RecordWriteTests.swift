import Custody
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
            (#"{"ownerGroup":"team-20260001","sampleCharacteristics":{"a":1}}"#, "sampleCharacteristics"),
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
        #expect(!made.text.contains("example.org"), "addresses are told to nobody")
        #expect(try await served.get("/api/v3/proposals/20260777", token: host).status == 404)
        #expect(try await served.post("/api/v3/proposals", body, token: other).status == 201)
        let another = body.replacing("Water", with: "Ice")
        #expect(try await served.post("/api/v3/proposals", another, token: other).status == 409)
        // One of another group is none of theirs to take over.
        let taken = body.replacing("20260777", with: "20260001")
        #expect(try await served.post("/api/v3/proposals", taken, token: other).status == 409)
        let stays = try await served.test.store.proposal("20260001", tenant: "facility")
        #expect(stays.team == "team-20260001" && stays.title == "Structure of a protein")
        for (change, word) in [
            ("\"type\":\"secret\",", "type"), ("\"MeasurementPeriodList\":[{}],", "sessions"), ("\"budget\":1,", "budget"),
        ] {
            let refused = try await served.post("/api/v3/proposals", "{" + change + body.dropFirst(), token: other)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
        let paid = body.replacing("20260777", with: "20260778").replacing(
            "{\"proposalId", with: "{\"type\":\"proprietary\",\"proposalId")
        #expect(try await served.post("/api/v3/proposals", paid, token: other).status == 201)
        #expect(try await served.test.store.proposal("20260778", tenant: "facility").kind == .proprietary)
    }

    @Test func instrumentsAreDescribedByTheFacility() async throws {
        let (served, host, _) = try await desk()
        let answer = try await served.post("/api/v3/instruments", #"{"name":"X"}"#, token: host)
        #expect(answer.status == 403 && answer.text.contains("PIDINST"))
    }
}
