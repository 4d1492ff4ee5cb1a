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

/// `/api/faisceau/v1/` as it stands in the address: who is let in, what is refused, and that nobody learns what is hidden.
struct QuestionDoorTests {
    private static let base = "/api/faisceau/v1/"

    private func ask(
        _ served: ServedCatalogue, _ method: String, _ path: String, token: String? = nil, body: String = "",
        accept: String = "application/json"
    ) async throws -> PlainHTTP.Answer {
        var headers = ["Accept": accept]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await served.send("\(method) \(Self.base)\(path) HTTP/1.1\r\n", headers: headers, body: body)
    }

    private func error(_ answer: PlainHTTP.Answer) throws -> JSONValue {
        try #require(try JSONValue(reading: Array(answer.body))["error"], "\(answer.text)")
    }

    @Test func anAnswerIsAnObjectOfItsFields() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let token = try await served.token("cleo", [.curator])
        let shown = try await ask(served, "GET", "runs/" + pid.replacing("/", with: "%2F"), token: token)
        #expect(shown.status == 200 && shown.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(try shown.object()["pid"] as? String == pid)
        // Behind a proxy that decodes; and as the head of it.
        #expect(try await ask(served, "GET", "runs/\(pid)", token: token).body == shown.body)
        #expect(try await ask(served, "HEAD", "runs/\(pid)", token: token).status == 200)
        let told = try await ask(served, "GET", "runs/\(pid)", token: token, accept: CatalogueAnswer.mediaType)
        #expect(told.headers["content-type"] == CatalogueAnswer.mediaType)
        #expect(try told.object()["told"] != nil && told.object()["event"] as? String == "shown")
        // A token in the address, as other clients put it; it is no field.
        #expect(try await ask(served, "GET", "runs/\(pid)?access_token=\(token)").status == 200)
        #expect(!served.log.text.contains(token))
    }

    @Test func whoIsNotKnownIsToldSo() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        for route in QuestionRoute.all where route.needsAccount {
            let path = route.template.replacing("{record}", with: pid).replacing("{mark}", with: "1")
                .replacing("{share}", with: "1").replacing("{name}", with: "x")
            let answer = try await ask(served, route.method.rawValue, path, body: route.method.hasBody ? "{}" : "")
            #expect(answer.status == 401 && answer.headers["www-authenticate"] != nil, "\(route.name)")
            #expect(try error(answer)["code"] == "notSignedIn")
        }
        // A token that is not valid, also where none is needed.
        for token in ["fsctoken_0", String(repeating: "x", count: 600)] {
            #expect(try await ask(served, "GET", "runs", token: token).status == 401)
        }
        let token = try await served.token("irene")
        try await test.custodian.revokeToken(1, of: "irene", by: .custodian)
        #expect(try await ask(served, "GET", "runs", token: token).status == 401)
    }

    @Test func aTokenIsForWhatItWasMadeFor() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        var tokens: [QuestionRoute.Scope: String] = [:]
        for (scope, word) in [(QuestionRoute.Scope.read, TokenScope.read), (.ingest, .ingest), (.decide, .decide)] {
            tokens[scope] = try await served.token("cleo-\(word.rawValue)", [.curator], scopes: [word])
        }
        for route in QuestionRoute.all {
            for (scope, token) in tokens where scope != route.scope {
                let path = route.template.replacing("{record}", with: pid).replacing("{mark}", with: "1")
                    .replacing("{share}", with: "1").replacing("{name}", with: "x")
                let answer = try await ask(
                    served, route.method.rawValue, path, token: token, body: route.method.hasBody ? "{}" : "")
                #expect(answer.status == 403, "\(route.name) with \(scope)")
                #expect(try error(answer)["code"] == "wrongScope")
            }
        }
        #expect(try await ask(served, "GET", "runs", token: tokens[.read]).status == 200)
    }

    @Test func whatCannotBeAskedIsNamed() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let token = try await served.token("cleo", [.curator])
        let misspelt = try await ask(
            served, "POST", "runs/\(pid)/holds", token: token, body: #"{"reasn":"x","review":"2027-01-01"}"#)
        #expect(misspelt.status == 400)
        #expect(misspelt.text.contains("reasn is not known here") && misspelt.text.contains("reason is missing"))
        for (method, path, body, status) in [
            ("GET", "runs?lmit=1", "", 400), ("GET", "runs?limit=one", "", 400), ("GET", "runs?limit=1&limit=2", "", 400),
            ("POST", "runs/\(pid)/objections?reason=x", "{}", 400), ("POST", "runs/\(pid)/objections", "[]", 400),
            ("POST", "runs/\(pid)/objections", "{", 400), ("POST", "runs/\(pid)/objections", "{\"reason\":\"\u{FFFD}", 400),
            ("POST", "runs/\(pid)/objections", String(repeating: "[", count: 4000), 400), ("GET", "nothing", "", 404),
            ("GET", "", "", 404),
            ("PUT", "runs", "{}", 405), ("DELETE", "reservations", "", 405),
            ("POST", "runs/\(pid)/objections", "{\"reason\":\"" + String(repeating: "x", count: 300_000) + "\"}", 413),
            ("GET", "runs/%00", "", 404), ("GET", "runs/..%2F..%2Fetc%2Fpasswd", "", 400),
        ] {
            let answer = try await ask(served, method, path, token: token, body: body)
            #expect(answer.status == status, "\(method) \(path): \(answer.status) \(answer.text.prefix(200))")
            // Above the routes there is no door.
            guard !path.isEmpty else { continue }
            #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true, "\(method) \(path)")
        }
        #expect(try await ask(served, "PUT", "runs", token: token, body: "{}").headers["allow"] == "GET, POST")
    }

    /// A run that collects is known to its team, its beamline and curators: everyone else is answered as for one that nobody has.
    @Test func whatIsHiddenIsAnsweredAsWhatIsNotThere() async throws {
        let (test, pid) = try await TestCustodian.collecting()
        let served = try await ServedCatalogue(test)
        let absent = "10.5072/000000003rj076"
        let bodies: [QuestionName: String] = [
            .lease: #"{"holder":"job"}"#, .mark: #"{"word":"keep","first_frame":0,"last_frame":1,"reason":"x"}"#,
            .relate: #"{"relation":"IsCitedBy","target":"10.1234/x"}"#,
            .attach: #"{"name":"a.txt","content":"aGk="}"#, .addCopies: #"{"store":"s","path":"/p"}"#,
            .requestExtension: #"{"reason":"x"}"#, .decide: #"{"answer":"granted"}"#, .object: #"{"reason":"x"}"#,
            .openEarly: #"{"licence":"CC-BY-4.0"}"#, .hold: #"{"reason":"x","review":"2027-01-01"}"#, .lift: #"{"reason":"x"}"#,
            .passRights: #"{"to":"team","reason":"x"}"#,
            .withdraw: #"{"reason":"x","confirmed_by":"dora","confirmed_by_token":"t"}"#,
            .share: #"{"link":true,"until":"2026-12-01T00:00:00Z"}"#, .purge: #"{"step":"propose","reason":"x"}"#, .mint: "{}",
            .correctEnd: #"{"ended":"2026-05-01T12:00:00Z","reason":"x"}"#,
            .changeCollection: #"{"add":["10.5072/000000003rj076"]}"#,
        ]
        for (name, roles) in [("otto", Account.Role.member), ("stan", .staff), ("host", .ingestor)] {
            let token = try await served.token(name, [roles], teams: ["another"], beamlines: ["BL-99"])
            for route in QuestionRoute.all
            where route.template.hasPrefix("runs/{record}") || route.template.hasPrefix("collections/{") {
                var answers: [PlainHTTP.Answer] = []
                for record in [pid, absent] {
                    var path = route.template.replacing("{record}", with: record.replacing("/", with: "%2F"))
                    path = path.replacing("{mark}", with: "1").replacing("{share}", with: "1").replacing("{name}", with: "a.txt")
                        .replacing("{number}", with: "1")
                    if route.name == .releaseLease { path += "?holder=job" }
                    if route.name == .forgetCopies { path += "?store=tape" }
                    answers.append(
                        try await ask(served, route.method.rawValue, path, token: token, body: bodies[route.name] ?? ""))
                }
                #expect(answers[0].status == answers[1].status && answers[0].body == answers[1].body, "\(name): \(route.name)")
                #expect(answers[0].status == 404, "\(name): \(route.name) \(answers[0].text)")
            }
        }
    }

    /// A host that registers for one team names no folder of another's, nor gets to know whose proposal it is.
    @Test func aRunIsHandedOverByWhoMay() async throws {
        let (test, _) = try await TestCustodian.collecting()
        let served = try await ServedCatalogue(test)
        let run = try TestCustodian.run(7, ended: "2026-05-09T12:30:00Z")
        let summary = String(decoding: try run.summary.json(), as: UTF8.self)
        func body(_ folder: String) -> String { "{\"folder\":\"\(folder)\",\"run\":\(summary)}" }
        let other = try await served.token("other", [.ingestor], teams: ["team-other"])
        let refused = try await ask(served, "POST", "runs", token: other, body: body("/data/run_7"))
        #expect(refused.status == 403 && !refused.text.contains("team-20260001"), "\(refused.text)")
        let own = try await served.token("own", [.ingestor], teams: ["team-20260001"])
        for folder in ["data/run_7", "/data/../etc", "/data//run", "/data/run_7/", ""] {
            #expect(try await ask(served, "POST", "runs", token: own, body: body(folder)).status == 400, "\(folder)")
        }
        #expect(
            try await ask(served, "POST", "runs", token: own, body: #"{"folder":"/data/run_7","run":{"schema":"x"}}"#).status
                == 400)
        let entered = try await ask(served, "POST", "runs", token: own, body: body("/data/run_7"))
        #expect(entered.status == 201, "\(entered.text)")
        #expect(try await ask(served, "POST", "runs", token: own, body: body("/data/run_7")).status == 200)
        // Below it, another team's run would take its files.
        _ = try await test.store.put(
            ProposalDescription(name: "20260009", kind: .public, title: "Other", team: "team-other", persons: []),
            tenant: test.custodian.rules.tenant)
        let second = try TestCustodian.run(8, ended: "2026-05-09T12:40:00Z", proposal: "20260009", session: nil)
        let text = String(decoding: try second.summary.json(), as: UTF8.self)
        let taken = try await ask(
            served, "POST", "runs", token: other, body: "{\"folder\":\"/data/run_7/inner\",\"run\":\(text)}")
        #expect(taken.status == 403, "\(taken.text)")
        #expect(
            try await ask(served, "POST", "runs", token: other, body: "{\"folder\":\"/other/run_8\",\"run\":\(text)}").status
                == 201)
    }
}
