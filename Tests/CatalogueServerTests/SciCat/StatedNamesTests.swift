import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Proposals, samples and instruments as clients name them, where the catalogue does not know them or there are several; and times without a zone.
@Suite struct StatedNamesTests {
    private struct Desk {
        let served: ServedCatalogue
        let token: String
        var test: TestCustodian { served.test }

        init() async throws {
            let (test, _) = try await TestCustodian.embargoed()
            served = try await ServedCatalogue(test)
            token = try await served.token("host", [.ingestor], teams: ["team-b"])
        }

        func post(_ fields: [String: Any], token: String? = nil, to path: String = "/api/v4/datasets") async throws
            -> PlainHTTP.Answer
        {
            let all: [String: Any] = [
                "type": "raw", "ownerGroup": "team-b", "contactEmail": "a@example.org", "sourceFolder": "/group/b",
                "creationTime": "2026-05-08T12:00:00Z", "datasetName": "A droplet",
            ]
            let body = try JSONSerialization.data(withJSONObject: all.merging(fields) { $1 })
            return try await served.post(path, String(decoding: body, as: UTF8.self), token: token ?? self.token)
        }

        func add(_ name: String, team: String = "team-b", _ kind: ProposalDescription.Kind = .public) async throws {
            _ = try await test.store.put(
                ProposalDescription(name: name, kind: kind, title: "Water", team: team, persons: []), tenant: "facility")
        }

        func run(_ answer: PlainHTTP.Answer) async throws -> RunRecord {
            let pid = try RunIdentifier(#require(try answer.object()["pid"] as? String, "\(answer.text)"))
            return try await test.store.run(pid, scope: .everything(tenant: "facility"))
        }

        func found(_ question: String, token: String? = nil) async throws -> [String] {
            let path = "/api/v4/datasets?filter=" + question.inPath
            return try await served.get(path, token: token ?? self.token).objects().compactMap { $0["pid"] as? String }
        }

        func path(_ run: RunRecord) -> String { "/api/v4/datasets/" + "\(run.pid)".replacing("/", with: "%2F") }

        func check() async throws {
            #expect(try await test.custodian.recompute(mend: false).differences.isEmpty)
            #expect(try await test.custodian.verifyAll().problems == [])
            try await test.store.checkIntegrity()
        }
    }

    /// As a client's own guide sends it: a proposal that nobody has entered.
    @Test func aProposalThatIsNotKnownStaysAName() async throws {
        let desk = try await Desk()
        let made = try await desk.post(["proposalId": "deepthought"], to: "/api/v3/datasets")
        #expect(made.status == 201, "\(made.text)")
        #expect(try made.object()["proposalId"] as? String == "deepthought")
        let run = try await desk.run(made)
        #expect(run.origin.proposal == nil && run.state == .embargoed)
        #expect(try await desk.found(#"{"where":{"proposalIds":"deepthought"}}"#) == ["\(run.pid)"])
        #expect(try await desk.found("{\"where\":{\"pid\":\"\(run.pid)\",\"proposalIds\":\"deepthought\"}}") == ["\(run.pid)"])
        #expect(try await desk.found("{\"where\":{\"pid\":\"\(run.pid)\",\"proposalIds\":\"other\"}}") == [])
        #expect(try await desk.served.get("/api/v3/proposals/deepthought", token: desk.token).status == 404)
        // Sent again it is the same; another one is not theirs to write.
        #expect(try await desk.served.patch(desk.path(run), #"{"proposalId":"deepthought"}"#, token: desk.token).status == 200)
        #expect(try await desk.served.patch(desk.path(run), #"{"proposalId":"deeper"}"#, token: desk.token).status == 403)
        // Entered by another group it gives nobody a right; by the own one it is linked by a curator who says so.
        let curator = try await desk.served.token("cleo", [.curator])
        try await desk.add("deepthought", team: "team-c")
        let other = try await desk.served.token("otto", teams: ["team-c"])
        #expect(try await desk.served.get(desk.path(run), token: other).status == 403)
        #expect(try await desk.found(#"{"where":{"proposalIds":"deepthought"}}"#, token: other) == [])
        let query = "?reason=entered+since"
        let body = #"{"proposalIds":["deepthought"]}"#
        #expect(try await desk.served.patch(desk.path(run) + query, body, token: curator).status == 200)
        #expect(try await desk.run(made).origin.proposal == nil)
        try await desk.add("deepthought")
        #expect(try await desk.served.patch(desk.path(run), body, token: curator).status == 200)
        #expect(try await desk.run(made).origin.proposal == nil, "without a reason")
        let linked = try await desk.served.patch(desk.path(run) + query, body, token: curator)
        #expect(linked.status == 200, "\(linked.text)")
        #expect(try await desk.run(made).origin.proposal == "deepthought")
        #expect(try await desk.found(#"{"where":{"proposalIds":"deepthought"}}"#) == ["\(run.pid)"])
        try await desk.check()
    }

    /// Of another group's, who may not know of it is told as of one that is not there, word for word.
    @Test func anotherGroupsProposalIsToldLikeNone() async throws {
        let desk = try await Desk()
        try await desk.add("20260002", team: "team-c", .proprietary)
        var answers: [String] = []
        for name in ["20260002", "20260001", "20269999"] {
            let made = try await desk.post(["proposalId": name])
            let run = try await desk.run(made)
            #expect(made.status == 201 && run.origin.proposal == nil)
            let again = try await desk.served.patch(desk.path(run), "{\"proposalId\":\"\(name)\"}", token: desk.token)
            let listed = try await desk.found("{\"where\":{\"proposalId\":\"\(name)\"}}")
            #expect(again.status == 200 && listed == ["\(run.pid)"])
            let text = try await desk.served.get(desk.path(run), token: desk.token).text
            answers.append(
                text.replacing(name, with: "NAME").replacing("\(run.pid)", with: "PID").replacing(
                    "\(run.pid)".replacing("/", with: "%2F"), with: "PID"))
        }
        let times = /"(createdAt|updatedAt)":"[^"]*"|"version":"[^"]*"/
        #expect(Set(answers.map { $0.replacing(times, with: "") }).count == 1, "\(answers)")
        // Who knows of it is told that it is another group's.
        let both = try await desk.served.token("both", [.ingestor], teams: ["team-b", "team-20260001"])
        let refused = try await desk.post(["proposalId": "20260001"], token: both)
        #expect(refused.status == 400 && refused.text.contains("no such proposal"), "\(refused.text)")
        try await desk.check()
    }

    /// A curator has no part in what a group pays for: whatever else it has, the answers are the same.
    @Test func aCuratorIsToldNothingOfPaidWork() async throws {
        var told: [[String]] = []
        for kind in [ProposalDescription.Kind.public, .proprietary] {
            let desk = try await Desk()
            let curator = try await desk.served.token("cleo", [.curator])
            let before = try await desk.run(try await desk.post(["proposalIds": ["b-9"]]))
            try await desk.add("b-1")
            if kind == .proprietary { for name in ["b-3", "b-9"] { try await desk.add(name, kind) } }
            var answers: [String] = []
            for names in [[], ["unknown"], ["b-3"], ["b-1"]] {
                let answer = try await desk.post(["proposalIds": names], token: curator)
                #expect(answer.status == (names == ["b-1"] ? 201 : 400), "\(names): \(answer.text)")
                if answer.status == 400 { answers.append(answer.text) }
            }
            for body in [#"{"proposalIds":["b-9"],"ownerGroup":"team-b"}"#, #"{"proposalIds":["b-3"]}"#] {
                let answer = try await desk.served.patch(desk.path(before) + "?reason=x", body, token: curator)
                answers.append(
                    "\(answer.status) " + (answer.status == 200 ? "" : answer.text.replacing("\(before.pid)", with: "PID")))
            }
            told.append(answers)
        }
        #expect(told[0] == told[1])
    }

    @Test func severalAreKeptAndTheFirstThatIsTheGroupsIsLinked() async throws {
        let desk = try await Desk()
        for name in ["b-1", "b-2"] { try await desk.add(name) }
        let made = try await desk.post([
            "proposalIds": ["elsewhere", "b-2", "b-1"], "sampleIds": ["droplet", "water"], "instrumentIds": ["SWING", "LUCIA"],
        ])
        let told = try made.object()
        let run = try await desk.run(made)
        #expect(told["proposalIds"] as? [String] == ["elsewhere", "b-2", "b-1"] && run.origin.proposal == "b-2", "\(made.text)")
        #expect(told["sampleIds"] as? [String] == ["droplet", "water"] && run.origin.sample == "droplet")
        #expect(told["instrumentIds"] as? [String] == ["SWING", "LUCIA"] && run.origin.instrument == "SWING")
        for question in [
            #"{"proposalIds":"elsewhere"}"#, #"{"proposalIds":"b-2"}"#, #"{"sampleIds":"water"}"#, #"{"instrumentIds":"SWING"}"#,
        ] { #expect(try await desk.found("{\"where\":\(question)}") == ["\(run.pid)"], "\(question)") }
        // None named, and none that follows: no proposal, as whether it opens is the same for all of them.
        let none = try await desk.post([:])
        #expect(none.status == 201, "\(none.text)")
        #expect(try await desk.run(none).origin.proposal == nil)
        try await desk.add("b-3", .proprietary)
        for names in [[], ["unknown"], ["b-1", "b-3"]] {
            let refused = try await desk.post(["proposalIds": names])
            #expect(refused.status == 400 && refused.text.contains("has to be named"), "\(names): \(refused.text)")
        }
        let paid = try await desk.run(try await desk.post(["proposalIds": ["b-3"]]))
        #expect(paid.state == .proprietary)
        try await desk.check()
    }

    /// On the clocks of the facility; and sent again they are the same.
    @Test(arguments: [
        ("2026-05-08T14:00:00.250000", "2026-05-08T12:00:00.250Z"), ("2026-05-08 14:00:00", "2026-05-08T12:00:00.000Z"),
        ("2026-01-08T14:00", "2026-01-08T13:00:00.000Z"), ("2026-05-08T14:00:00+05:00", "2026-05-08T09:00:00.000Z"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00.000Z"), ("2026-03-29T01:59:59", "2026-03-29T00:59:59.000Z"),
    ])
    func aTimeWithoutAZoneIsTheFacilitys(sent: String, told: String) async throws {
        let desk = try await Desk()
        let made = try await desk.post(["creationTime": sent])
        let run = try await desk.run(made)
        #expect(try made.object()["creationTime"] as? String == told, "\(made.text)")
        let again = try await desk.served.patch(desk.path(run), "{\"creationTime\":\"\(sent)\"}", token: desk.token)
        #expect(again.status == 200, "\(again.text)")
    }

    /// As a client reads a record, changes one field, and sends all of it.
    @Test func aWholeRecordSentBackChangesNothing() async throws {
        let desk = try await Desk()
        let made = try await desk.post([
            "proposalIds": ["elsewhere"], "sampleIds": ["droplet"], "techniques": [["name": "SAXS", "pid": "site:7"]],
            "owner": "Marie Curie", "principalInvestigators": ["Marie Curie"], "keywords": ["a"], "size": 7, "numberOfFiles": 1,
            "startTime": "2026-05-08T10:00:00", "endTime": "2026-05-08T11:00:00", "creationLocation": "SWING",
            "scientificMetadata": ["energy": ["value": 12, "unit": "keV"], "words": "cold"], "usedSoftware": ["a", "b"],
        ])
        let run = try await desk.run(made)
        let length = try await desk.test.store.history(of: run.pid, scope: .everything(tenant: "facility")).count
        for version in ["v3", "v4"] {
            let path = desk.path(run).replacing("v4", with: version)
            let record = try await desk.served.get(path, token: desk.token).text
            let answer = try await desk.served.patch(path, record, token: desk.token)
            #expect(answer.status == 200, "\(version): \(answer.text)")
            #expect(try await desk.test.store.history(of: run.pid, scope: .everything(tenant: "facility")).count == length)
        }
        let later = #"{"datasetlifecycle":{"dateOfPublishing":"2020-01-01T00:00:00Z"}}"#
        #expect(try await desk.served.patch(desk.path(run), later, token: desk.token).status == 403)
        // What no clock rests on changes.
        let body = #"{"sampleId":"water","techniques":[{"name":"WAXS","pid":"site:8"}],"proposalIds":["elsewhere"]}"#
        let changed = try await desk.served.patch(desk.path(run), body, token: desk.token)
        #expect(changed.status == 200, "\(changed.text)")
        let after = try await desk.run(made)
        #expect(after.origin.sample == "water" && after.origin.technique == "WAXS")
        let told = try changed.object()
        #expect(told["sampleIds"] as? [String] == ["water"])
        #expect((told["techniques"] as? [[String: String]]) == [["name": "WAXS", "pid": "site:8"]], "\(changed.text)")
        #expect(try await desk.found(#"{"where":{"sampleIds":"water"}}"#) == ["\(run.pid)"])
        #expect(try await desk.found(#"{"where":{"sampleIds":"droplet"}}"#) == [])
        try await desk.check()
    }

    /// What has not the form of an identifier is told of like one that is not known, with the same bytes.
    @Test(arguments: [
        "/api/v4/datasets/NAME", "/api/v3/datasets/NAME/origdatablocks", "/api/v4/datasets/public/NAME",
        "/api/v4/datasets/NAME/files", "/api/v4/datasets/NAME/files/a.h5", "/api/v4/datasets/NAME/files.tar",
        "/api/v4/datasets/NAME/files.meta4", "/api/v4/datasets/NAME/ro-crate-metadata.json", "/api/v4/datasets/NAME/history",
        "/api/v4/datasets/NAME/embargo/extensions", "/api/v4/datasets/NAME/attachments", "/datasets/NAME",
        "/api/v4/publisheddata/NAME", "/api/v4/samples/NAME", "/api/v4/instruments/NAME", "/api/v4/proposals/NAME",
    ])
    func aMistypedIdentifierIsAnUnknownOne(path: String) async throws {
        let desk = try await Desk()
        for token in [desk.token, nil] {
            let unknown = try await desk.served.get(path.replacing("NAME", with: "10.5072%2F0000-0000-0000-98"), token: token)
            for name in ["nothing", "10.5072%2F0000-0000-0000-99", "10.5072%2F%20x", "1-2"] {
                let answer = try await desk.served.get(path.replacing("NAME", with: name), token: token)
                #expect(answer.status == unknown.status, "\(path), \(name): \(answer.status) \(answer.text)")
                let plain = try #require(name.removingPercentEncoding)
                #expect(
                    answer.text.replacing(plain, with: "10.5072/0000-0000-0000-98") == unknown.text,
                    "\(path), \(name): \(answer.text)\n\(unknown.text)")
            }
        }
    }
}
