import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Years more, asked and decided over HTTP.
struct ExtensionDoorTests {
    /// An embargoed session's run, served, with its principal investigator, a member, a curator, and somebody else.
    private struct Served {
        let served: ServedCatalogue
        let pid: String
        var tokens: [String: String] = [:]

        init(collects: Bool = false) async throws {
            let (test, pid) = try await collects ? TestCustodian.collecting() : TestCustodian.embargoed()
            self.pid = pid
            served = try await ServedCatalogue(test)
            for (name, email, roles) in [
                ("irene", "irene@example.org", [Account.Role.member]), ("jean", "jean@example.org", [.member]),
                ("cleo", "cleo@example.org", [.curator]), ("frederic", "frederic@example.org", [.curator]),
                ("otto", "otto@example.net", [.member]),
            ] {
                _ = try await test.account(name, email: email, Set(roles))
                tokens[name] = try await test.custodian.newToken(
                    of: name, label: "test", scopes: Set(TokenScope.allCases), days: 3000, by: .custodian
                ).0.text
            }
        }

        private func path(_ rest: String) -> String {
            "/api/v4/datasets/\(pid.replacing("/", with: "%2F"))/embargo/extensions\(rest)"
        }

        func list(_ name: String?) async throws -> PlainHTTP.Answer {
            try await served.get(path(""), token: name.flatMap { tokens[$0] })
        }

        func ask(_ name: String?, _ body: String = #"{"reason": "the thesis"}"#) async throws -> PlainHTTP.Answer {
            try await served.post(path(""), body, token: name.flatMap { tokens[$0] })
        }

        func decide(_ name: String, _ number: Int, _ body: String) async throws -> PlainHTTP.Answer {
            try await served.post(path("/\(number)/decision"), body, token: tokens[name])
        }

        func opens() async throws -> String? {
            let owner = ClockOwner.session(TestCustodian.session)
            return try await served.test.store.clock(of: owner, tenant: served.test.custodian.rules.tenant).dates.opening.map {
                "\($0.opens.day)"
            }
        }
    }

    @Test func aYearIsAskedForAndGranted() async throws {
        let it = try await Served()
        #expect(try await it.list("irene").text == "[]")
        let asked = try await it.ask("irene")
        #expect(asked.status == 201)
        let request = try asked.object()
        #expect(
            request["n"] as? Int == 1 && request["state"] as? String == "pending" && request["reason"] as? String == "the thesis")
        #expect(try await it.ask("irene").status == 409)
        #expect(try await it.opens() == "2029-05-10")
        let granted = try await it.decide("cleo", 1, #"{"decision": "granted"}"#)
        #expect(granted.status == 200)
        #expect(try granted.object()["state"] as? String == "granted")
        #expect(try await it.opens() == "2030-05-10")
        #expect(try await it.decide("cleo", 1, #"{"decision": "granted"}"#).status == 409)
        #expect(try await it.decide("cleo", 7, #"{"decision": "granted"}"#).status == 404)

        #expect(try await it.ask("irene").status == 201)
        #expect(try await it.decide("cleo", 2, #"{"decision": "granted"}"#).status == 200)
        // A third one is not given.
        #expect(try await it.ask("irene").status == 409)
        let listed = try await it.list("jean").objects()
        #expect(listed.map { $0["state"] as? String } == ["granted", "granted"])
    }

    @Test func aRefusalHasAReason() async throws {
        let it = try await Served()
        #expect(try await it.ask("irene").status == 201)
        for body in [#"{"decision": "refused"}"#, #"{"decision": "refused", "reason": "  "}"#] {
            #expect(try await it.decide("cleo", 1, body).status == 400)
        }
        let refused = try await it.decide("cleo", 1, #"{"decision": "refused", "reason": "no grounds"}"#)
        #expect(refused.status == 200)
        #expect(try refused.object()["decisionReason"] as? String == "no grounds")
        #expect(try await it.opens() == "2029-05-10")
    }

    @Test func whoMayNotIsTold() async throws {
        let it = try await Served()
        #expect(try await it.ask(nil).status == 401)
        for name in ["jean", "otto"] { #expect(try await it.ask(name).status == 403, "\(name)") }
        // A deputy asks, and is a curator: not both.
        #expect(try await it.ask("frederic", #"{"reason": "zqreason"}"#).status == 201)
        #expect(try await it.decide("frederic", 1, #"{"decision": "granted"}"#).status == 403)
        #expect(try await it.decide("irene", 1, #"{"decision": "granted"}"#).status == 403)
        for name in ["otto", nil] {
            let list = try await it.list(name)
            #expect(list.status == 403 && !list.text.contains("zqreason"))
        }
        let reading = try await it.served.test.custodian.newToken(
            of: "irene", label: "reads", scopes: [.read], days: 30, by: .custodian
        ).0.text
        var other = it
        other.tokens["irene"] = reading
        #expect(try await other.ask("irene").status == 403)
    }

    @Test(arguments: [#"{"reason": " "}"#, "{}", #"{"reason": 5}"#, #"{"reason": "x", "until": "2040"}"#, "[]", "{", ""])
    func whatIsNoRequestIsRefused(body: String) async throws {
        let it = try await Served()
        let answer = try await it.ask("irene", body)
        #expect(answer.status == 400, "\(body): \(answer.status)")
        if body.contains("until") { #expect(answer.text.contains("until")) }
        #expect(try await it.list("irene").text == "[]")
    }

    /// Another kind of refusal would tell that there is something.
    @Test func ofWhatIsHiddenNothingIsAskedFor() async throws {
        let it = try await Served(collects: true)
        let unknown = "/api/v4/datasets/10.5072%2F000000003rj076/embargo/extensions"
        let body = #"{"reason": "the thesis"}"#
        let hidden = try await it.ask("otto")
        let absent = try await it.served.post(unknown, body, token: it.tokens["otto"])
        #expect(hidden.status == 404 && hidden.body == absent.body)
        let (list, none) = (try await it.list("otto"), try await it.served.get(unknown, token: it.tokens["otto"]))
        #expect(list.status == 404 && list.body == none.body)
    }

    @Test func afterTheOpeningNothingIsAskedForAndWhatWaitedHasLapsed() async throws {
        let it = try await Served()
        #expect(try await it.ask("irene").status == 201)
        // In the grace it is decided still; then not.
        try it.served.test.clock.set("2029-07-01T00:00:00Z")
        #expect(try await it.ask("irene").status == 409)
        #expect(try await it.decide("cleo", 1, #"{"decision": "granted"}"#).status == 409)
        #expect(try await it.list("irene").objects().map { $0["state"] as? String } == ["lapsed"])
    }
}
