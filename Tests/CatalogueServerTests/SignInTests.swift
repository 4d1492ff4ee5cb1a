import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Who asks: log-ins, tokens, and what is told to who has neither.
@Suite struct SignInTests {
    private static let password = "correct horse battery"

    private func served() async throws -> ServedCatalogue {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        try await served.addAccount("irene", [.member], teams: ["team-20260001"], password: Self.password)
        return served
    }

    @Test(arguments: ["v3", "v4"]) func aLogInGivesATokenThatALogOutEnds(version: String) async throws {
        let served = try await served()
        let answer = try await served.logIn("irene", Self.password, version: version)
        let told = try answer.object()
        #expect(answer.status == 201 && told["ttl"] as? Int == 86_400 && told["expires_in"] as? Int == 86_400)
        #expect(told["created"] as? String == "2026-05-09T13:00:00.000Z")
        let token = try #require(told["id"] as? String)
        #expect(told["access_token"] as? String == token && told["userId"] is String)
        #expect((told["user"] as? [String: Any])?["username"] as? String == "irene")
        for path in ["users/my/self", "auth/whoami", "Users/My/Self"] {
            let me = try await served.get("/api/\(version)/\(path)", token: token)
            #expect(try me.object()["username"] as? String == "irene", "\(path)")
        }
        // Beside the header, as pyscicat does; and alone.
        #expect(try await served.get("/api/v3/users/my/self?access_token=\(token)").status == 200)
        #expect(try await served.post("/api/\(version)/auth/logout", "", token: token).status == 200)
        #expect(try await served.get("/api/\(version)/users/my/self", token: token).status == 401)
        #expect(!served.log.text.contains(token))
    }

    @Test func aPersonalTokenOutlivesALogOut() async throws {
        let served = try await served()
        let token = try await served.token("jean")
        #expect(try await served.post("/api/v3/auth/logout", "", token: token).status == 200)
        #expect(try await served.get("/api/v3/users/my/self", token: token).status == 200)
    }

    @Test func aWrongPasswordAndAnUnknownNameAreToldAlike() async throws {
        let served = try await served()
        try await served.addAccount("closed", [.member], password: Self.password)
        try await served.test.custodian.setDisabled(true, account: "closed", by: .custodian)
        try await served.addAccount("tokens-only", [.member])
        let wrong = try await served.logIn("irene", "correct horse batterx")
        #expect(wrong.status == 401 && wrong.text.contains("Name or password is wrong"))
        for name in ["nobody", "closed", "tokens-only", String(repeating: "n", count: 300)] {
            let other = try await served.logIn(name, Self.password)
            #expect(other.status == 401 && other.body == wrong.body, "\(name)")
        }
    }

    @Test(arguments: ["fsctoken_0123", "", "expired", "revoked", "disabled"])
    func tokensThatDoNotHoldAreToldAlike(kind: String) async throws {
        let served = try await served()
        let custodian = served.test.custodian
        var token = kind.isEmpty ? "-" : kind
        if ["expired", "revoked", "disabled"].contains(kind) {
            token = try await served.token("jean")
            switch kind {
            case "expired": try served.test.clock.set("2026-06-09T13:00:01Z")
            case "revoked":
                let known = try await served.test.store.tokens(of: "jean", tenant: custodian.rules.tenant)
                try await custodian.revokeToken(try #require(known.first?.number), of: "jean", by: .custodian)
            default: try await custodian.setDisabled(true, account: "jean", by: .custodian)
            }
        }
        let answer = try await served.get("/api/v4/datasets", token: token)
        #expect(answer.status == 401 && answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        #expect(answer.text.contains("A token that is valid is needed here"))
        let without = try await served.get("/api/v4/users/my/self")
        #expect(without.status == 401 && without.body == answer.body)
        // Where a public door stands open, too: who shows a token wants to be known.
        #expect(try await served.get("/api/v4/datasets?access_token=\(token)").body == answer.body)
        let other = try await served.get("/api/v4/datasets", headers: ["Authorization": "Basic \(token)"])
        #expect(other.status == 401 && other.body == answer.body)
    }

    @Test func aTokenThatIsNotForReadingReadsNothing() async throws {
        let served = try await served()
        let token = try await served.token("jean", scopes: [.ingest])
        #expect(try await served.get("/api/v4/users/my/self", token: token).status == 403)
    }

    @Test func guessingIsSlowedByAccountAndByAddress() async throws {
        let served = try await served()
        for _ in 0..<10 { #expect(try await served.logIn("irene", "wrong password").status == 401) }
        let refused = try await served.logIn("Irene", Self.password)
        #expect(refused.status == 429)
        let seconds = try #require(refused.headers["retry-after"].flatMap { Int($0) })
        #expect((1...300).contains(seconds))
        // A name that nobody has is no other.
        for _ in 0..<10 { #expect(try await served.logIn("nobody", "wrong password").status == 401) }
        #expect(try await served.logIn("nobody", "wrong password").status == 429)
        served.test.clock.advance(seconds: 301)
        #expect(try await served.logIn("irene", Self.password).status == 201)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"username\":\"irene\"}", "{\"username\":7,\"password\":\"x\"}",
        "{\"username\":\"\",\"password\":\"x\"}",
        String(repeating: "[", count: 5000), "{\"username\":\"irene\",\"password\":\"\u{0}\"",
    ])
    func whatIsNoLogInIsRefused(body: String) async throws {
        let answer = try await served().post("/api/v3/auth/login", body)
        #expect(answer.status == 400, "\(answer.status)")
        #expect(try answer.object()["statusCode"] as? Int == 400)
    }

    @Test func aBodyIsBounded() async throws {
        let served = try await served()
        let long = try await served.logIn("irene", String(repeating: "x", count: 9000))
        #expect(long.status == 413)
        #expect(try await served.logIn("irene", String(repeating: "x", count: 2000)).status == 401)
    }
}
