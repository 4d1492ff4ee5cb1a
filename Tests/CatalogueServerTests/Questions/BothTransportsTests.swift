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

/// The catalogue's file and a server answer alike, byte for byte: who asks of a file and who asks over a network are told the same.
struct BothTransportsTests {
    private static func readings(_ pid: String, _ session: String, _ absent: String) -> [CatalogueQuestion] {
        var questions: [CatalogueQuestion] = [
            .init(.search), .init(.search, ["q": "technique:MX sample:lysozyme", "limit": 1]),
            .init(.search, ["q": "energy:x..y"]),
            .init(.search, ["limit": 0]), .init(.search, ["after": "nowhere"]), .init(.facets), .init(.facets, ["q": "kind:raw"]),
            .init(.completions, ["q": "sample:lys"]), .init(.calendar), .init(.clock), .init(.retention), .init(.reservations),
            .init(.sessions), .init(.sessions, ["collecting": true]), .init(.sessions, ["proposal": "20260001"]),
            .init(.proposals),
            .init(.proposalHistory, of: "20260001"), .init(.proposalHistory, of: "none"), .init(.accountHistory, of: "irene"),
            .init(.accountHistory, of: "otto"), .init(.samples), .init(.samples, ["limit": 0]), .init(.sample, of: "lysozyme"),
            .init(.instruments), .init(.instrument, of: "PROXIMA-1"), .init(.instrument, of: "PROXIMA-1", ["datacite": true]),
            .init(.plans), .init(.plan, of: "https://doi.org/10.5072/plan-1"), .init(.collections, ["limit": 5]),
        ]
        for record in [pid, session, absent, "20260001/2026-05", "no identifier", "10.5072/000000003rj077"] {
            questions += [
                .init(.show, of: record), .init(.files, of: record), .init(.files, of: record, ["from": 1, "limit": 1]),
                .init(.citation, of: record), .init(.citation, of: record, ["style": "bibtex"]),
                .init(.citation, of: record, ["style": "chicago"]),
                .init(.citation, of: record, ["fragment": .string("frames=1-2&sha256=" + String(repeating: "0", count: 64))]),
                .init(.history, of: record), .init(.registration, of: record), .init(.marks, of: record),
                .init(.attachments, of: record), .init(.attachment, of: record, ["name": "loop.png"]), .init(.copies, of: record),
                .init(.copiedFiles, of: record), .init(.collection, of: record), .init(.embargo, of: record),
            ]
        }
        return questions
    }

    @Test func aQuestionIsAnsweredAlike() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let session = try #require(
            try await test.store.session(TestCustodian.session, tenant: test.custodian.rules.tenant).pid)
        let absent = "10.5072/000000003rj076"
        var tokens: [String: String] = [:]
        for (name, roles) in [("irene", Account.Role.member), ("cleo", .curator), ("otto", .member)] {
            let domain = name == "irene" ? "example.org" : "example.net"
            _ = try await test.account(name, email: "\(name)@\(domain)", [roles])
            tokens[name] = try await test.custodian.newToken(
                of: name, label: "test", scopes: Set(TokenScope.allCases), days: 30, by: .custodian
            ).0.text
        }
        var answered: Set<QuestionName> = []
        var refused: Set<String> = []
        for name in ["irene", "cleo", "otto"] {
            let both = try await Transports(served, name, token: tokens[name])
            for question in Self.readings(pid, "\(session)", absent) {
                let file = await Outcome { try await both.file.ask(question) }
                let server = await Outcome { try await both.server.ask(question) }
                #expect(file == server, "\(name): \(question.name) \(question.record ?? "") \(question.arguments)")
                if case .answer = file { answered.insert(question.name) }
                if case .refusal(let code, _) = file { refused.insert(code) }
            }
        }
        // What was compared were answers and refusals of every kind.
        #expect(
            answered.isSuperset(of: [.search, .show, .files, .citation, .history, .embargo, .calendar, .retention, .sessions]))
        #expect(refused.isSuperset(of: ["notFound", "forbidden", "badRequest"]))
    }

    @Test func everyoneIsAnsweredAlike() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let both = try await Transports(served, nil, token: nil)
        for question in Self.readings(pid, pid, "10.5072/000000003rj076") where !question.route.needsAccount {
            let file = await Outcome { try await both.file.ask(question) }
            let server = await Outcome { try await both.server.ask(question) }
            #expect(file == server, "\(question.name) \(question.record ?? "") \(question.arguments)")
        }
    }

    /// What a person is told of a refusal is the same but for what a server keeps to itself.
    @Test func refusalsAreToldInTheSameWords() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let token = try await served.token("otto")
        let both = try await Transports(served, "otto", token: token)
        for question: CatalogueQuestion in [
            .init(.files, of: pid), .init(.search, ["q": "enrgy:1..2keV"]),
            .init(.share, of: pid, ["until": "soon", "link": true]),
            .init(.openEarly, of: pid, ["licence": "CC-BY-4.0"]),
        ] {
            var told: [(String, String?)] = []
            for asked: any CatalogueAsking in [both.file, both.server] {
                do {
                    _ = try await asked.ask(question)
                    Issue.record("answered: \(question)")
                } catch let error as any Diagnosed { told.append((error.what, error.remedy)) }
            }
            #expect(told.count == 2 && told[0] == told[1], "\(told)")
        }
    }

    /// Each question that changes something, over the network; what it came to is looked up in the file.
    @Test func whatIsDoneOverTheNetworkIsDone() async throws {
        let story = try await NetworkStory()
        try await story.aRunIsHandedOver()
        try await story.thingsAreLaidBeside()
        try await story.theWholeIsLookedAfter()
        try await story.theClocksAreMoved()
        try await story.proposalsComeIn()
        let asked = await story.asked
        let changing = QuestionRoute.all.filter { $0.method != .get }.map(\.name)
        #expect(Set(changing).subtracting(asked) == [], "never asked over HTTP")
    }

    @Test func aClientOfAServerIsAClientOfTheCatalogue() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let token = try await served.token("cleo", [.curator])
        let remote = AskingClient(try served.linked(token))
        let account = try await test.store.account("cleo", tenant: test.custodian.rules.tenant)
        let local = CustodianClient(test.custodian, as: .account(account)) { _ in
            throw CatalogueError(.badRequest, "no folder here")
        }
        let asked = try await (
            remote.search("sample:lysozyme", after: nil, limit: 10), local.search("sample:lysozyme", after: nil, limit: 10)
        )
        #expect(asked.0 == asked.1 && asked.0.runs.map { "\($0.pid)" } == [pid])
        let leases = try await (
            remote.takeLease(on: pid, holder: "job", hours: 2), local.takeLease(on: pid, holder: "job", hours: 2)
        )
        #expect(leases.0 == leases.1)
        try await remote.releaseLease(on: pid, holder: "job")
        let reserved = try await remote.reserve(for: "host", hours: 5)
        let waiting = try await (remote.reservations(), local.reservations())
        #expect(waiting.0 == waiting.1 && waiting.0 == [reserved])
        let held = try await remote.hold(pid, on: .safety, reason: "a leak", review: "2027-01-01")
        let lifted = try await local.lift(pid, hold: nil, reason: "mended")
        #expect(held.state == "held" && held.record == lifted.record && held.record.contains("2026-05"))
        _ = try await remote.hold(pid, on: .legal, reason: "a dispute", review: "2027-01-01")
        #expect(try await remote.lift(pid, hold: nil, reason: "settled") == lifted)
        let shared = try await remote.share(pid, with: .link, until: Timestamp("2026-12-01T00:00:00Z"))
        #expect(shared.record == lifted.record && shared.secret?.hasPrefix("fsclink_") == true)
    }
}
