import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Datasets as SciCat's third and fourth version tell them.
@Suite struct DatasetReadTests {
    private struct Desk {
        let served: ServedCatalogue
        let pid: String
        let token: String
        var path: String { pid.replacing("/", with: "%2F") }

        func get(_ path: String) async throws -> PlainHTTP.Answer { try await served.get(path, token: token) }

        /// A query that is a JSON text.
        func ask(_ path: String, _ name: String, _ json: String, _ more: String = "") async throws -> PlainHTTP.Answer {
            let encoded = try #require(json.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            return try await get("\(path)?\(name)=\(encoded)\(more)")
        }

        func pids(_ answer: PlainHTTP.Answer) throws -> [String] { try answer.objects().compactMap { $0["pid"] as? String } }
    }

    private func desk() async throws -> Desk {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        return Desk(served: served, pid: pid, token: try await served.token("irene", teams: ["team-20260001"]))
    }

    @Test func theFourthVersionHasListsAndTheThirdSingleNames() async throws {
        let desk = try await desk()
        let four = try await desk.get("/api/v4/datasets/\(desk.path)").object()
        #expect(four["pid"] as? String == desk.pid && four["type"] as? String == "raw")
        #expect(four["proposalIds"] as? [String] == ["20260001"] && four["sampleIds"] as? [String] == ["lysozyme"])
        #expect(four["principalInvestigators"] as? [String] == ["Irène Curie"] && four["proposalId"] == nil)
        #expect(four["datasetName"] as? String == "Crystal 1" && four["sourceFolder"] as? String == "/data/run_1")
        #expect(four["creationTime"] as? String == "2026-05-09T12:00:00.000Z")
        #expect(four["orcidOfOwner"] as? String == "https://orcid.org/0000-0002-1825-0097")
        #expect(four["isPublished"] as? Bool == false && four["ownerGroup"] as? String == "team-20260001")
        #expect(four["size"] as? Int == 1000 && four["numberOfFiles"] as? Int == 1)
        #expect((four["datasetlifecycle"] as? [String: Any])?["dateOfPublishing"] as? String == "2029-05-09T22:00:00.000Z")
        #expect(four["createdAt"] as? String == "2026-05-09T13:00:00.000Z")
        let metadata = try #require(four["scientificMetadata"] as? [String: Any])
        #expect((metadata["frames"] as? [String: Any])?["written"] as? Int == 10)
        let duration = try #require((metadata["run"] as? [String: Any])?["duration"] as? [String: Any])
        #expect(duration["unit"] as? String == "s" && duration["unitSI"] as? String == "s")
        let whole = try await desk.get("/api/v4/datasets/\(desk.path)")
        let head = try await desk.served.send(
            "HEAD /api/v4/datasets/\(desk.path) HTTP/1.1\r\n", headers: ["Authorization": "Bearer \(desk.token)"])
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(whole.body.count)")
        // Any case, a proxy that decodes the slash, and another spelling.
        for path in [
            "/api/v3/Datasets/\(desk.path)", "/api/v3/DATASETS/\(desk.pid)", "/api/v3/datasets/\(desk.path.uppercased())",
        ] {
            let three = try await desk.get(path).object()
            #expect(three["proposalId"] as? String == "20260001" && three["proposalIds"] == nil, "\(path)")
            #expect(three["principalInvestigator"] as? String == "Irène Curie" && three["sampleId"] as? String == "lysozyme")
        }
    }

    /// Of a result that was handed over nobody has typed the inputs: its run.json names them.
    @Test func aResultNamesItsInputs() async throws {
        let desk = try await desk()
        let raw = try RunIdentifier(desk.pid)
        let time = try Timestamp(Instant("2026-05-09T12:30:00Z"))
        var generator = SeededGenerator(seed: 91)
        let summary = RunSummary(
            name: "result", pid: try RunIdentifier.draw(prefix: "10.5072", using: &generator), verdict: .complete,
            frames: FrameCounts(expected: 1, received: 1, written: 1), times: .init(armed: time, sealed: time),
            files: [try FileEntry(path: "result.h5", role: .master, bytes: 1000)],
            derivation: .init(method: "XRF", inputs: [.init(path: "/data/run_1", pid: raw, identity: "sha256:0")]),
            software: .init(name: "faisceau", version: "0"))
        let pid = try await desk.served.test.custodian.register(
            SealedRun(summary: summary, manifest: nil, folder: "/data/result"), by: .system
        ).pid
        let path = "\(pid)".replacing("/", with: "%2F")
        let result = try await desk.get("/api/v4/datasets/\(path)").object()
        #expect(result["type"] as? String == "derived" && result["inputDatasets"] as? [String] == [desk.pid])
        #expect(try await desk.get("/api/v4/datasets/\(desk.path)").object()["inputDatasets"] as? [String] == [])
        // A list that looks at this field alone.
        let found = try await desk.ask("/api/v4/datasets", "filter", "{\"where\":{\"inputDatasets\":\"\(desk.pid)\"}}")
        #expect(try desk.pids(found) == ["\(pid)"])
    }

    @Test func whatBelongsToADatasetComesWithIt() async throws {
        let desk = try await desk()
        let test = desk.served.test
        _ = try await test.custodian.attach(
            Attachment(name: "note.txt", type: .text, caption: "A note", bytes: Array("hello".utf8)), to: RunIdentifier(desk.pid),
            by: .custodian)
        let whole = try await desk.get("/api/v4/datasets/\(desk.path)?include=attachments&include=origdatablocks").object()
        let blocks = try #require(whole["origdatablocks"] as? [[String: Any]])
        let files = try #require(blocks.first?["dataFileList"] as? [[String: Any]])
        #expect(blocks.count == 1 && files.count == 1 && files[0]["path"] as? String == "run_master.h5")
        #expect(blocks[0]["datasetId"] as? String == desk.pid && blocks[0]["size"] as? Int == 1000)
        let attachments = try #require(whole["attachments"] as? [[String: Any]])
        #expect(attachments.count == 1 && attachments[0]["caption"] as? String == "A note")
        #expect(attachments[0]["thumbnail"] as? String == "data:text/plain;base64,aGVsbG8=")
        let filter = "{\"include\":[{\"relation\":\"origdatablocks\"}]}"
        let included = try await desk.ask("/api/v3/Datasets/\(desk.path)", "filter", filter).object()
        #expect((included["origdatablocks"] as? [Any])?.count == 1 && included["attachments"] == nil)
        #expect(try await desk.get("/api/v3/Datasets/\(desk.path)/origdatablocks").objects().count == 1)
        #expect(try await desk.get("/api/v3/Datasets/\(desk.path)/attachments").objects().count == 1)
        #expect(
            try await desk.get("/api/v4/attachments/\(desk.path)%2Fnote.txt").object()["caption"] as? String == "A note")
        #expect(
            try await desk.ask("/api/v4/origdatablocks", "filter", "{\"where\":{\"datasetId\":\"\(desk.pid)\"}}").objects().count
                == 1)
        #expect(try await desk.get("/api/v4/datasets/\(desk.path)?include=jobs").status == 400)
        // What of a list is wanted, and nothing that is not known.
        for (scope, count) in [
            (#"{"where":{"size":{"gt":0}}}"#, 1), (#"{"where":{"size":{"gt":1000000000000}}}"#, 0),
            (#"{"limits":{"skip":1}}"#, 0), (#"{"limits":{"limit":1}}"#, 1), (#"{"fields":["size"]}"#, 1),
        ] {
            let filter = "{\"include\":[{\"relation\":\"origdatablocks\",\"scope\":\(scope)}]}"
            let scoped = try await desk.ask("/api/v3/Datasets/\(desk.path)", "filter", filter).object()
            let blocks = try #require(scoped["origdatablocks"] as? [[String: Any]])
            #expect(blocks.count == count && scoped["pid"] != nil, "\(scope)")
            if scope.contains("fields") { #expect(blocks.allSatisfy { Set($0.keys) == ["size"] }) }
        }
        for include in [
            #"{"relation":"attachments","scope":{"where":{"secret":1}}}"#, #"{"relation":"attachments","scope":[1]}"#,
            #"{"relation":"attachments","scope":{"include":["attachments"]}}"#, #"{"relation":"attachments","where":{}}"#,
            #"{"relation":"all","scope":{}}"#,
        ] {
            let refused = try await desk.ask("/api/v3/Datasets/\(desk.path)", "filter", "{\"include\":[\(include)]}")
            #expect(refused.status == 400 && refused.text.contains("include"), "\(include): \(refused.text)")
        }
        #expect(try await desk.get("/api/v4/datasets/\(desk.path)/nothing").status == 404)
    }

    @Test(arguments: [
        (#"{"where":{"type":"raw"}}"#, true), (#"{"where":{"type":"derived"}}"#, false), (#"{"where":{"type":"other"}}"#, false),
        (#"{"where":{"proposalId":"20260001"}}"#, true), (#"{"where":{"proposalIds":["20260001"]}}"#, true),
        (#"{"where":{"proposalId":{"like":"2600"}}}"#, true), (#"{"where":{"proposalId":""}}"#, false),
        (#"{"where":{"datasetName":{"$regex":"^crystal.*1$","$options":"i"}}}"#, true),
        (#"{"where":{"datasetName":{"$regex":"^crystal"}}}"#, false),
        (#"{"where":{"$or":[{"type":"derived"},{"size":{"$gt":999}}]}}"#, true), (#"{"where":{"size":{"$gt":1000}}}"#, false),
        (#"{"where":{"size":{"$gte":1000,"$lt":1001}}}"#, true), (#"{"where":{"$nor":[{"type":"raw"}]}}"#, false),
        (#"{"where":{"sampleId":{"$in":["x","lysozyme"]}}}"#, true), (#"{"where":{"sampleId":{"$nin":["lysozyme"]}}}"#, false),
        (#"{"where":{"description":{"$exists":false}}}"#, true), (#"{"where":{"sampleId":{"$exists":false}}}"#, false),
        (#"{"where":{"size":{"$not":{"$gt":5}}}}"#, false), (#"{"where":{"instrumentId":"PROXIMA-1"}}"#, true),
        (#"{"where":{"creationTime":{"gte":"2026-05-09T12:00:00Z","lte":"2026-05-09T14:00:00+02:00"}}}"#, true),
        (#"{"where":{"creationTime":{"between":["2026-05-09T12:00:01Z","2026-06-01T00:00:00Z"]}}}"#, false),
        (#"{"where":{"techniques.name":"MX"}}"#, true), (#"{"where":{"scientificMetadata.frames.written":10}}"#, true),
        (#"{"where":{"isPublished":true}}"#, false), (#"{"where":{"principalInvestigators":"Irène Curie"}}"#, true),
    ])
    func filtersFindWhatTheySay(filter: String, finds: Bool) async throws {
        let desk = try await desk()
        for path in ["/api/v3/Datasets", "/api/v4/datasets"] {
            let answer = try await desk.ask(path, "filter", filter)
            #expect(try desk.pids(answer) == (finds ? [desk.pid] : []), "\(answer.text.prefix(300))")
            let count = try await desk.ask("\(path)/count", "filter", filter)
            #expect(try count.object()["count"] as? Int == (finds ? 1 : 0))
            let one = try await desk.ask("\(path)/findOne", "filter", filter)
            #expect(one.status == 200 && one.text.contains(desk.pid) == finds && (one.text == "null") == !finds)
        }
    }

    @Test(arguments: [
        (#"{"where":{"secret":1,"also":2}}"#, ["secret", "also"]), (#"{"where":{"$where":"1"}}"#, ["$where"]),
        (#"{"where":{"pid":{"$function":{}}}}"#, ["$function"]), (#"{"where":{"$expr":{}}}"#, ["$expr"]),
        (#"{"where":{"datasetName":{"$regex":"(a+)+$"}}}"#, ["regular expressions"]),
        (#"{"where":{"datasetName":{"$regex":"a","$options":"s"}}}"#, ["option"]), (#"{"wher":{}}"#, ["wher"]),
        (#"{"where":{"password":"x"}}"#, ["password"]), (#"{"where":[1]}"#, ["object"]), (#"{"#, ["JSON"]),
        (#"{"limits":{"limit":0}}"#, ["limit"]), (#"{"limits":{"limit":5000}}"#, ["1000"]), (#"{"limits":{"x":1}}"#, ["x"]),
        (#"{"limits":{"sort":{"nothing":"asc"}}}"#, ["nothing"]), (#"{"fields":["nothing"]}"#, ["nothing"]),
        (#"{"where":{"size":{"$gt":{"$ne":1}}}}"#, ["$gt"]),
        (
            #"{"where":{"$and":[{"$and":[{"$and":[{"$and":[{"$and":[{"$and":[{"$and":[{"$and":[{"size":1}]}]}]}]}]}]}]}]}}"#,
            ["deeper"]
        ),
    ])
    func whatIsNoFilterIsNamed(filter: String, words: [String]) async throws {
        let desk = try await desk()
        let answer = try await desk.ask("/api/v4/datasets", "filter", filter)
        let told = try answer.object()
        #expect(answer.status == 400 && told["error"] as? String == "Bad Request" && told["statusCode"] as? Int == 400)
        for word in words { #expect("\(told["message"] ?? "")".contains(word), "\(answer.text)") }
    }

    @Test(arguments: [
        (#"{}"#, true), (#"{"proposalIds":["20260001"],"datasetName":"Crystal 1"}"#, true),
        (#"{"datasetName":"Crystal"}"#, false),
        (#"{"text":"lysozyme"}"#, true), (#"{"text":"crystal 1"}"#, true), (#"{"text":"\" OR 1"}"#, false),
        (#"{"creationTime":{"begin":"2026-05-09T12:00:00Z","end":"2026-05-09T12:00:00Z"}}"#, true),
        (#"{"creationTime":{"begin":"2026-05-09T12:00:01Z"}}"#, false), (#"{"size":{"min":1000,"max":1000}}"#, true),
        (#"{"type":["raw","derived"],"isPublished":false}"#, true), (#"{"ownerGroup":["team-b"]}"#, false),
        (#"{"mode":{"$or":[{"type":"raw"}]}}"#, true), (#"{"keywords":[]}"#, true),
        (#"{"scientific":[{"lhs":"run.duration","relation":"EQUAL_TO_NUMERIC","rhs":50,"unit":"s"}]}"#, true),
        (#"{"scientific":[{"lhs":"run.duration","relation":"EQUAL_TO_NUMERIC","rhs":50000,"unit":"ms"}]}"#, true),
        (#"{"scientific":[{"lhs":"run/duration","relation":"GREATER_THAN","rhs":50,"unit":"s"}]}"#, false),
        (#"{"scientific":[{"lhs":"run.duration","relation":"GREATER_THAN_OR_EQUAL","rhs":50,"unit":"s"}]}"#, true),
        (#"{"scientific":[{"lhs":"run.duration","relation":"LESS_THAN","rhs":1,"unit":"min"}]}"#, true),
        (#"{"scientific":[{"lhs":"run.duration","relation":"RANGE","rhs":[50,60],"unit":"s"}]}"#, true),
        (#"{"scientific":[{"lhs":"run.duration","relation":"RANGE","rhs":[50,60],"unit":"s","inclusive":false}]}"#, false),
        (#"{"scientific":[{"lhs":"run.duration","relation":"RANGE","rhs":[0,100],"unit":"m"}]}"#, false),
        (#"{"scientific":[{"lhs":"run.duration","relation":"GREATER_THAN","rhs":49}]}"#, true),
    ])
    func fullQueriesFindWhatTheySay(fields: String, finds: Bool) async throws {
        let desk = try await desk()
        let limits = "&limits=%7B%22limit%22%3A5%2C%22order%22%3A%22creationTime%3Adesc%22%7D"
        let answer = try await desk.ask("/api/v3/datasets/fullquery", "fields", fields, limits)
        #expect(try desk.pids(answer) == (finds ? [desk.pid] : []), "\(answer.text.prefix(300))")
        let facets = try await desk.ask("/api/v4/datasets/fullfacet", "fields", fields, "&facets=%5B%22sampleIds%22%5D").objects()
        #expect(((facets[0]["all"] as? [[String: Any]])?[0]["totalSets"] as? Int) == (finds ? 1 : 0))
        #expect((facets[0]["sampleIds"] as? [Any])?.count == (finds ? 1 : 0))
    }

    @Test(arguments: [
        #"{"scientific":[{"lhs":"run.duration","relation":"GREATER_THAN","rhs":"x","unit":"s"}]}"#,
        #"{"scientific":[{"lhs":"run.duration","relation":"GREATER_THAN","rhs":1,"unit":"parsnips"}]}"#,
        #"{"scientific":[{"lhs":"run.duration","relation":"NEAR","rhs":1}]}"#,
        #"{"scientific":[{"lhs":"a","relation":"RANGE","rhs":[2,1],"unit":"s"}]}"#, #"{"nothing":1}"#,
        #"{"creationTime":{"begins":"2026-05-09"}}"#, #"{"mode":{"$where":"x"}}"#, #"[]"#,
    ])
    func whatIsNoFullQueryIsRefused(fields: String) async throws {
        let desk = try await desk()
        #expect(try await desk.ask("/api/v3/datasets/fullquery", "fields", fields).status == 400)
    }

    @Test func aPlusThatIsLeftInAnAddressIsAZone() async throws {
        let desk = try await desk()
        let filter = "%7B%22where%22:%7B%22creationTime%22:%7B%22gte%22:%222026-05-09T14:00:00+02:00%22%7D%7D%7D"
        #expect(try desk.pids(try await desk.get("/api/v3/Datasets?filter=\(filter)")) == [desk.pid])
    }

    @Test func listsAreOrderedAndCut() async throws {
        let desk = try await desk()
        let custodian = desk.served.test.custodian
        for number in 2...5 {
            try await _ = custodian.register(
                TestCustodian.run(number, ended: "2026-05-09T12:0\(number):00Z"), by: .system)
        }
        func names(_ filter: String) async throws -> [String] {
            try await desk.ask("/api/v4/datasets", "filter", filter).objects().compactMap { $0["datasetName"] as? String }
        }
        #expect(try await names("{}") == ["Crystal 5", "Crystal 4", "Crystal 3", "Crystal 2", "Crystal 1"])
        #expect(try await names(#"{"limits":{"limit":2,"skip":1}}"#) == ["Crystal 4", "Crystal 3"])
        #expect(
            try await names(#"{"limits":{"limit":2,"skip":1,"sort":{"creationTime":"asc"}}}"#) == ["Crystal 2", "Crystal 3"])
        #expect(try await names(#"{"order":"datasetName:desc","limit":1}"#) == ["Crystal 5"])
        let cut = try await desk.ask("/api/v4/datasets", "filter", #"{"fields":["pid","size"],"limits":{"limit":1}}"#).objects()
        #expect(cut.count == 1 && Set(cut[0].keys) == ["pid", "size"])
        let facets = try await desk.get(
            "/api/v4/datasets/fullfacet?fields=%7B%22type%22:%22derived%22%7D&facets=%5B%22type%22,%22creationTime%22%5D"
        ).objects()
        // Its own selection is left out of a facet's counts, and that of the others is not.
        #expect((facets[0]["type"] as? [[String: Any]])?.first?["count"] as? Int == 5)
        #expect((facets[0]["creationTime"] as? [Any])?.isEmpty == true)
        let days = try await desk.get("/api/v4/datasets/fullfacet?facets=%5B%22creationTime%22%5D").objects()
        let day = try #require((days[0]["creationTime"] as? [[String: Any]])?.first)
        #expect(day["count"] as? Int == 5 && (day["_id"] as? [String: Int]) == ["year": 2026, "month": 5, "day": 9])
        let both = try await desk.get(
            "/api/v4/datasets/fullfacet?facets=%5B%22type%22,%22sampleIds%22,%22scientificMetadata.frames.written%22%5D"
        ).objects()
        for name in ["type", "sampleIds", "scientificMetadata.frames.written"] {
            #expect((both[0][name] as? [[String: Any]])?.first?["count"] as? Int == 5, "\(name)")
        }
        let keys = try await desk.get("/api/v3/datasets/metadataKeys").body
        let all = try #require(try JSONSerialization.jsonObject(with: keys) as? [String])
        #expect(all.contains("run.duration") && all.contains("frames.written") && all == all.sorted())
    }
}
