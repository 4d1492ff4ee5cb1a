import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Every route of the running server × every state × every reader: no byte of any answer tells what is not for this reader, and who may not know of
/// a run is answered as though there were none.
@Suite struct RouteWalkTests {
    /// With the clocks of its session, and with its own.
    static let walks: [(WalkedState, OpenAccess, Bool)] =
        WalkedState.allCases.flatMap { state in (state.isOfSessionsOnly ? [true] : [true, false]).map { (state, .everyone, $0) } }
        + [.dueNotSwept, .open, .purged].map { ($0, .registered, true) }

    @Test func everyRouteIsWalked() async throws {
        let server = try await WalkedServer(.embargoed, access: .everyone)
        let walked = try WalkedRequest.all(server.names).map(\.route)
        #expect(Set(server.served.routes).subtracting(walked).sorted() == [], "served, and not walked: add a request to the walk")
        #expect(Set(walked).subtracting(server.served.routes).sorted() == [], "walked, and not served")
    }

    @Test(arguments: walks)
    func noAnswerTellsWhatIsNotForItsReader(state: WalkedState, access: OpenAccess, isSession: Bool) async throws {
        let server = try await WalkedServer(state, access: access, isSession: isSession)
        let requests = try WalkedRequest.all(server.names)
        let absent = try WalkedRequest.all(.absent)
        // What somebody says they know.
        let said = requests.map { WalkedScan($0.said).found }
        #expect(requests.map(\.route) == absent.map(\.route))
        let without = try await WalkedServer(state, access: access, isSession: isSession, hasRun: false)
        var seen: [WalkedReader: Set<String>] = [:]
        for (place, (reader, sender)) in server.senders.enumerated() {
            let who = "\(state), open for \(access), \(isSession ? "of a session" : "own clocks"), \(reader)"
            // What changes something is asked by who has no part in it, and after all else.
            let hasPart = server.sight(reader) == .all || reader.isTeam || server.sight(reader) == .short && reader == .staff
            // Curators and directors enter things of their own; of the run they change nothing.
            let isFacility = reader == .curator || reader == .director
            // The two versions of SciCat's interface have the same doors behind them.
            let asksBoth = reader == .outsider || reader == .memberByGroup
            let asked = requests.indices.filter { asksBoth || !requests[$0].target.hasPrefix("/api/v3/") }.filter {
                requests[$0].isReading
                    || !hasPart && (!isFacility || requests[$0].about == .run && server.isHidden(requests[$0], from: reader))
            }.sorted {
                requests[$0].isReading && !requests[$1].isReading
            }
            let answers = try await server.wire.ask(asked.map { requests[$0].sent(by: sender) })
            let compared = asked.filter { server.isHidden(requests[$0], from: reader) }
            let ofAbsent = Dictionary(
                uniqueKeysWithValues: zip(
                    compared, try await server.wire.ask(compared.map { absent[$0].sent(by: sender) })))
            let alike = asked.filter { server.isWithoutRun(requests[$0], for: reader) }
            let ofWithout = Dictionary(
                uniqueKeysWithValues: zip(
                    alike, try await without.wire.ask(alike.map { requests[$0].sent(by: without.senders[place].sender) })))
            for (index, answer) in zip(asked, answers) {
                let request = requests[index]
                let what =
                    "\(who): \(request.method) \(request.target) \(request.body.prefix(100)): \(answer.status) \(answer.text)"
                let found = WalkedScan(answer.bytes).found.subtracting(said[index])
                #expect(found.subtracting(server.told(reader, request)) == [], "\(what)")
                if request.isReading { seen[reader, default: []].formUnion(found) }
                #expect(answer.status != 500 && answer.status != 0 && answer.header("content-encoding") == nil, "\(what)")
                if let other = ofAbsent[index] {
                    let other = other.replacing(server.names.repeated(for: .absent))
                    #expect(answer.bytes == other.bytes, "\(what)\nand of nothing: \(other.status) \(other.head) \(other.text)")
                    #expect(answer.status >= 300 || request.target.hasPrefix("/oai"), "\(what)")
                }
                if let other = ofWithout[index] {
                    let (told, expected) = (Self.withoutTokens(answer), Self.withoutTokens(other))
                    #expect(told.bytes == expected.bytes, "\(what)\nand without the run: \(other.text)")
                }
                if !request.isReading, request.route != "POST /oai", !request.route.hasSuffix("v1/collections") {
                    #expect(answer.status >= 300 || request.about == .nothing, "\(what)")
                }
                checkCaching(answer, request, reader, server, what)
            }
        }
        checkSeen(seen, server)
    }

    /// Signed with the secret of each catalogue.
    private static func withoutTokens(_ answer: WalkedWire.Answer) -> WalkedWire.Answer {
        let text = String(decoding: answer.body, as: UTF8.self)
        guard let open = text.range(of: "<resumptionToken"), let end = text.range(of: "</resumptionToken>"),
            let start = text[open.upperBound...].firstIndex(of: ">")
        else { return answer }
        let plain = text.replacingCharacters(in: text.index(after: start)..<end.lowerBound, with: "")
        return .init(
            status: answer.status, head: answer.head.filter { !$0.lowercased().hasPrefix("content-length") },
            body: Array(plain.utf8))
    }

    /// What is not open is kept by no cache, and has no tag by which anybody could ask whether it is still the same.
    private func checkCaching(
        _ answer: WalkedWire.Answer, _ request: WalkedRequest, _ reader: WalkedReader, _ server: WalkedServer, _ what: String
    ) {
        guard !server.isOpen, [.run, .page, .crate, .session].contains(request.about), request.target.contains("1") else {
            return
        }
        #expect(answer.header("cache-control") == "private, no-store" || request.target.hasPrefix("/oai"), "\(what)")
        if server.sight(reader) == .nothing || server.sight(reader) == .short {
            for name in ["etag", "last-modified", "accept-ranges", "content-disposition", "content-range"] {
                #expect(answer.header(name) == nil, "\(name) of \(what)")
            }
        }
    }

    /// The walk can see: whoever may read a word has found it somewhere.
    private func checkSeen(_ seen: [WalkedReader: Set<String>], _ server: WalkedServer) {
        let reads = WalkedRequest("GET /", .run, "/")
        let readers = [
            WalkedReader.memberByGroup, .memberByProposal, .staff, .curator, .director, .custodian, .person, .link, .outsider,
        ]
        for reader in readers {
            let (sight, found) = (server.sight(reader), seen[reader] ?? [])
            guard sight == .all || sight == .outside else { continue }
            var expected = server.told(reader, reads).subtracting(WalkedColumn.untold.keys)
            if server.walk.state == .purged { expected.remove(WalkedFiles.content) }
            if server.walk.holdings.collection == nil { expected.subtract(["zqselection", "zqarticle"]) }
            // Our own questions are asked by accounts: what they alone tell, no link reads.
            if reader == .link {
                expected.subtract(
                    ["zqmark", "20483", "zqciting", "zqstandard", "zqstore", "facade0ff", "zqselection", "zqname", "zqelsewhere"])
            }
            // Of a hold or a purge the reason is told on no route; of a request it is.
            if ![.pending, .inGrace].contains(server.walk.state) { expected.remove("zqreason") }
            #expect(expected.subtracting(found) == [], "\(server.walk.state), \(reader): seen on no route")
            for word in WalkedColumn.untold.keys { #expect(!found.contains(word), "'\(word)' is seen on some route now") }
        }
    }
}
