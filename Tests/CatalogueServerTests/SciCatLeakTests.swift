import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Every path of the SciCat doors × every state × every kind of reader: nobody learns what is not theirs.
@Suite struct SciCatLeakTests {
    enum State: String, CaseIterable {
        case collecting, embargoed, open, openThenWithdrawn, withdrawn, proprietary
    }

    enum Who: String, CaseIterable {
        case anonymous, outsider, member, staff, curator

        func token(_ served: ServedCatalogue) async throws -> String? {
            switch self {
            case .anonymous: nil
            case .outsider: try await served.token("otto")
            case .member: try await served.token("marie", teams: ["team-20260001"])
            case .staff: try await served.token("sam", [.staff], beamlines: ["PROXIMA-1"])
            case .curator: try await served.token("cora", [.curator])
            }
        }
    }

    enum Sight {
        case nothing, short, outside, all
    }

    /// Of the run and what stands beside it; what the team reads and an outsider never does stands in the second list.
    static let privateWords = [
        "crystal 1", "run_1", "lysozyme", "run_master", "zqcaption", "enf3b3jk", "zqdescribed", "zqname", "/data/",
        "example.org",
        "\"written\"",
    ]
    static let insideWords = ["/data/", "example.org"]

    static func sight(_ who: Who, _ state: State) -> Sight {
        switch state {
        case .collecting: who == .anonymous || who == .outsider ? .nothing : .all
        case .embargoed: who == .anonymous || who == .outsider ? .short : .all
        case .open: who == .anonymous || who == .outsider ? .outside : .all
        case .openThenWithdrawn, .withdrawn: .short
        case .proprietary: who == .member ? .all : .nothing
        }
    }

    static func reach(_ state: State) async throws -> (TestCustodian, String) {
        let (test, pid) = try await TestCustodian.collecting(kind: state == .proprietary ? .proprietary : .public)
        let deed = Deed(at: Timestamp(test.clock.reading().wall), person: nil)
        _ = try await test.custodian.attach(
            Attachment(name: "zqname.txt", type: .text, caption: "zqcaption", bytes: Array("zqword".utf8)),
            to: try RunIdentifier(pid), by: .custodian)
        _ = try await test.store.put(
            SampleRecord(
                name: "lysozyme", team: "team-20260001", igsn: "10.5072/sample", description: "zqdescribed",
                registered: "2026-05-09"), tenant: test.custodian.rules.tenant, by: deed)
        if state == .collecting || state == .proprietary { return (test, pid) }
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        if state == .open || state == .openThenWithdrawn {
            try test.clock.set("2029-05-09T22:00:00Z")
            _ = try await test.custodian.sweep()
        }
        if state == .withdrawn || state == .openThenWithdrawn {
            let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
            let director = try await test.account("dora", email: "dora@example.org", [.director])
            _ = try await test.custodian.withdraw(
                .session(TestCustodian.session), reason: "Mixed up", by: curator, confirmedBy: director)
        }
        return (test, pid)
    }

    /// Of one record, with its identifier in them.
    private static func paths(of pid: String) -> [String] {
        let pid = pid.replacing("/", with: "%2F")
        let named = "%7B%22where%22:%7B%22datasetId%22:%22\(pid)%22%7D%7D"
        return ["v3", "v4"].flatMap { version in
            [
                "datasets/\(pid)", "datasets/\(pid)?include=attachments&include=origdatablocks", "datasets/\(pid)/origdatablocks",
                "datasets/\(pid)/attachments", "datasets/\(pid)/attachments/zqname.txt", "datasets/\(pid)/thumbnail",
                "datasets/\(pid)/datablocks", "datasets/\(pid)/files", "datasets/\(pid)/files?from=7&limit=1",
                "attachments/\(pid)%2Fzqname.txt", "origdatablocks/\(pid)%2Ffiles",
                "origdatablocks?filter=\(named)", "attachments?filter=\(named)",
            ].map { "/api/\(version)/\($0)" }
        }
    }

    /// Lists, counts, facets and keys.
    private static func lists(_ pid: String) -> [String] {
        func json(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        let facets = json(
            #"["type","proposalIds","sampleIds","ownerGroup","creationTime","datasetName","scientificMetadata.frames.written"]"#)
        let byPID = json("{\"where\":{\"pid\":\"\(pid)\"}}")
        return ["v3", "v4"].flatMap { version in
            [
                "datasets", "datasets?filter=\(byPID)", "datasets/findOne?filter=\(byPID)", "datasets/count",
                "datasets/count?filter=\(byPID)", "datasets?filter=\(json(#"{"where":{"datasetName":{"like":"crystal"}}}"#))",
                "datasets?filter=\(json(#"{"order":"datasetName:asc"}"#))", "datasets/fullquery",
                "datasets/fullquery?fields=\(json(#"{"text":"lysozyme"}"#))",
                "datasets/fullquery?fields=\(json(#"{"scientific":[{"lhs":"run.duration","relation":"GREATER_THAN","rhs":1,"unit":"s"}]}"#))",
                "datasets/fullfacet?facets=\(facets)", "datasets/metadataKeys", "samples", "samples/count", "proposals",
                "proposals/count",
            ].map { "/api/\(version)/\($0)" }
        }
    }

    @Test(arguments: State.allCases) func nobodyLearnsWhatIsNotTheirs(state: State) async throws {
        let (test, pid) = try await Self.reach(state)
        let served = try await ServedCatalogue(test)
        var generator = SeededGenerator(seed: 4711)
        let unknown = "\(try RunIdentifier.draw(prefix: "10.5072", using: &generator))"
        for who in Who.allCases {
            let token = try await who.token(served)
            let sight = Self.sight(who, state)
            for (path, other) in zip(Self.paths(of: pid), Self.paths(of: unknown)) {
                let answer = try await served.get(path, token: token)
                let place = "\(state), \(who): \(path): \(answer.status) \(answer.text.prefix(200))"
                switch sight {
                case .nothing:
                    let ofUnknown = try await served.get(other, token: token)
                    #expect(answer.status == 404 && answer.body == ofUnknown.body, "\(place)")
                    #expect(Self.plain(answer) == Self.plain(ofUnknown), "\(place)")
                case .short: #expect(answer.status == 403 && answer.text.contains("/datasets/"), "\(place)")
                case .outside, .all: #expect(answer.status == 200, "\(place)")
                }
                check(answer, sight, place)
            }
            for path in Self.lists(pid) {
                let answer = try await served.get(path, token: token)
                let place = "\(state), \(who): \(path): \(answer.status) \(answer.text.prefix(300))"
                #expect(answer.status == 200, "\(place)")
                guard !path.contains("samples"), !path.contains("proposals") else {
                    // The team's and the facility's own, whatever their runs are.
                    if who == .anonymous || who == .outsider, state != .open {
                        #expect(answer.text == "[]" || answer.text == "{\"count\":0}", "\(place)")
                    }
                    continue
                }
                let reads = sight == .outside || sight == .all
                #expect(answer.text.contains(pid) == reads || !path.contains("fullquery"), "\(place)")
                if path.hasSuffix("datasets/count") { #expect(answer.text == "{\"count\":\(reads ? 1 : 0)}", "\(place)") }
                if path.contains("fullfacet") {
                    #expect(answer.text.contains("\"totalSets\":\(reads ? 1 : 0)"), "\(place)")
                    #expect(answer.text.contains("\"_id\"") == reads, "\(place)")
                }
                if path.contains("metadataKeys") { #expect((answer.text == "[]") == !reads, "\(place)") }
                check(answer, sight, place)
            }
            // Whoever asks: the door without a token tells what is open.
            let open = try await served.get("/api/v4/datasets/public/" + pid.replacing("/", with: "%2F"), token: token)
            let asNobody = Self.sight(.anonymous, state)
            #expect(open.status == (asNobody == .outside ? 200 : asNobody == .short ? 403 : 404), "\(state), \(who)")
            check(open, asNobody, "\(state), \(who), public: \(open.text.prefix(200))")
            let published = try await served.get("/api/v4/publisheddata/" + pid.replacing("/", with: "%2F"), token: token)
            #expect(published.status == (asNobody == .nothing ? 404 : 200), "\(state), \(who): \(published.text)")
            if state != .open { check(published, .short, "\(state), \(who), published: \(published.text.prefix(200))") }
        }
        for word in ["zqcaption", "zqdescribed", "Crystal", "fsctoken"] { #expect(!served.log.text.contains(word)) }
    }

    /// Whoever has no part in a run changes nothing of it, and learns from the refusal what an unknown one tells.
    @Test(arguments: State.allCases) func whoHasNoPartChangesNothing(state: State) async throws {
        let (test, pid) = try await Self.reach(state)
        let served = try await ServedCatalogue(test)
        var generator = SeededGenerator(seed: 4711)
        let unknown = "\(try RunIdentifier.draw(prefix: "10.5072", using: &generator))"
        let token = try await served.token("other", [.ingestor], teams: ["team-b"])
        let picture = "data:text/plain;base64,aGVsbG8="
        func sent(_ pid: String) async throws -> [PlainHTTP.Answer] {
            let path = "/api/v4/datasets/" + pid.replacing("/", with: "%2F")
            let list = #""size":1,"dataFileList":[{"path":"x","size":1}]"#
            let relations = "\"relationships\":[{\"targetId\":\"\(pid)\",\"targetType\":\"dataset\"}]"
            return [
                try await served.patch(path, #"{"datasetName":"mine"}"#, token: token),
                try await served.post(path + "/origdatablocks", "{\(list)}", token: token),
                try await served.post("/api/v4/origdatablocks", "{\"datasetId\":\"\(pid)\",\(list)}", token: token),
                try await served.post(path + "/attachments", "{\"thumbnail\":\"\(picture)\"}", token: token),
                try await served.post("/api/v4/attachments", "{\"thumbnail\":\"\(picture)\",\(relations)}", token: token),
            ]
        }
        let everything = ReaderScope.everything(tenant: test.custodian.rules.tenant)
        let before = try await test.store.history(of: RunIdentifier(pid), scope: everything)
        let sight = Self.sight(.outsider, state)
        for (answer, ofUnknown) in zip(try await sent(pid), try await sent(unknown)) {
            #expect(answer.status == (sight == .nothing ? 404 : 403), "\(answer.text)")
            if sight == .nothing { #expect(answer.body == ofUnknown.body && Self.plain(answer) == Self.plain(ofUnknown)) }
            #expect(ofUnknown.status == 404)
            check(answer, .short, "\(state): \(answer.text.prefix(200))")
        }
        #expect(try await test.store.history(of: RunIdentifier(pid), scope: everything) == before)
    }

    private static func plain(_ answer: PlainHTTP.Answer) -> [String: String] {
        answer.headers.filter { $0.key != "x-request-id" && $0.key != "date" }
    }

    private func check(_ answer: PlainHTTP.Answer, _ sight: Sight, _ place: String) {
        let hidden =
            switch sight {
            case .nothing, .short: Self.privateWords
            case .outside: Self.insideWords
            case .all: ["example.org"]
            }
        let text = answer.text.lowercased()
        for word in hidden { #expect(!text.contains(word), "'\(word)' in \(place)") }
        if sight != .outside, sight != .all || !place.hasPrefix("open,") {
            #expect(answer.headers["cache-control"] == "private, no-store", "\(place)")
        }
    }

    @Test func whatIsPublishedIsReadOnly() async throws {
        let (test, _) = try await Self.reach(.open)
        let served = try await ServedCatalogue(test)
        let token = try await served.token("cora", [.curator])
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            for path in ["publisheddata", "PublishedData/10.5072%2Fx", "publisheddata/10.5072%2Fx/register"] {
                let answer = try await served.send(
                    "\(method) /api/v4/\(path) HTTP/1.1\r\n", headers: ["Authorization": "Bearer \(token)"], body: "{}")
                #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD", "\(method) \(path)")
            }
        }
    }
}
