import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// What is asked about a run in other ways than for its content: heads, conditions, ranges, methods that there are not, tokens that are none, bodies
/// and addresses that are too long. The refusals of a run of which nobody may know are those of none.
@Suite struct RefusalWalkTests {
    private static let states: [WalkedState] = [.collecting, .embargoed, .withdrawnEmbargoed, .proprietary]

    private typealias Sent = (method: String, target: String, headers: [String], body: String)

    /// Of the run and of nothing, the latter with the names of the former.
    private func both(
        _ server: WalkedServer, _ requests: [(WalkedRequest, WalkedRequest)], _ sent: (WalkedRequest) -> Sent
    ) async throws -> [(of: WalkedRequest, run: WalkedWire.Answer, nothing: WalkedWire.Answer)] {
        let answers = try await server.wire.ask(requests.map { sent($0.0) })
        let others = try await server.wire.ask(requests.map { sent($0.1) })
        return zip(requests, zip(answers, others)).map {
            ($0.0, $1.0, $1.1.replacing(server.names.repeated(for: .absent)))
        }
    }

    /// What can be asked of the one run, and the same of nothing.
    private func asked(
        _ server: WalkedServer, where isWanted: (WalkedRequest) -> Bool
    ) throws -> [(WalkedRequest, WalkedRequest)] {
        try Array(zip(WalkedRequest.all(server.names), WalkedRequest.all(.absent))).filter { request, _ in
            [.run, .page, .crate].contains(request.about) && !request.target.hasPrefix("/oai")
                && !request.target.hasPrefix("/api/v3/") && isWanted(request)
        }
    }

    private static func asking(_ query: String, _ sent: Sent) -> Sent {
        (sent.method, sent.target + (sent.target.contains("?") ? "&" : "?") + query, sent.headers, sent.body)
    }

    private func check(_ answer: WalkedWire.Answer, _ server: WalkedServer, _ request: WalkedRequest, _ what: String) {
        let told = server.told(.outsider, request).union(WalkedScan(request.said).found)
        #expect(WalkedScan(answer.bytes).found.subtracting(told) == [], "\(what)")
    }

    @Test(arguments: states) func headsAreThoseOfTheAnswers(state: WalkedState) async throws {
        let server = try await WalkedServer(state, access: .everyone)
        let requests = try asked(server) { $0.isReading }
        let heads = try await both(server, requests) { $0.sent(by: .nobody, as: "HEAD") }
        let whole = try await server.wire.ask(requests.map { $0.0.sent(by: .nobody) })
        for ((request, head, ofNothing), answer) in zip(heads, whole) {
            let what = "\(state): HEAD \(request.target): \(head.head)"
            #expect(head.head == answer.head, "\(what), \(answer.head)")
            check(head, server, request, what)
            if server.isHidden(request, from: .anonymous) { #expect(head == ofNothing, "\(what), \(ofNothing.head)") }
        }
    }

    /// Who knows the tag of a closed file learns from no condition whether it is right.
    @Test(arguments: states) func noConditionTells(state: WalkedState) async throws {
        let server = try await WalkedServer(state, access: .everyone)
        let tag = "\"sha256:feedc0de" + String(repeating: "0", count: 56) + "\""
        let conditions: [[String]] = [
            ["If-None-Match: *"], ["If-None-Match: \(tag)"], ["If-Match: \(tag)"], ["If-Match: \"other\""], ["Range: bytes=0-3"],
            ["Range: bytes=900000-"], ["Range: bytes=0-1", "If-Range: \(tag)"],
            ["If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT"],
            ["If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT"],
        ]
        let requests = try asked(server) {
            $0.isReading && ($0.target.hasPrefix("/datasets") || $0.target.hasPrefix("/api/v4/datasets/"))
        }
        let plain = try await server.wire.ask(requests.map { $0.0.sent(by: .nobody) })
        for condition in conditions {
            let answers = try await both(server, requests) { $0.sent(by: .nobody, also: condition) }
            for ((request, answer, ofNothing), without) in zip(answers, plain) {
                let what = "\(state): GET \(request.target) with \(condition): \(answer.status) \(answer.head)"
                #expect(answer == without, "\(what)")
                check(answer, server, request, what)
                if server.isHidden(request, from: .anonymous) { #expect(answer == ofNothing, "\(what)") }
            }
        }
    }

    @Test(arguments: states) func refusalsAreThoseOfNothing(state: WalkedState) async throws {
        let server = try await WalkedServer(state, access: .everyone)
        let requests = try asked(server) { $0.isReading }
        let ways: [(String, Int, (WalkedRequest) -> Sent)] = [
            ("no such method", 405, { $0.sent(by: .nobody, as: "TRACE") }),
            ("no valid token", 401, { $0.sent(by: .token("fsctoken_0")) }),
            ("two readers", 400, { Self.asking("share=x", $0.sent(by: .token("fsctoken_0"))) }),
            ("no text in the query", 400, { Self.asking("share=%zz", $0.sent(by: .nobody)) }),
            ("an address that is too long", 414, { Self.asking(String(repeating: "a", count: 9000), $0.sent(by: .nobody)) }),
        ]
        for (way, status, sent) in ways {
            for (request, answer, ofNothing) in try await both(server, requests, sent) {
                let what = "\(state): \(way): \(request.target): \(answer.status) \(answer.text)"
                // Pages ask for nobody's token; and where an identifier is divided, for no other method.
                #expect(request.about == .page || [status, 404].contains(answer.status), "\(what)")
                check(answer, server, request, what)
                if server.isHidden(request, from: .anonymous) { #expect(answer == ofNothing, "\(what), \(ofNothing.text)") }
            }
        }
    }

    /// A body that is too long is refused before anything is looked for; and a catalogue that cannot be read tells of nothing.
    @Test(arguments: [WalkedState.collecting, .embargoed]) func whatCannotBeReadTellsNothing(state: WalkedState) async throws {
        let server = try await WalkedServer(state, access: .everyone)
        let token = try #require(server.senders.first { $0.reader == .ingestorElsewhere }?.sender)
        guard case .token(let text) = token else { return }
        let writes = try asked(server) { !$0.isReading && $0.method != "DELETE" }
        for (request, other) in writes {
            var answers: [PlainHTTP.Answer] = []
            for each in [request, other] {
                answers.append(
                    try await server.served.send(
                        "\(each.method) \(each.target) HTTP/1.1\r\n",
                        headers: ["Authorization": "Bearer \(text)", "Content-Length": "900000000"]))
            }
            let what = "\(state): \(request.method) \(request.target): \(answers[0].status) \(answers[0].text.prefix(300))"
            #expect([403, 404, 413].contains(answers[0].status), "\(what)")
            if server.isHidden(request, from: .ingestorElsewhere) {
                #expect(answers[0].status == answers[1].status && answers[0].body == answers[1].body, "\(what)")
            }
        }
        try server.walk.test.store.close()
        for (request, answer, ofNothing) in try await both(server, try asked(server) { $0.isReading }, { $0.sent(by: .nobody) }) {
            // What no record has is refused before one is looked for.
            #expect(
                [503, 404, 406].contains(answer.status) && answer == ofNothing,
                "\(state): \(request.target): \(answer.status) \(answer.text)")
        }
    }

    /// The size of a list is the number of its records, whatever is in the catalogue beside them.
    @Test(arguments: [(WalkedState.collecting, 1), (.proprietary, 1), (.embargoed, 3), (.withdrawnEmbargoed, 3), (.open, 3)])
    func sizesOfHarvestsAreThoseOfWhatIsTold(state: WalkedState, count: Int) async throws {
        let server = try await WalkedServer(state, access: .everyone)
        for verb in ["ListRecords", "ListIdentifiers"] {
            var (identifiers, sizes) = ([String](), Set<String>())
            var query: String? = "verb=\(verb)&metadataPrefix=oai_dc"
            while let asked = query {
                let answer = try await server.served.oai(asked)
                identifiers += answer.elements("identifier")
                if let size = answer.text.firstMatch(of: /completeListSize="([0-9]+)"/) { sizes.insert(String(size.1)) }
                query = answer.element("resumptionToken").flatMap { $0.isEmpty ? nil : "verb=\(verb)&resumptionToken=\($0)" }
            }
            #expect(identifiers.count == count && Set(identifiers).count == count, "\(state): \(identifiers)")
            #expect(sizes == (count == 1 ? [] : ["\(count)"]), "\(state): \(sizes)")
        }
    }

    /// Of what is hidden the metrics count nothing: neither by name nor by number.
    @Test(arguments: [WalkedState.collecting, .proprietary]) func metricsTellNothing(state: WalkedState)
        async throws
    {
        var told: [[String]] = []
        for hasRun in [true, false] {
            let server = try await WalkedServer(state, access: .everyone, hasRun: hasRun)
            let pages = try WalkedRequest.all(server.names).filter { $0.about == .page }
            _ = try await server.wire.ask(pages.map { $0.sent(by: .nobody) })
            let lines = try await server.served.get("/metrics").text.split(separator: "\n").map(String.init)
            // How long it took, and how often it was looked for what is due by then.
            told.append(
                lines.map { line in
                    line.hasPrefix("faisceau_http_request_seconds") || line.hasPrefix("faisceau_sweeps_total")
                        ? String(line.prefix { $0 != " " }) : line
                })
        }
        #expect(told[0] == told[1] && told[0].count > 10)
    }
}
