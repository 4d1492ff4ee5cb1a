import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Who may describe datasets, what is taken, and what is refused in words.
@Suite struct DatasetWriteTests {
    private static var dataset: [String: Any] {
        [
            "type": "raw", "ownerGroup": "team-20260001", "contactEmail": "a@example.org", "sourceFolder": "/group/a",
            "creationTime": "2026-05-08T12:00:00Z", "datasetName": "A droplet", "proposalIds": ["20260001"],
            "scientificMetadata": ["words": "in a cold place", "energy": ["value": 12.0, "unit": "keV"]],
        ]
    }

    private struct Desk {
        let served: ServedCatalogue
        let token: String
        var test: TestCustodian { served.test }

        func post(_ change: [String: Any] = [:], token: String? = nil, to path: String = "datasets") async throws
            -> PlainHTTP.Answer
        {
            let all = DatasetWriteTests.dataset.merging(change) { $1 }.filter { !($0.value is NSNull) }
            return try await served.post("/api/v4/\(path)", try Self.json(all), token: token ?? self.token)
        }

        static func json(_ object: [String: Any]) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        }
    }

    private func desk() async throws -> Desk {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        return Desk(served: served, token: try await served.token("host", [.ingestor], teams: ["team-20260001"]))
    }

    /// A date of long ago opens no result of data that are closed.
    @Test func aResultOpensWithItsInputs() async throws {
        let (test, input) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let desk = Desk(served: served, token: try await served.token("host", [.ingestor], teams: ["team-20260001"]))
        let result: [String: Any] = ["type": "derived", "inputDatasets": [input], "creationTime": "2020-01-01T12:00:00Z"]
        let answer = try await desk.post(result)
        #expect(answer.status == 201, "\(answer.text)")
        let pid = try #require(try answer.object()["pid"] as? String)
        for record in [pid, input] {
            let path = "/api/v4/datasets/" + record.replacing("/", with: "%2F")
            #expect(try await served.get(path).status == 403, "\(record)")
            #expect(try await served.page(record).text.contains("Embargoed"), "\(record)")
        }
        let told = try await served.get("/api/v4/datasets/" + pid.replacing("/", with: "%2F"), token: desk.token).object()
        #expect(told["isPublished"] as? Bool == false && told["inputDatasets"] as? [String] == [input])
        // A group that has no part in the data has no result of them.
        let other = try await served.token("other", [.ingestor], teams: ["team-b"])
        let change: [String: Any] = ["ownerGroup": "team-b", "proposalIds": NSNull(), "sourceFolder": "/group/b"]
        let refused = try await desk.post(result.merging(change) { $1 }, token: other)
        #expect(refused.status == 403 && !refused.text.contains("20260001"), "\(refused.text)")
    }

    @Test func aDatasetIsDescribedUnderAnIdentifierOfOurs() async throws {
        let desk = try await desk()
        let answer = try await desk.post()
        let told = try answer.object()
        #expect(answer.status == 201 && (told["pid"] as? String)?.hasPrefix("10.5072/") == true, "\(answer.text)")
        #expect(told["ownerGroup"] as? String == "team-20260001" && told["isPublished"] as? Bool == false)
        let pid = try #require(told["pid"] as? String)
        // By dimension, and by a piece of a text.
        for condition in [
            #"{"lhs":"energy","relation":"RANGE","rhs":[11999,12001],"unit":"eV"}"#,
            #"{"lhs":"words","relation":"CONTAINS_STRING","rhs":"cold pl"}"#,
            #"{"lhs":"words","relation":"EQUAL_TO_STRING","rhs":"in a cold place"}"#,
        ] {
            let fields = try #require(
                "{\"scientific\":[\(condition)]}".addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let found = try await desk.served.get("/api/v4/datasets/fullquery?fields=\(fields)", token: desk.token)
            #expect(try found.objects().compactMap { $0["pid"] as? String } == [pid], "\(condition): \(found.text)")
        }
        // The same again is another dataset: nothing tells them apart but who sent it twice.
        #expect(try await desk.post().object()["pid"] as? String != pid)
    }

    @Test(arguments: [
        (#"{"type":null}"#, "type"), (#"{"type":"base"}"#, "type"), (#"{"ownerGroup":""}"#, "ownerGroup"),
        (#"{"contactEmail":null}"#, "contactEmail"), (#"{"datasetName":null}"#, "datasetName"),
        (#"{"sourceFolder":"a/b"}"#, "sourceFolder"), (#"{"sourceFolder":"/a/../b"}"#, "sourceFolder"),
        (#"{"creationTime":"2026-05-08T12"}"#, "creationTime"), (#"{"creationTime":"2026-03-29T02:30:00"}"#, "never"),
        (#"{"creationTime":"2025-10-26 02:30:00.5"}"#, "2025-10-26T00:30:00.5Z or 2025-10-26T01:30:00.5Z"),
        (#"{"creationTime":"2027-05-08T12:00:00Z"}"#, "future"),
        (#"{"proposalIds":"a"}"#, "proposalIds"),
        (#"{"secret":1,"other":2}"#, "secret"), (#"{"pid":"10.5072/x"}"#, "pid"),
        (#"{"startTime":"2026-05-09T00:00:00Z"}"#, "startTime"), (#"{"scientificMetadata":[1]}"#, "scientificMetadata"),
        (#"{"scientificMetadata":{"long":"LONG"}}"#, "5000"), (#"{"techniques":["a"]}"#, "techniques"),
        (#"{"keywords":"a"}"#, "keywords"),
    ])
    func whatCannotBeIsToldBeforeAndWhenItIsSent(change text: String, word: String) async throws {
        let desk = try await desk()
        let filled = text.replacing("LONG", with: String(repeating: "x", count: 5000))
        let change = try #require(try JSONSerialization.jsonObject(with: Data(filled.utf8)) as? [String: Any])
        let answer = try await desk.post(change)
        #expect(answer.status == 400 && answer.text.contains(word), "\(answer.status) \(answer.text)")
        let validity = try await desk.post(change, to: "datasets/isValid")
        #expect(validity.status == 200 && validity.text.contains(word), "\(validity.text)")
        #expect(try validity.object()["valid"] as? Bool == false)
        let count = try await desk.served.get("/api/v4/datasets/count", token: desk.token)
        #expect(try count.object()["count"] as? Int == 1, "only what was there")
    }

    @Test func onlyWhoMayDescribesAndChanges() async throws {
        let desk = try await desk()
        #expect(try await desk.post(to: "datasets/isValid").object()["valid"] as? Bool == true)
        let pid = try #require(try await desk.post().object()["pid"] as? String).replacing("/", with: "%2F")
        let elsewhere = try await desk.served.token("other", [.ingestor], teams: ["team-b"])
        let member = try await desk.served.token("marie", teams: ["team-20260001"])
        let reading = try await desk.served.token("looks", [.ingestor], teams: ["team-20260001"], scopes: [.read])
        for token in [elsewhere, member, reading] { #expect(try await desk.post(token: token).status == 403) }
        #expect(try await desk.served.post("/api/v4/datasets", "{}").status == 401)
        // Another group's folder, above it and below it; and a group of another.
        for folder in ["/group/a", "/group", "/group/a/b/c"] {
            let answer = try await desk.post(
                ["ownerGroup": "team-b", "proposalIds": NSNull(), "sourceFolder": folder], token: elsewhere)
            #expect(answer.status == 403 && answer.text.contains("another group"), "\(folder): \(answer.text)")
        }
        let near = try await desk.post(
            ["ownerGroup": "team-b", "proposalIds": NSNull(), "sourceFolder": "/group/ab"], token: elsewhere)
        #expect(near.status == 201, "\(near.text)")
        #expect(try await desk.post(["ownerGroup": "everyone"], token: elsewhere).status == 403)
        #expect(try await desk.post(["isPublished": true]).status == 403)
        // An embargoed dataset of others: who may know of it is refused, and changes nothing.
        let block = #"{"size":1,"dataFileList":[{"path":"x","size":1}]}"#
        for (path, body) in [("", "{\"datasetName\":\"Mine\"}")] {
            #expect(try await desk.served.patch("/api/v3/datasets/\(pid)\(path)", body, token: elsewhere).status == 403)
        }
        #expect(try await desk.served.post("/api/v3/datasets/\(pid)/origdatablocks", block, token: elsewhere).status == 403)
        let stays = try await desk.served.get("/api/v4/datasets/\(pid)", token: desk.token).object()
        #expect(stays["datasetName"] as? String == "A droplet" && stays["numberOfFiles"] as? Int == 0)
    }

    @Test(arguments: [
        (#"{"datasetName":"B"}"#, 200), (#"{"creationTime":"2026-05-08T14:00:00+02:00","type":"raw","isPublished":false}"#, 200),
        (#"{"ownerGroup":"team-20260001","sourceFolder":"/group/a/","proposalId":"20260001"}"#, 200),
        (#"{"ownerGroup":"team-b"}"#, 403),
        (#"{"creationTime":"2020-01-01T00:00:00Z"}"#, 403), (#"{"endTime":"2020-01-01T00:00:00Z"}"#, 403),
        (#"{"proposalIds":["20269999"]}"#, 403), (#"{"type":"derived"}"#, 403), (#"{"isPublished":true}"#, 403),
        (#"{"datasetlifecycle":{"dateOfPublishing":"2020-01-01T00:00:00Z"}}"#, 403), (#"{"sourceFolder":"/b"}"#, 403),
        (#"{"nothing":1}"#, 400), (#"[]"#, 400),
    ])
    func whatClocksRestOnIsComparedAndStays(body: String, status: Int) async throws {
        let desk = try await desk()
        let pid = try #require(try await desk.post().object()["pid"] as? String)
        let path = "/api/v4/datasets/" + pid.replacing("/", with: "%2F")
        let before = try await desk.test.store.run(RunIdentifier(pid), scope: .everything(tenant: "facility"))
        let answer = try await desk.served.patch(path, body, token: desk.token)
        #expect(answer.status == status, "\(answer.text)")
        let after = try await desk.test.store.run(RunIdentifier(pid), scope: .everything(tenant: "facility"))
        #expect(after.access == before.access && after.origin == before.origin && after.endedAt == before.endedAt)
        try await desk.test.store.verifyHistory(of: RunIdentifier(pid), tenant: "facility")
    }

    @Test func whatIsSealedDoesNotChangeAndNothingIsDeleted() async throws {
        let desk = try await desk()
        let list = try await desk.served.get("/api/v4/datasets", token: desk.token).objects()
        let sealed = try #require(list.first?["pid"] as? String).replacing("/", with: "%2F")
        let answer = try await desk.served.patch("/api/v4/datasets/\(sealed)", #"{"datasetName":"X"}"#, token: desk.token)
        #expect(answer.status == 403 && answer.text.contains("sealed"), "\(answer.text)")
        let same = try await desk.served.patch("/api/v4/datasets/\(sealed)", #"{"datasetName":"Crystal 1"}"#, token: desk.token)
        #expect(same.status == 200)
        let curator = try await desk.served.token("cleo", [.curator])
        for token in [desk.token, curator] {
            let deleted = try await desk.served.send(
                "DELETE /api/v4/datasets/\(sealed) HTTP/1.1\r\n", headers: ["Authorization": "Bearer \(token)"])
            #expect(deleted.status == 403)
        }
    }

    /// With a reason to who may know of the dataset; else as of one that is not there.
    @Test func whenADatasetOpensIsWrittenByNobody() async throws {
        let desk = try await desk()
        let pid = try #require(try await desk.post().object()["pid"] as? String).replacing("/", with: "%2F")
        let member = try await desk.served.token("marie", teams: ["team-20260001"])
        let curator = try await desk.served.token("cleo", [.curator])
        let elsewhere = try await desk.served.token("other", [.ingestor], teams: ["team-b"])
        for version in ["v3", "v4"] {
            for (token, word) in [(desk.token, "embargo"), (member, "embargo"), (curator, "embargo"), (elsewhere, "not open")] {
                let path = "/api/\(version)/datasets/\(pid)/datasetlifecycle"
                let answer = try await desk.served.patch(path, #"{"dateOfPublishing":"2020-01-01"}"#, token: token)
                #expect(answer.status == 403 && answer.text.contains(word), "\(answer.status) \(answer.text)")
                let unknown = try await desk.served.patch(
                    path.replacing(pid, with: "10.5072%2F000000003rj076"), "{}", token: token)
                #expect(unknown.status == 404, "\(unknown.status) \(unknown.text)")
                let deleted = try await desk.served.send(
                    "DELETE /api/\(version)/datasets/10.5072%2F000000003rj076 HTTP/1.1\r\n",
                    headers: ["Authorization": "Bearer \(token)"])
                #expect(deleted.status == 404)
            }
        }
    }

    @Test func fileListsAreAddedTogether() async throws {
        let desk = try await desk()
        let pid = try #require(try await desk.post().object()["pid"] as? String)
        func add(_ files: [[String: Any]], size: Int) async throws -> PlainHTTP.Answer {
            let body = try Desk.json(["datasetId": pid, "size": size, "dataFileList": files, "chkAlg": "sha256"])
            return try await desk.served.post("/api/v4/origdatablocks", body, token: desk.token)
        }
        #expect(try await add([["path": "/group/a/one.h5", "size": 5, "chk": "aa"]], size: 5).status == 201)
        #expect(try await add([["path": "two.h5", "size": 7, "chk": "bb"]], size: 7).status == 201)
        #expect(try await add([["path": "two.h5", "size": 7]], size: 7).status == 400)
        #expect(try await add([["path": "../three.h5", "size": 7]], size: 7).status == 400)
        #expect(try await add([["path": "four.h5", "size": 7]], size: 8).status == 400)
        #expect(try await add([["path": "five.h5", "size": -1]], size: -1).status == 400)
        let path = "/api/v4/datasets/" + pid.replacing("/", with: "%2F")
        let told = try await desk.served.get(path + "?include=origdatablocks", token: desk.token).object()
        #expect(told["size"] as? Int == 12 && told["numberOfFiles"] as? Int == 2)
        let block = try #require((told["origdatablocks"] as? [[String: Any]])?.first)
        #expect(block["chkAlg"] as? String == "sha256")
        #expect((block["dataFileList"] as? [[String: Any]])?.compactMap { $0["path"] as? String } == ["one.h5", "two.h5"])
        try await desk.test.store.verifyHistory(of: RunIdentifier(pid), tenant: "facility")
        try await desk.test.store.checkIntegrity()
    }
}
