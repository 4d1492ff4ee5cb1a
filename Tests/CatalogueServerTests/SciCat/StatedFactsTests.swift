import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What clients say of samples, proposals and files beside what the catalogue has a place for: kept, told back, and erased with its person.
@Suite struct StatedFactsTests {
    private func desk() async throws -> (served: ServedCatalogue, host: String, curator: String) {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        return (
            served, try await served.token("host", [.ingestor], teams: ["team-b"]), try await served.token("cleo", [.curator])
        )
    }

    private func check(_ served: ServedCatalogue) async throws {
        #expect(try await served.test.custodian.verifyAll().problems == [])
        try await served.test.store.checkIntegrity()
    }

    @Test func aSampleIsToldAsItWasSaid() async throws {
        let (served, host, curator) = try await desk()
        let body = """
            {"ownerGroup":"team-b","sampleId":"drink","owner":"Marie Curie m@example.org","description":"legendary","type":"fluid",\
            "proposalId":"deepthought","parentSampleId":"bottle","isPublished":false,\
            "sampleCharacteristics":{"a":"field","deep":{"er":7.50}}}
            """
        let made = try await served.post("/api/v3/Samples", body, token: host)
        let told = try made.object()
        #expect(made.status == 201 && told["owner"] as? String == "Marie Curie m@example.org", "\(made.text)")
        #expect(told["type"] as? String == "fluid" && told["proposalId"] as? String == "deepthought")
        #expect(told["parentSampleId"] as? String == "bottle" && made.text.contains("\"er\":7.50"))
        let facts = try #require(told["sampleCharacteristics"] as? [String: Any])
        #expect(facts["a"] as? String == "field" && (facts["igsn"] as? String)?.hasPrefix("10.5072/") == true)
        // The same again is the same; another is not; and all of it sent back changes nothing.
        #expect(try await served.post("/api/v3/samples", body, token: host).status == 201)
        #expect(try await served.post("/api/v3/samples", body.replacing("7.50", with: "8"), token: host).status == 409)
        let path = "/api/v3/samples/drink"
        let record = try await served.get(path, token: host).text
        #expect(try await served.patch(path, record, token: host).status == 200)
        #expect(try await served.get(path, token: host).text == record)
        let changed = try await served.patch(
            path, #"{"sampleCharacteristics":{"b":[1,2]},"type":"gel"}"#, token: host)
        #expect(changed.text.contains("\"b\":[1,2]") && changed.text.contains("gel") && !changed.text.contains("\"er\""))
        #expect(changed.text.contains("bottle"), "\(changed.text)")
        #expect(!(try await served.get(path, token: curator).text).contains("example.org"))
        let wrong = #"{"ownerGroup":"team-b","isPublished":true}"#
        #expect(try await served.post("/api/v3/samples", wrong, token: host).status == 400)
        // Whoever goes is no owner any more, and the history holds.
        try await served.test.store.add(
            Account(
                name: "marie", person: Person(familyName: "Curie", givenName: "Marie", email: "m@example.org"), roles: [.member]),
            password: nil, at: .init(served.test.clock.reading().wall), tenant: "facility")
        try await erase("marie", served)
        #expect(try await served.get(path, token: host).object()["owner"] as? String == "team-b")
        try await check(served)
    }

    private func erase(_ account: String, _ served: ServedCatalogue) async throws {
        let person = try #require(try await served.test.store.account(account, tenant: "facility").person.number)
        try await served.test.store.erase(
            persons: [person], by: Deed(at: .init(served.test.clock.reading().wall), person: nil), outbox: [], tenant: "facility")
    }

    @Test func aProposalIsToldAsItWasSaid() async throws {
        let (served, host, curator) = try await desk()
        let body = """
            {"proposalId":"deepthought","title":"Deepthought","ownerGroup":"team-b","email":"deepthought@example.org",\
            "pi_email":"mouse@example.org","startTime":"2026-05-01T10:00:00","endTime":"2026-05-09T10:00:00Z",\
            "parentProposalId":"earth","metadata":{"answer":42,"unit":{"a":"m"}},\
            "MeasurementPeriodList":[{"instrument":"earth","start":"2026-05-01T10:00:00","end":"2026-05-02T10:00:00Z"}]}
            """
        let made = try await served.post("/api/v3/Proposals", body, token: host)
        let told = try made.object()
        #expect(made.status == 201 && told["email"] as? String == "deepthought@example.org", "\(made.text)")
        #expect(told["pi_email"] as? String == "mouse@example.org" && told["pi_lastname"] == nil && told["lastname"] == nil)
        #expect(told["startTime"] as? String == "2026-05-01T08:00:00.000Z" && told["parentProposalId"] as? String == "earth")
        #expect((told["metadata"] as? [String: Any])?["answer"] as? Int == 42)
        let periods = try #require(told["measurementPeriodList"] as? [[String: String]])
        #expect(
            periods == [
                [
                    "instrument": "earth", "start": "2026-05-01T08:00:00.000Z", "end": "2026-05-02T10:00:00.000Z", "comment": "",
                ]
            ])
        #expect(told["MeasurementPeriodList"] as? [[String: String]] == periods)
        // Nobody has a right by an address that a client has sent.
        #expect(try await served.test.store.proposal("deepthought", tenant: "facility").persons == [])
        #expect(try await served.post("/api/v3/proposals", body, token: host).status == 201)
        #expect(try await served.post("/api/v3/proposals", body.replacing("mouse", with: "cat"), token: host).status == 409)
        #expect(try await served.post("/api/v3/proposals", body.replacing("42", with: "43"), token: host).status == 409)
        let path = "/api/v3/proposals/deepthought"
        let shown = try await served.get(path, token: curator)
        #expect(shown.text.contains("earth") && !shown.text.contains("example.org"))
        // The facility changes it; what comes back as it was told changes nothing.
        #expect(try await served.patch(path, shown.text, token: curator).status == 200)
        #expect(try await served.get(path, token: curator).text == shown.text)
        let changed = try await served.patch(
            path, #"{"metadata":{"answer":43},"measurementPeriodList":[],"endTime":"2026-05-10T10:00:00Z"}"#, token: curator)
        #expect(changed.status == 200, "\(changed.text)")
        let after = try changed.object()
        #expect((after["metadata"] as? [String: Any])?["answer"] as? Int == 43)
        #expect((after["measurementPeriodList"] as? [Any])?.isEmpty == true)
        #expect(after["startTime"] as? String == "2026-05-01T08:00:00.000Z")
        // The user office's document leaves what was stated, and whoever goes is named no more.
        var known = try await served.test.store.proposal("deepthought", tenant: "facility")
        (known.title, known.stated) = ("Deeper", nil)
        _ = try await served.test.store.put(known, tenant: "facility")
        #expect(try await served.get(path, token: host).text.contains("mouse@example.org"))
        try await served.test.store.add(
            Account(name: "mouse", person: Person(familyName: "Mouse", email: "mouse@example.org"), roles: [.member]),
            password: nil, at: .init(served.test.clock.reading().wall), tenant: "facility")
        try await erase("mouse", served)
        let left = try await served.get(path, token: host)
        #expect(left.status == 200 && !left.text.contains("mouse@") && left.text.contains("deepthought@example.org"))
        try await check(served)
    }

    @Test func filesKeepTheirTimesAndAttachmentsNeedNoPicture() async throws {
        let (served, host, _) = try await desk()
        let dataset = """
            {"type":"raw","ownerGroup":"team-b","contactEmail":"a@example.org","sourceFolder":"/group/b","datasetName":"A droplet",\
            "creationTime":"2026-05-08T12:00:00Z"}
            """
        let pid = try #require(try await served.post("/api/v4/datasets", dataset, token: host).object()["pid"] as? String)
        let path = "/api/v4/datasets/" + pid.replacing("/", with: "%2F")
        let files = """
            {"size":3,"dataFileList":[{"path":"a.h5","size":1,"time":"2026-05-08T12:00:00.125"},{"path":"b.h5","size":1,\
            "time":"2026-05-08T12:00:00Z"},{"path":"c.h5","size":1}]}
            """
        #expect(try await served.post(path + "/origdatablocks", files, token: host).status == 201)
        let block = try #require(try await served.get(path + "/origdatablocks", token: host).objects().first)
        let times = try #require(block["dataFileList"] as? [[String: Any]]).map { $0["time"] as? String }
        #expect(times == ["2026-05-08T10:00:00.125Z", "2026-05-08T12:00:00.000Z", nil])
        let wrong = #"{"size":1,"dataFileList":[{"path":"d.h5","size":1,"time":"yesterday"}]}"#
        let refused = try await served.post(path + "/origdatablocks", wrong, token: host)
        #expect(refused.status == 400 && refused.text.contains("entry 0: time"), "\(refused.text)")
        let note = try await served.post(path + "/attachments", #"{"caption":"a note","ownerGroup":"team-b"}"#, token: host)
        let told = try note.object()
        #expect(note.status == 201 && told["caption"] as? String == "a note" && told["thumbnail"] == nil, "\(note.text)")
        let listed = try await served.get(path + "/attachments", token: host).objects()
        #expect(listed.count == 1 && listed[0]["caption"] as? String == "a note" && listed[0]["thumbnail"] == nil)
        #expect(try await served.post(path + "/attachments", "{}", token: host).status == 400)
        try await check(served)
    }
}
