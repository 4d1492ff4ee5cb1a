import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What the clocks and the rights of a described dataset rest on: corrected by a curator, with a reason.
@Suite struct DatasetCorrectionTests {
    private struct Desk {
        let served: ServedCatalogue
        let host: String
        let curator: String
        let pid: RunIdentifier
        var test: TestCustodian { served.test }
        var path: String { "/api/v4/datasets/" + "\(pid)".replacing("/", with: "%2F") }

        /// - Parameter fields: of the dataset, beside the needed ones.
        init(_ fields: [String: Any] = [:]) async throws {
            let (test, _) = try await TestCustodian.embargoed()
            served = try await ServedCatalogue(test)
            host = try await served.token("host", [.ingestor], teams: ["team-20260001"])
            curator = try await served.token("cleo", [.curator, .ingestor])
            let all: [String: Any] = [
                "type": "raw", "ownerGroup": "team-20260001", "contactEmail": "a@example.org", "sourceFolder": "/group/a",
                "creationTime": "2026-05-08T12:00:00Z", "datasetName": "A droplet", "proposalId": "20260001",
            ]
            let body = try JSONSerialization.data(withJSONObject: all.merging(fields) { $1 })
            let made = try await served.post("/api/v3/datasets", String(decoding: body, as: UTF8.self), token: host)
            pid = try RunIdentifier(#require(try made.object()["pid"] as? String, "\(made.text)"))
        }

        func patch(_ body: String, reason: String? = "a wrong clock", token: String? = nil) async throws -> PlainHTTP.Answer {
            let query = reason.map { "?reason=" + $0.replacing(" ", with: "+") } ?? ""
            return try await served.patch(path + query, body, token: token ?? curator)
        }

        func told() async throws -> [String: Any] { try await served.get(path, token: curator).object() }

        func opens() async throws -> String? {
            let record = try await test.store.clock(of: .run(pid), tenant: test.custodian.rules.tenant)
            return record.dates.opening.map { "\($0.firstOpenDay)" }
        }

        func history() async throws -> [HistoryEvent] {
            try await test.store.history(of: pid, scope: .everything(tenant: test.custodian.rules.tenant))
        }

        func check() async throws {
            #expect(try await test.custodian.recompute(mend: false).differences.isEmpty)
            #expect(try await test.custodian.verifyAll().problems == [])
            try await test.store.checkIntegrity()
        }
    }

    @Test func anEndIsCorrectedWithItsClocks() async throws {
        let desk = try await Desk()
        #expect(try await desk.opens() == "2029-05-09")
        let answer = try await desk.patch(#"{"endTime":"2025-05-10T12:00:00Z","datasetName":"Renamed"}"#)
        let told = try answer.object()
        #expect(answer.status == 200 && told["endTime"] as? String == "2025-05-10T12:00:00.000Z", "\(answer.text)")
        #expect(told["startTime"] as? String == "2025-05-10T12:00:00.000Z" && told["datasetName"] as? String == "Renamed")
        #expect(told["creationTime"] as? String == "2026-05-08T12:00:00.000Z", "it was not sent")
        #expect(try await desk.opens() == "2028-05-11")
        let history = try await desk.history()
        #expect(history.map(\.action) == ["described", "corrected", "anchor-corrected"])
        #expect(history[1].detail?.contains("a wrong clock") == true && history[1].person != nil)
        // Whoever reads it as an outsider is not told why.
        let link = try await desk.test.custodian.shareByLink(
            .run(desk.pid), until: Timestamp(try Instant("2026-12-01T00:00:00Z")), by: .custodian)
        let shown = try await desk.served.get(desk.path + "/history?share=" + link.text)
        #expect(shown.status == 200 && shown.text.contains("corrected") && !shown.text.contains("a wrong clock"))
        let record = try await desk.test.store.clock(of: .run(desk.pid), tenant: desk.test.custodian.rules.tenant)
        guard case .anchorCorrected(_, "a wrong clock")? = record.entries.last?.event else {
            Issue.record("not in the chain")
            return
        }
        // The same again is no other end.
        #expect(try await desk.patch(#"{"endTime":"2025-05-10T12:00:00.000Z"}"#, reason: nil, token: desk.host).status == 200)
        #expect(try await desk.history().count == 3)
        try await desk.check()
    }

    @Test func withoutAnEndTheCreationIsTheEndAndElseItIsNot() async throws {
        let alone = try await Desk()
        #expect(try await alone.patch(#"{"creationTime":"2026-04-08T12:00:00Z"}"#).status == 200)
        #expect(try await alone.opens() == "2029-04-09")
        #expect(try await alone.told()["endTime"] as? String == "2026-04-08T12:00:00.000Z")
        let both = try await Desk(["startTime": "2026-05-07T12:00:00Z", "endTime": "2026-05-07T14:00:00Z"])
        #expect(try await both.patch(#"{"creationTime":"2026-05-09T12:00:00Z"}"#).status == 200)
        #expect(try await both.opens() == "2029-05-08")
        let told = try await both.told()
        #expect(told["creationTime"] as? String == "2026-05-09T12:00:00.000Z")
        #expect(told["endTime"] as? String == "2026-05-07T14:00:00.000Z")
        // Sent again alone, as clients do, it stays what it is.
        #expect(try await both.patch(#"{"creationTime":"2026-05-09T12:00:00Z"}"#, reason: nil, token: both.host).status == 200)
        #expect(try await both.told()["creationTime"] as? String == "2026-05-09T12:00:00.000Z")
        #expect(try await both.patch(#"{"endTime":"2026-05-06T14:00:00Z"}"#).status == 400, "before its start")
        #expect(
            try await both.patch(#"{"startTime":"2026-05-06T12:00:00Z","endTime":"2026-05-06T14:00:00Z"}"#).status == 200)
        #expect(try await both.opens() == "2029-05-07")
        for desk in [alone, both] { try await desk.check() }
    }

    @Test(arguments: [
        #"{"endTime":"2025-05-10T12:00:00Z"}"#, #"{"creationTime":"2025-05-10T12:00:00Z"}"#, #"{"type":"derived"}"#,
        #"{"ownerGroup":"team-b"}"#, #"{"proposalId":"20260002"}"#, #"{"proposalIds":["20260002"]}"#,
    ])
    func onlyACuratorMayAndOnlyWithAReason(body: String) async throws {
        let desk = try await Desk()
        let member = try await desk.served.token("marie", [.member, .ingestor], teams: ["team-20260001"])
        let director = try await desk.served.token("dora", [.director])
        for token in [desk.host, member, director] {
            let refused = try await desk.patch(body, token: token)
            #expect(refused.status == 403 && refused.text.contains("does not change"), "\(refused.text)")
        }
        let silent = try await desk.patch(body, reason: nil)
        #expect(silent.status == 403 && silent.text.contains("?reason="), "\(silent.text)")
        #expect([400, 403].contains(try await desk.patch(body, reason: " ").status))
        let long = try await desk.patch(body, reason: String(repeating: "a", count: 501))
        #expect(long.status == 400 && long.text.contains("500 characters"), "\(long.text)")
        #expect(try await desk.history().map(\.action) == ["described"])
        try await desk.check()
    }

    @Test func aGroupAndItsProposalAreCorrectedTogether() async throws {
        let desk = try await Desk(["sampleId": "lysozyme", "scientificMetadata": ["note": "in a cold place"]])
        let tenant = desk.test.custodian.rules.tenant
        for (name, team, kind) in [("20260002", "team-b", ProposalDescription.Kind.public), ("20260003", "team-b", .proprietary)]
        {
            _ = try await desk.test.store.put(
                ProposalDescription(name: name, kind: kind, title: "Another protein", team: team, persons: []), tenant: tenant)
        }
        let other = try await desk.served.token("otto", [.member], teams: ["team-b"])
        #expect(try await desk.served.get(desk.path, token: other).status == 403)
        #expect(try await desk.patch(#"{"ownerGroup":"team-b"}"#).status == 400, "its proposal is another group's")
        #expect(try await desk.patch(#"{"proposalId":"20260002"}"#).status == 400)
        #expect(try await desk.patch(#"{"ownerGroup":"admin","proposalId":"20260002"}"#).status == 400)
        // What is paid for is told to a curator as what is not there; the custodian is told that it moves with no correction.
        let paid = #"{"ownerGroup":"team-b","proposalId":"20260003"}"#
        let hidden = try await desk.patch(paid)
        let unknown = try await desk.patch(paid.replacing("20260003", with: "20260009"))
        #expect(hidden.status == 400 && hidden.text.replacing("20260003", with: "20260009") == unknown.text, "\(hidden.text)")
        let custodian = try await desk.served.token("kurt", [.custodian])
        #expect(try await desk.patch(paid, token: custodian).status == 409)
        let answer = try await desk.patch(#"{"ownerGroup":"team-b","proposalId":"20260002","type":"derived"}"#)
        let told = try answer.object()
        #expect(answer.status == 200 && told["ownerGroup"] as? String == "team-b", "\(answer.text)")
        #expect(told["proposalIds"] as? [String] == ["20260002"] && told["type"] as? String == "derived")
        #expect(told["sampleIds"] as? [String] == ["lysozyme"])
        // The rights go with the group, and so does what is found.
        #expect(try await desk.served.get(desk.path, token: other).status == 200)
        #expect(try await desk.served.get(desk.path, token: desk.host).status == 403)
        let fields = "%7B%22text%22:%2220260002%22%7D"
        let found = try await desk.served.get("/api/v4/datasets/fullquery?fields=\(fields)", token: other).objects()
        #expect(found.compactMap { $0["pid"] as? String } == ["\(desk.pid)"])
        #expect(try await desk.history().map(\.action) == ["described", "corrected"])
        try await desk.check()
    }

    @Test func whatIsOpenIsNeitherClosedNorMoved() async throws {
        let desk = try await Desk()
        try desk.test.clock.set("2029-05-08T22:00:00Z")
        let later = try await desk.test.custodian.newToken(
            of: "cleo", label: "later", scopes: Set(TokenScope.allCases), days: 30, by: .custodian
        ).0.text
        #expect(try await desk.patch(#"{"endTime":"2028-05-10T12:00:00Z"}"#, token: later).status == 409)
        #expect(try await desk.served.get(desk.path).status == 200)
        // Nor does anything open by it.
        let closed = try await Desk()
        #expect(try await closed.patch(#"{"endTime":"2020-05-10T12:00:00Z"}"#).status == 409)
        #expect(try await closed.patch(#"{"endTime":"2027-05-10T12:00:00Z"}"#).status == 400)
        #expect(try await closed.history().map(\.action) == ["described"])
        for desk in [desk, closed] { try await desk.check() }
    }

    @Test func theCommandCorrectsTheRecordToo() async throws {
        let desk = try await Desk()
        _ = try await desk.test.custodian.correctEnd(
            of: .run(desk.pid), to: Timestamp(try Instant("2026-03-31T22:30:00Z")), reason: "a wrong clock", by: .custodian)
        #expect(try await desk.told()["endTime"] as? String == "2026-03-31T22:30:00.000Z")
        #expect(try await desk.opens() == "2029-04-02")
        try await desk.check()
        let list = try await desk.served.get("/api/v4/datasets", token: desk.curator).objects()
        let sealed = try #require(list.compactMap { $0["pid"] as? String }.first { $0 != "\(desk.pid)" })
        let answer = try await desk.served.patch(
            "/api/v4/datasets/\(sealed.replacing("/", with: "%2F"))?reason=x", #"{"endTime":"2026-03-31T22:30:00Z"}"#,
            token: desk.curator)
        #expect(answer.status == 403 && answer.text.contains("correct-end"), "\(answer.text)")
    }
}
